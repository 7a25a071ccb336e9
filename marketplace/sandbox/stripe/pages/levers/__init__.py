"""The levers: what Stripe, a bank or the owner of a card may do to an object, done by hand.

A table by kind of object; the pages in `views` and the JSON in `control` ask it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages.levers import accounts, billing, money
from marketplace.sandbox.stripe.pages.levers.lever import Lever

LEVERS: Mapping[str, Sequence[Lever]] = MappingProxyType({
    "account": accounts.LEVERS,
    "charge": money.OF_CHARGES,
    "dispute": money.OF_DISPUTES,
    "invoice": billing.OF_INVOICES,
    "payment_method": billing.OF_CARDS,
    "payout": money.OF_PAYOUTS,
    "refund": money.OF_REFUNDS,
    "subscription": billing.OF_SUBSCRIPTIONS,
    "topup": money.OF_TOPUPS,
})  # fmt: skip


def possible(world: World, record: Record) -> list[Lever]:
    """List what can be done to an object now."""
    return [lever for lever in LEVERS.get(record.body["object"], ()) if lever.is_possible(world, record)]


def find(world: World, record: Record, name: str) -> Lever | None:
    """Look up something that can be done to an object now."""
    return next((lever for lever in possible(world, record) if lever.name == name), None)
