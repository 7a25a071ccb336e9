"""Prorating: what is given back and what is added when a subscription changes within a period, to the second.

As in Stripe's flexible billing mode, what is given back is a part of what was really billed: each subscription
remembers what it billed for the period in which it is, item by item.
"""

from typing import Any

from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts
from marketplace.sandbox.stripe.resources.billing.invoice_lines import item_body, pricing, proration_words
from marketplace.sandbox.stripe.resources.billing.periods import Period
from marketplace.sandbox.stripe.resources.billing.subscription_body import cycle_of

BILLED = "billed"


def part(amount: int, seconds: int, of_seconds: int, currency: str) -> int:
    """Work out the share of an amount that falls on a part of a period, rounded half up."""
    return amounts.rounded(amount * seconds, of_seconds, currency)


def full_price(item: Json) -> int:
    """Tell what an item costs for a whole interval."""
    return int(item["price"]["unit_amount"] * item["quantity"])


def price_for(subscription: Json, item: Json, period: Period) -> int:
    """Tell what an item costs for a period, which may be shorter than an interval."""
    whole = cycle_of(subscription).around(period.start)
    if period == whole:
        return full_price(item)
    return part(full_price(item), period.seconds, whole.seconds, item["price"]["currency"])


def note_billed(record: Record, item: Json, period: Period, amount: int, *, anew: bool = False) -> None:
    """Remember what was billed for an item; `anew` forgets what was billed for earlier periods."""
    billed = record.hidden.setdefault(BILLED, {})
    one = {"amount": amount, "end": period.end, "start": period.start}
    billed[item["id"]] = [one] if anew else [*billed.get(item["id"], []), one]


def give_back(world: World, record: Record, item: Json, since: int) -> list[Record]:
    """Credit what was billed for an item for the time after a moment."""
    given_back, kept = [], []
    for one in record.hidden.get(BILLED, {}).get(item["id"], []):
        unused = _after(one, since)
        if unused is None:
            kept.append(one)
            continue
        share = part(one["amount"], unused.seconds, one["end"] - one["start"], item["price"]["currency"])
        if share:
            given_back.append(_proration(world, record, item, unused, -share))
        if one["start"] < since:
            kept.append({"amount": one["amount"] - share, "end": since, "start": one["start"]})
    record.hidden.setdefault(BILLED, {})[item["id"]] = kept
    return given_back


def add_on(world: World, record: Record, item: Json, period: Period) -> list[Record]:
    """Bill an item for the rest of a period."""
    amount = price_for(record.body, item, period)
    note_billed(record, item, period, amount)
    return [_proration(world, record, item, period, amount)] if amount else []


def _after(billed: dict[str, Any], since: int) -> Period | None:
    start = max(since, billed["start"])
    return Period(start, billed["end"]) if billed["end"] > start else None


def _proration(world: World, record: Record, item: Json, period: Period, amount: int) -> Record:
    customer = world.find(record.body["customer"])
    assert customer, record
    body = item_body(world, customer.body, amount, item["price"]["currency"])
    about = {"subscription": record.id, "subscription_item": item["id"]}
    body |= {
        "description": proration_words(world, item["price"], item["quantity"], is_credit=amount < 0),
        "discountable": False,
        "parent": {"subscription_details": about, "type": "subscription_details"},
        "period": period.as_body(),
        "pricing": pricing(item["price"]),
        "proration": True,
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
    }
    return world.add(body, "invoiceitem.created")
