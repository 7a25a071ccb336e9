"""Previewing: the invoice that would come of a change, worked out by making the change and taking it back."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.more_shapes import OnlyBuilt, WordOrWhole, not_built
from marketplace.sandbox.stripe.engine.shapes import Currency, Fields, Flag, Given, Shape, Text, Whole, takes
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import (
    cycling,
    invoice_items,
    prorating,
    subscribing,
    updating,
)
from marketplace.sandbox.stripe.resources.billing.invoice_body import URL
from marketplace.sandbox.stripe.resources.billing.subscribing import Plan
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND, items_of
from marketplace.sandbox.stripe.resources.billing.subscription_shapes import BILLING_MODE, CHANGED_ITEMS, PRORATION

AT_ONCE = "always_invoice"
NOT_THERE_YET = {
    **dict.fromkeys(("effective_at", "hosted_invoice_url", "number")),
    "attempted": False,
    "status": "draft",
    "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
}


def preview(world: World, given: Given) -> Json:
    """Show the next invoice of a subscription, as it is or as it would be, or the first one of a new one.

    Raises:
        InvalidParameters: it is not said for whom.
    """
    if not {"customer", "subscription"} & given.keys():
        raise InvalidParameters("Name the customer or the subscription.", code="parameter_missing", param="customer")
    with world.trial_run():
        body = _of_subscription(world, given) if "subscription" in given else _of_new(world, given)
    return {**body, **NOT_THERE_YET, "id": new_id("upcoming_in")}


def _of_subscription(world: World, given: Given) -> Json:
    record = world.referred(KIND, given["subscription"], param="subscription")
    if given.get("customer", record.body["customer"]) != record.body["customer"]:
        raise InvalidParameters("The subscription belongs to another customer.", param="subscription")
    _add_items(world, given, customer=record.body["customer"], subscription=record.id)
    change = dict(given.get("subscription_details", {}))
    if change.pop("cancel_now", False):
        for item in items_of(record.body):
            prorating.give_back(world, record, item, change.get("proration_date", world.timestamp))
        return _at_once(world, record)
    before = record.body["latest_invoice"]
    if change:
        updating.update(world, record, {**change, "payment_behavior": "default_incomplete"})
    if record.body["latest_invoice"] != before:
        return subscribing.latest_invoice(world, record).body
    if change.get("proration_behavior") == AT_ONCE:
        return _at_once(world, record)
    return cycling.upcoming(world, record)


def _of_new(world: World, given: Given) -> Json:
    customer = world.referred("customer", given["customer"], param="customer")
    details = given.get("subscription_details", {})
    if not details.get("items"):
        raise InvalidParameters("Say what is subscribed to.", param="subscription_details[items]")
    where = "subscription_details[items]"
    items = [subscribing.chosen(world, one, param=f"{where}[{at}]") for at, one in enumerate(details["items"])]
    subscribing.check_items(items)
    _add_items(world, given, customer=customer.id, subscription=None)
    trial_end = details.get("trial_end")
    anchor = details.get("billing_cycle_anchor")
    plan = Plan(
        customer,
        items,
        trial_end=trial_end if isinstance(trial_end, int) else None,
        anchor=anchor if isinstance(anchor, int) else None,
        is_prorated=details.get("proration_behavior") != "none",
    )
    return subscribing.latest_invoice(world, subscribing.begin(world, plan)).body


def _at_once(world: World, record: Record) -> Json:
    invoice = cycling.bill(world, record, [], reason="upcoming", only_own=True)
    return {**invoice.body, "billing_reason": "upcoming"}


def _add_items(world: World, given: Given, *, customer: str, subscription: str | None) -> None:
    for item in given.get("invoice_items", ()):
        asked = {**item, "customer": customer, **({"subscription": subscription} if subscription else {})}
        invoice_items.create(world, asked)


DETAILS: dict[str, Shape] = {
    "billing_cycle_anchor": WordOrWhole("now", "unchanged"),
    "billing_mode": BILLING_MODE,
    "cancel_at": WordOrWhole("", "min_period_end", "max_period_end"),
    "cancel_at_period_end": Flag(),
    "cancel_now": Flag(),
    "items": CHANGED_ITEMS,
    "proration_behavior": PRORATION,
    "proration_date": Whole(),
    "trial_end": WordOrWhole("now"),
    **not_built("billing_schedules default_tax_rates resume_at start_date"),
}
PREVIEW = takes(
    optional={
        "currency": Currency(),
        "customer": Text(),
        "invoice_items": invoice_items.PREVIEWED,
        "preview_mode": OnlyBuilt("next", but_not="recurring"),
        "subscription": Text(),
        "subscription_details": Fields(optional=DETAILS),
        **not_built(
            "automatic_tax customer_account customer_details discounts issuer on_behalf_of schedule schedule_details"
        ),
    }
)

RESOURCE = Resource("invoice preview", endpoints=(Endpoint("POST", f"{URL}/create_preview", PREVIEW, preview),))
