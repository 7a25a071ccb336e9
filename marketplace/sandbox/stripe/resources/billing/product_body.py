"""What products and prices look like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json

PRODUCT, PRICE = "product", "price"

NO_PRODUCT_DETAILS = "default_price package_dimensions shippable tax_code".split()
NO_PRICE_DETAILS = "custom_unit_amount tiers_mode transform_quantity".split()


def product_body(given: Given, timestamp: int) -> Json:
    """Write a product."""
    return {
        **dict.fromkeys(NO_PRODUCT_DETAILS),
        **{name: given.get(name) for name in ("description", "statement_descriptor", "unit_label", "url")},
        "id": given.get("id") or new_id("prod", length=14),
        "object": PRODUCT,
        "active": given.get("active", True),
        "created": timestamp,
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": merged({}, given.get("metadata", {})),
        "name": given["name"],
        "updated": timestamp,
    }


def price_body(given: Given, product: str, timestamp: int) -> Json:
    """Write a price: `currency` and `unit_amount`, and if it comes again `recurring`."""
    recurring = given.get("recurring")
    return {
        **dict.fromkeys(NO_PRICE_DETAILS),
        "id": new_id("price"),
        "object": PRICE,
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": timestamp,
        "currency": given["currency"],
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": merged({}, given.get("metadata", {})),
        "nickname": given.get("nickname"),
        "product": product,
        "recurring": recurring and _recurring(recurring),
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "type": "recurring" if recurring else "one_time",
        "unit_amount": given["unit_amount"],
        "unit_amount_decimal": str(given["unit_amount"]),
    }


def _recurring(given: Given) -> Json:
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": None,
        "usage_type": "licensed",
    }
