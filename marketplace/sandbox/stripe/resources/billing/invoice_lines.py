"""What is on an invoice: lines for the time that a subscription covers, and for single items."""

from datetime import UTC, datetime

from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money, use_locale
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources.billing.periods import Period

ITEM = "invoiceitem"


def subscription_line(world: World, item: Json, period: Period, amount: int, *, is_trial: bool = False) -> Json:
    """Write the line for one item of a subscription and one period."""
    price, quantity = item["price"], item["quantity"]
    rhythm = price["recurring"]
    every = rhythm["interval"] if rhythm["interval_count"] == 1 else f"{rhythm['interval_count']} {rhythm['interval']}s"
    what = (
        f"{quantity} × {product_name(world, price)} (at {_written(price['unit_amount'], price['currency'])} / {every})"
    )
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": item["subscription"],
        "subscription_item": item["id"],
    }
    return _line(
        {
            "amount": amount,
            "currency": price["currency"],
            "description": f"Trial period for {product_name(world, price)}" if is_trial else what,
            "metadata": item["metadata"],
            "period": period.as_body(),
            "pricing": pricing(price),
            "quantity": quantity,
        },
        subscription=item["subscription"],
        parent={
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        },
    )


def item_line(item: Json) -> Json:
    """Write the line for an invoice item, which may be a proration of a subscription."""
    about = (item["parent"] or {}).get("subscription_details") or {}
    subscription = about.get("subscription")
    details = {
        "invoice_item": item["id"],
        "proration": item["proration"],
        "proration_details": {"credited_items": None},
        "subscription": subscription,
    }
    if item["proration"]:
        kind, details["subscription_item"] = "subscription_item_details", about["subscription_item"]
    else:
        kind = "invoice_item_details"
    parent = {"invoice_item_details": None, "subscription_item_details": None, kind: details, "type": kind}
    return _line(item, subscription=subscription, parent=parent, is_discountable=item["discountable"])


def item_body(world: World, customer: Json, amount: int, currency: str) -> Json:
    """Write an invoice item that waits for the next invoice."""
    return {
        "id": new_id("ii"),
        "object": ITEM,
        "amount": amount,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "date": world.timestamp,
        "description": None,
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "net_amount": amount,
        "parent": None,
        "period": {"end": world.timestamp, "start": world.timestamp},
        "pricing": None,
        "proration": False,
        "proration_details": {"discount_amounts": []},
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": customer["test_clock"],
    }


def proration_words(world: World, price: Json, quantity: int, *, is_credit: bool) -> str:
    """Say what a proration is for."""
    what = product_name(world, price) if quantity == 1 else f"{quantity} × {product_name(world, price)}"
    since = datetime.fromtimestamp(world.timestamp, UTC).strftime("%d %b %Y")
    return f"{'Unused' if is_credit else 'Remaining'} time on {what} after {since}"


def product_name(world: World, price: Json) -> str:
    """Tell what a price is for."""
    product = world.find(price["product"])
    assert product, price
    return str(product.body["name"])


def pricing(price: Json) -> Json:
    """Write by which price something is on an invoice."""
    details = {"price": price["id"], "product": price["product"]}
    return {"price_details": details, "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"]}


def _line(about: Json, *, subscription: str | None, parent: Json, is_discountable: bool = True) -> Json:
    taken_over = ("amount", "currency", "description", "metadata", "period", "pricing", "quantity")
    return {
        **{name: about[name] for name in taken_over},
        "id": new_id("il"),
        "object": "line_item",
        "discount_amounts": [],
        "discountable": is_discountable,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "parent": parent,
        "pretax_credit_amounts": [],
        "quantity_decimal": str(about["quantity"]),
        "subscription": subscription,
        "subtotal": about["amount"],
        "taxes": [],
    }


def _written(amount: int, currency: str) -> str:
    with use_locale("en"):
        return format_money(Money(amount, currency.upper()), exact=True)
