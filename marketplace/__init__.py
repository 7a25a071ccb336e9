"""The marketplace: the site, its shell, and all that a customer or the vendor touches."""
