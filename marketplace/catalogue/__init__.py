"""What is supported: products and releases, niches, layers, categories with their questions, exchange rates."""
