"""Checkout sessions: a page where somebody pays, open for a day at most."""

from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.cards import CardDetails
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, NotSimulated, Refused
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Choice, Given, Text, lists_by
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import customers, payment_intents, payment_methods
from marketplace.sandbox.stripe.resources.checkout_bodies import (
    CREATE,
    customer_details,
    intent_body,
    line_items,
    session_body,
)

KIND = "checkout.session"
URL = "/v1/checkout/sessions"

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
AMOUNT_MAX = 99_999_999

# The least that can be charged, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
AMOUNT_MIN = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip


class Status(StrEnum):
    """Where a session stands."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class Action(StrEnum):
    """What can happen to a session."""

    TRY = "try"
    COMPLETE = "complete"
    EXPIRE = "expire"


LIFECYCLE = StateTable[Status, Action]({
    (Status.OPEN, Action.TRY): Status.OPEN,
    (Status.OPEN, Action.COMPLETE): Status.COMPLETE,
    (Status.OPEN, Action.EXPIRE): Status.EXPIRED,
})  # fmt: skip


def create(world: World, given: Given) -> Json:
    """Open a session and tell where its page is."""
    if given["mode"] != "payment":
        raise NotSimulated(f"Checkout Sessions with mode={given['mode']} are not part of this stand-in.", param="mode")
    if {"customer", "customer_email"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: customer, customer_email.")
    customer = world.referred("customer", given["customer"], param="customer") if "customer" in given else None
    items = line_items(given["line_items"], world.timestamp)
    expires_at = given.get("expires_at", world.timestamp + int(LONGEST.total_seconds()))
    _check_expiry(world, expires_at)
    body = session_body(world, given, items, customer=customer.body if customer else None, expires_at=expires_at)
    _check_total(body["amount_total"], body["currency"])
    body["url"] = f"{world.base_url}/c/pay/{body['id']}"
    hidden = {"line_items": items, "intent": given.get("payment_intent_data", {})}
    return world.add(body, hidden=hidden, due_at=expires_at).body


def pay(world: World, session: Record, details: CardDetails) -> Record:
    """Try to pay an open session with a card; what came of it is in the status of the payment intent."""
    assert LIFECYCLE.allows(Status(session.body["status"]), Action.TRY), session
    intent = intent_of(world, session) or _new_intent(world, session)
    method = payment_methods.add(world, details, customer=session.body["customer"])
    session.hidden["payer"] = {"email": details.email, "name": details.name}
    payment_intents.present_card(world, intent, method)
    _follow(world, session, intent)
    return intent


def authenticate(world: World, session: Record, *, is_confirmed: bool) -> None:
    """Go on with an open session after the visit to the bank's page."""
    intent = intent_of(world, session)
    assert intent, session
    payment_intents.authenticate(world, intent, is_confirmed=is_confirmed)
    _follow(world, session, intent)


def intent_of(world: World, session: Record) -> Record | None:
    """Look up the payment intent of a session; None before the first try to pay."""
    intent_id = session.body["payment_intent"]
    return world.find(intent_id) if intent_id else None


def expire(world: World, _given: Given, session: str) -> Json:
    """Close an open session at once."""
    record = world.get(KIND, session, asked_by="session")
    status = Status(record.body["status"])
    if not LIFECYCLE.allows(status, Action.EXPIRE):
        raise Refused(f"Only Checkout Sessions with the status open can be expired. This one is {status}.")
    time_out(world, record)
    return record.body


def time_out(world: World, record: Record) -> None:
    """Close an open session, and the payment that was tried in it."""
    _move(record, Action.EXPIRE)
    record.due_at = None
    record.body["url"] = None
    intent = intent_of(world, record)
    if intent:
        payment_intents.end(world, intent, payment_intents.Action.CANCEL, reason="automatic")
    world.save(record, "checkout.session.expired")


def retrieve(world: World, _given: Given, session: str) -> Json:
    """Show a session."""
    return world.get(KIND, session, asked_by="session").body


def list_all(world: World, given: Given) -> Json:
    """List sessions."""
    return page(world, KIND, URL, given, by=["customer", "payment_intent", "status"])


def _follow(world: World, session: Record, intent: Record) -> None:
    if intent.body["status"] in {payment_intents.Status.REQUIRES_CAPTURE, payment_intents.Status.SUCCEEDED}:
        _complete(world, session, intent)
    else:
        world.save(session)


def _complete(world: World, session: Record, intent: Record) -> None:
    _move(session, Action.COMPLETE)
    payer = session.hidden["payer"]
    if session.body["customer_creation"] == "always":
        session.body["customer"] = customers.create(world, dict(payer))["id"]
    is_paid = intent.body["status"] == payment_intents.Status.SUCCEEDED
    session.body |= {
        "customer_details": customer_details(email=payer["email"], name=payer["name"]),
        "payment_status": "paid" if is_paid else "unpaid",
        "url": None,
    }
    session.due_at = None
    world.save(session, "checkout.session.completed")


def _new_intent(world: World, session: Record) -> Record:
    intent = world.add(intent_body(world, session.body, session.hidden["intent"]), "payment_intent.created")
    session.body["payment_intent"] = intent.id
    return intent


def _check_expiry(world: World, expires_at: int) -> None:
    earliest = world.timestamp + int(SHORTEST.total_seconds())
    latest = world.timestamp + int(LONGEST.total_seconds())
    if not earliest <= expires_at <= latest:
        raise Refused("A session expires from 30 minutes to 24 hours after its creation.", param="expires_at")


def _check_total(amount: int, currency: str) -> None:
    if amount > AMOUNT_MAX:
        raise Refused(
            f"The Checkout Session's total amount must not be greater than {AMOUNT_MAX}.", code="amount_too_large"
        )
    payment_intents.check_amount(amount, currency, param="line_items")
    if amount < AMOUNT_MIN.get(currency, 1):
        raise Refused(
            f"The Checkout Session's total amount must be at least {AMOUNT_MIN[currency]} {currency}.",
            code="amount_too_small",
        )


def _move(record: Record, action: Action) -> None:
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))


def _line_items(world: World, body: Json) -> Json:
    session = world.find(body["id"])
    assert session, body
    return list_object(f"{URL}/{session.id}/line_items", session.hidden["line_items"])


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(customer=Text(), payment_intent=Text(), status=Choice(*Status)), list_all),
        Endpoint("GET", f"{URL}/<session>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<session>/expire", RETRIEVE, expire),
    ),
    links=frozenset({"customer", "payment_intent"}),
    parts={"line_items": _line_items},
    when_due=time_out,
)
