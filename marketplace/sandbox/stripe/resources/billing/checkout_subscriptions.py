"""Subscribing on a Checkout page: who pays there has a subscription, and not before."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts, customers, setting_up
from marketplace.sandbox.stripe.resources.billing import subscribing
from marketplace.sandbox.stripe.resources.billing.subscribing import Chosen, Plan
from marketplace.sandbox.stripe.resources.payment_intent_body import intent_body

TAKEN_OVER = ("description", "metadata", "trial_settings")


def first_sum(world: World, items: list[Json], given: Given, customer: Record | None) -> Json:
    """Work out what is to be paid at once, for the body of a session.

    Raises:
        Refused: such items or such a trial cannot be.
    """
    data = given.get("subscription_data", {})
    if {"trial_end", "trial_period_days"} <= data.keys():
        raise InvalidParameters("You may give only one of these: trial_end, trial_period_days.")
    asked = data.get("trial_end")
    if asked is not None and asked <= world.timestamp + int(timedelta(days=2).total_seconds()):
        raise Refused("trial_end must be at least 2 days in the future.", param="subscription_data[trial_end]")
    with world.trial_run():
        if customer is None:
            customer = world.referred("customer", customers.create(world, {})["id"], param="customer")
        plan = _plan(world, customer, items, data)
        subscribing.check_items(plan.items)
        due = subscribing.first_sum(world, plan)
    if due:
        amounts.check_charge(due, items[0]["currency"], what="The first invoice", param="line_items")
    return {"amount_total": due, "payment_status": "unpaid" if due else "no_payment_required"}


def new_intent(world: World, session: Record) -> Record:
    """Ask for the first payment, or only for a card while nothing is owed."""
    about = {"customer": session.body["customer"], "usage": "off_session"}
    if not session.body["amount_total"]:
        intent = world.add(setting_up.intent_body(world, about), "setup_intent.created")
    else:
        about |= {
            "amount": session.body["amount_total"],
            "capture_method": "automatic",
            "currency": session.body["currency"],
            "description": "Subscription creation",
            "setup_future_usage": "off_session",
        }
        intent = world.add(intent_body(world, about), "payment_intent.created")
    intent.hidden["checkout_session"] = session.id
    world.save(intent)
    return intent


def subscribe(world: World, session: Record, intent: Record) -> None:
    """Begin the subscription that was paid for, with the card that paid."""
    customer = world.referred("customer", session.body["customer"], param="customer")
    plan = _plan(world, customer, session.hidden["line_items"], session.hidden["subscription_data"])
    plan.details["default_payment_method"] = intent.body["payment_method"]
    is_paid = intent.body["object"] == "payment_intent"
    record = subscribing.begin(world, plan, paid_by=intent if is_paid else None)
    session.body |= {"invoice": record.body["latest_invoice"], "subscription": record.id}


def trial_end(world: World, data: Given) -> int | None:
    """Tell until when it is free for who subscribes now; None when it is not."""
    if "trial_period_days" in data:
        return world.timestamp + int(timedelta(days=data["trial_period_days"]).total_seconds())
    moment: int | None = data.get("trial_end")
    return moment


def _plan(world: World, customer: Record, items: list[Json], data: Given) -> Plan:
    return Plan(
        customer,
        [Chosen(item["price"], item["quantity"]) for item in items],
        {name: data[name] for name in TAKEN_OVER if name in data},
        trial_end=trial_end(world, data),
    )
