"""Subscribing: how a subscription begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from marketplace.sandbox.stripe.engine.errors import NotSimulated, Refused
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import setting_up, storing
from marketplace.sandbox.stripe.resources.billing import customer_balance, cycling, invoicing, prices
from marketplace.sandbox.stripe.resources.billing.periods import Cycle, Period
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE
from marketplace.sandbox.stripe.resources.billing.subscription_body import item_body, items_of, subscription_body
from marketplace.sandbox.stripe.resources.billing.subscription_states import (
    EXPIRES_AT,
    INCOMPLETE_FOR,
    Status,
    next_moment,
)

TRIAL_MAX = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing that is subscribed to."""

    price: Json
    quantity: int = 1
    metadata: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody subscribes to; `details` are known by Stripe's names."""

    customer: Record
    items: Sequence[Chosen]
    details: Given = field(default_factory=dict)
    trial_end: int | None = None
    anchor: int | None = None
    ends_at: int | None = None
    is_prorated: bool = True


def begin(world: World, plan: Plan, *, paid_by: Record | None = None) -> Record:
    """Begin a subscription and bill its first period.

    Args:
        world: when.
        plan: what.
        paid_by: the payment that was made for it before it was there.
    """
    currency = plan.items[0].price["currency"]
    customer_balance.check_currency(plan.customer, currency)
    anchor = plan.trial_end or plan.anchor or world.timestamp
    body = subscription_body(world, plan.customer.body, anchor=anchor, currency=currency, details={**plan.details})
    body["status"] = str(Status.TRIALING if plan.trial_end else Status.INCOMPLETE)
    if plan.trial_end:
        body |= {"trial_end": plan.trial_end, "trial_start": world.timestamp}
    if plan.ends_at is not None:
        body |= {"cancel_at": plan.ends_at, "canceled_at": world.timestamp}
        body["cancellation_details"]["reason"] = "cancellation_requested"
    period = _first_period(world, plan, anchor)
    for one in plan.items:
        items_of(body).append(item_body(body["id"], one.price, one.quantity, one.metadata, period, world.timestamp))
    plan.customer.body["currency"] = currency
    world.save(plan.customer, "customer.updated")
    record = world.add(body, hidden={EXPIRES_AT: world.timestamp + int(INCOMPLETE_FOR.total_seconds())})
    is_free = bool(plan.trial_end) or (not plan.is_prorated and anchor > world.timestamp)
    lines = cycling.lines_for(world, record, period, is_noted=True, is_free=is_free)
    invoice = cycling.bill(world, record, lines, reason="subscription_create")
    record.due_at = next_moment(world, record)
    world.save(record)
    world.announce("customer.subscription.created", record.body, account=record.account)
    world.announce("invoice.created", invoice.body, account=invoice.account)
    invoicing.finalize(world, invoice, paid_by=paid_by)
    return record


def first_sum(world: World, plan: Plan) -> int:
    """Tell what is owed at once when somebody subscribes."""
    with world.trial_run():
        record = begin(world, plan)
        return int(latest_invoice(world, record).body["amount_due"])


def latest_invoice(world: World, record: Record) -> Record:
    """Look up the invoice that was made last for a subscription."""
    invoice = world.find(record.body["latest_invoice"])
    assert invoice, record
    return invoice


def ask_for_card(world: World, record: Record) -> None:
    """Ask for a card to be stored, where nothing is owed yet."""
    asked = {"customer": record.body["customer"], "usage": "off_session"}
    intent = world.add(setting_up.intent_body(world, asked), "setup_intent.created", hidden={"subscription": record.id})
    record.body["pending_setup_intent"] = intent.id
    world.save(record, "customer.subscription.updated")


def hear_of_card(world: World, intent: Record) -> None:
    """Note that the card that was asked for is stored."""
    subscription = intent.hidden.get("subscription")
    record = world.find(subscription) if subscription else None
    if record and record.body["pending_setup_intent"] == intent.id:
        record.body["pending_setup_intent"] = None
        if record.body["payment_settings"]["save_default_payment_method"] == "on_subscription":
            record.body["default_payment_method"] = intent.body["payment_method"]
        world.save(record, "customer.subscription.updated")


def chosen(world: World, given: Given, *, param: str) -> Chosen:
    """Read what is subscribed to: by a price that is there, or one that is described.

    Raises:
        Refused: there is no such price, it is not active, or comes only once.
    """
    if ("price" in given) == ("price_data" in given):
        raise Refused("You must give exactly one of these parameters: price, price_data.", param=param)
    if "price_data" in given:
        price = prices.add_inline(world, given["price_data"], param=f"{param}[price_data]")
    else:
        price = world.referred(PRICE, given["price"], param=f"{param}[price]")
        if not price.body["active"]:
            raise Refused("The price specified is inactive. This field only accepts active prices.", param=param)
    if price.body["recurring"] is None:
        raise Refused(
            f"The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`: "
            f"{price.id}.",
            param=param,
        )
    return Chosen(price.body, given.get("quantity", 1), given.get("metadata") or {})


def check_items(items: Sequence[Chosen]) -> None:
    """Refuse items that do not go together.

    Raises:
        NotSimulated: they come in different rhythms.
        Refused: they are in several currencies, or one comes twice.
    """
    if len({one.price["currency"] for one in items}) != 1:
        raise Refused("All items of a subscription must have the same currency.", param="items")
    if len({one.price["id"] for one in items}) != len(items):
        raise Refused("Cannot add multiple subscription items with the same price.", param="items")
    rhythms = {(one.price["recurring"]["interval"], one.price["recurring"]["interval_count"]) for one in items}
    if len(rhythms) != 1:
        raise NotSimulated("Items with different intervals are not part of this stand-in.", param="items")


def own_method(world: World, method_id: str, customer: Record, *, param: str) -> Record:
    """Look up a card that the customer has stored.

    Raises:
        Refused: there is none, or it is not theirs.
    """
    method = world.referred("payment_method", method_id, param=param)
    storing.check_stored(method, customer.id)
    return method


def _first_period(world: World, plan: Plan, anchor: int) -> Period:
    now = world.timestamp
    rhythm = plan.items[0].price["recurring"]
    natural = Cycle(anchor, rhythm["interval"], rhythm["interval_count"]).around(now).end
    if plan.trial_end:
        natural = plan.trial_end
    elif anchor > natural:
        raise Refused(
            f"billing_cycle_anchor cannot be later than next natural billing date ({natural}) for plan.",
            param="billing_cycle_anchor",
        )
    return Period(now, natural if plan.ends_at is None else min(natural, plan.ends_at))
