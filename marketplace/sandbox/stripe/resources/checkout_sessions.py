"""Checkout sessions: a page where somebody pays or stores a card, open for a day at most."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, NotSimulated, Refused
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Given,
    Metadata,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts, checking_out, checkout_items, setting_up
from marketplace.sandbox.stripe.resources.billing import checkout_subscriptions
from marketplace.sandbox.stripe.resources.checking_out import KIND, NO_PAYMENT, PAYMENT, SUBSCRIPTION, Action, Status
from marketplace.sandbox.stripe.resources.checkout_bodies import session_body
from marketplace.sandbox.stripe.resources.checkout_shapes import CREATE
from marketplace.sandbox.stripe.resources.payment_method_body import SEPA

URL = "/v1/checkout/sessions"

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
# What goes with other modes only.
FOREIGN = {
    PAYMENT: ("payment_method_collection", "setup_intent_data", "subscription_data"),
    NO_PAYMENT: (
        *("line_items", "payment_intent_data", "payment_method_collection"),
        *("saved_payment_method_options", "subscription_data"),
    ),
    SUBSCRIPTION: ("customer_creation", "payment_intent_data", "setup_intent_data"),
}


def create(world: World, given: Given) -> Json:
    """Open a session and tell where its page is."""
    _check(given)
    customer = world.referred("customer", given["customer"], param="customer") if "customer" in given else None
    expires_at = given.get("expires_at", world.timestamp + int(LONGEST.total_seconds()))
    _check_expiry(world, expires_at)
    items = [] if given["mode"] == NO_PAYMENT else checkout_items.line_items(world, given)
    body = session_body(world, given, items, customer=customer.body if customer else None, expires_at=expires_at)
    body["url"] = f"{world.base_url}/c/pay/{body['id']}"
    hidden = {"line_items": items, "intent": given.get("payment_intent_data", {})}
    if given["mode"] == SUBSCRIPTION:
        body |= checkout_subscriptions.first_sum(world, items, given, customer)
        hidden["subscription_data"] = given.get("subscription_data", {})
    elif items:
        what = "The Checkout Session's total amount"
        amounts.check_charge(body["amount_total"], body["currency"], what=what, param="line_items")
        _check_debits(given, body["currency"])
    else:
        body["setup_intent"] = _new_setup(world, given).id
    return world.add(body, hidden=hidden, due_at=expires_at).body


def update(world: World, given: Given, session: str) -> Json:
    """Change the metadata."""
    record = world.get(KIND, session, asked_by="session")
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    world.save(record)
    return record.body


def expire(world: World, _given: Given, session: str) -> Json:
    """Close an open session at once."""
    record = world.get(KIND, session, asked_by="session")
    if not checking_out.allows(record, Action.EXPIRE):
        status = record.body["status"]
        raise Refused(f"Only Checkout Sessions with the status open can be expired. This one is {status}.")
    checking_out.time_out(world, record)
    return record.body


def retrieve(world: World, _given: Given, session: str) -> Json:
    """Show a session."""
    return world.get(KIND, session, asked_by="session").body


def list_all(world: World, given: Given) -> Json:
    """List sessions."""
    return page(world, KIND, URL, given, by=["customer", "payment_intent", "status", "subscription"])


def list_items(world: World, _given: Given, session: str) -> Json:
    """List what is paid for."""
    return _line_items(world, world.get(KIND, session, asked_by="session").body)


def _check(given: Given) -> None:
    mode = given["mode"]
    if {"customer", "customer_email"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: customer, customer_email.")
    if {"customer", "customer_creation"} <= given.keys():
        raise InvalidParameters(
            "You may give only one of these parameters: customer, customer_creation.", param="customer_creation"
        )
    if mode != PAYMENT and SEPA in given.get("payment_method_types", []):
        raise NotSimulated(f"Storing a {SEPA} is not part of this stand-in.", param="payment_method_types")
    for name in FOREIGN[mode]:
        if name in given:
            raise InvalidParameters(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    needed = ("currency", "payment_method_types") if mode == NO_PAYMENT else ("line_items",)
    if not given.keys() & set(needed):
        raise InvalidParameters(f"Missing required param: {needed[0]}.", code="parameter_missing", param=needed[0])


def _check_debits(given: Given, currency: str) -> None:
    if SEPA not in given.get("payment_method_types", []):
        return
    if given.get("payment_intent_data", {}).get("capture_method") == "manual":
        raise Refused(
            f"The payment method type {SEPA} cannot be used with manual capture.", param="payment_intent_data"
        )
    if currency != "eur":
        raise Refused(f"The payment method type {SEPA} takes only eur, not {currency}.", param="payment_method_types")


def _new_setup(world: World, given: Given) -> Record:
    asked = {**given.get("setup_intent_data", {}), "customer": given.get("customer")}
    return world.add(setting_up.intent_body(world, asked), "setup_intent.created")


def _check_expiry(world: World, expires_at: int) -> None:
    earliest = world.timestamp + int(SHORTEST.total_seconds())
    latest = world.timestamp + int(LONGEST.total_seconds())
    if not earliest <= expires_at <= latest:
        raise Refused("A session expires from 30 minutes to 24 hours after its creation.", param="expires_at")


def _line_items(world: World, body: Json) -> Json:
    session = world.find(body["id"])
    assert session, body
    return list_object(f"{URL}/{session.id}/line_items", session.hidden["line_items"])


FILTERS = {"customer": Text(), "payment_intent": Text(), "status": Choice(*Status), "subscription": Text()}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(**FILTERS), list_all),
        Endpoint("GET", f"{URL}/<session>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<session>", takes(optional={"metadata": Metadata()}), update),
        Endpoint("POST", f"{URL}/<session>/expire", RETRIEVE, expire),
        Endpoint("GET", f"{URL}/<session>/line_items", RETRIEVE, list_items),
    ),
    links=frozenset({"customer", "invoice", "payment_intent", "setup_intent", "subscription"}),
    parts={"line_items": _line_items},
    when_due=checking_out.time_out,
)
