"""Checking out: what people do on the page of a Checkout session, and what comes of it."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.cards import CardDetails
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import customers, paying, payment_methods, setting_up, storing
from marketplace.sandbox.stripe.resources.billing import checkout_subscriptions
from marketplace.sandbox.stripe.resources.checkout_bodies import customer_details
from marketplace.sandbox.stripe.resources.payment_intent_body import intent_body
from marketplace.sandbox.stripe.resources.payment_method_body import SEPA

KIND = "checkout.session"

PAYMENT, NO_PAYMENT, SUBSCRIPTION = "payment", "setup", "subscription"


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

DONE = {paying.Status.PROCESSING, paying.Status.REQUIRES_CAPTURE, paying.Status.SUCCEEDED, setting_up.Status.SUCCEEDED}


@dataclass(frozen=True, slots=True)
class Chosen:
    """With what somebody pays: a card that was typed or is stored already, or a bank account by its number."""

    means: CardDetails | Record | str
    email: str
    name: str | None
    is_kept: bool = False  # They ask to have it stored.


def try_to_pay(world: World, session: Record, chosen: Chosen) -> Record:
    """Try a card or a bank account on an open session; what came of it is in the status of the intent."""
    assert LIFECYCLE.allows(Status(session.body["status"]), Action.TRY), session
    intent = intent_of(world, session) or _new_intent(world, session)
    method = _method(world, session, chosen)
    session.hidden["payer"] = {"email": chosen.email, "name": chosen.name}
    session.hidden["is_kept"] = chosen.is_kept
    if isinstance(chosen.means, str):
        paying.debit(world, intent, method)
    elif intent.body["object"] == setting_up.KIND:
        setting_up.present(world, intent, method)
    else:
        paying.present(world, intent, method)
    _follow(world, session, intent)
    return intent


def authenticate(world: World, session: Record, *, is_confirmed: bool) -> None:
    """Go on with an open session after the visit to the bank's page."""
    intent = intent_of(world, session)
    assert intent, session
    if intent.body["object"] == setting_up.KIND:
        setting_up.authenticate(world, intent, is_confirmed=is_confirmed)
    else:
        paying.authenticate(world, intent, is_confirmed=is_confirmed)
    _follow(world, session, intent)


def intent_of(world: World, session: Record) -> Record | None:
    """Look up the intent of a session; None before the first try to pay."""
    intent_id = session.body["payment_intent"] or session.body["setup_intent"] or session.hidden.get("intent_id")
    return world.find(intent_id) if intent_id else None


def session_of(world: World, intent: Record) -> Record | None:
    """Look up the session in which an intent is tried; None when it is tried without one."""
    session_id = intent.hidden.get("checkout_session")
    if session_id:
        return world.find(session_id)
    return next(world.every(KIND, **{intent.body["object"]: intent.id}), None)


def last_problem(world: World, session: Record) -> Json | None:
    """Tell why the last try came to nothing; None when there was none, or it came to something."""
    intent = intent_of(world, session)
    if intent is None:
        return None
    problem: Json | None = intent.body.get("last_payment_error") or intent.body.get("last_setup_error")
    return problem


def stored_methods(world: World, session: Record) -> list[Record]:
    """List the cards that the customer of a session may choose from."""
    options = session.body["saved_payment_method_options"]
    if not (options and session.body["customer"]):
        return []
    found = world.every("payment_method", customer=session.body["customer"])
    return [one for one in found if one.body["allow_redisplay"] in options["allow_redisplay_filters"]]


def takes_debits(session: Record) -> bool:
    """Tell whether somebody may pay from a bank account."""
    return SEPA in session.body["payment_method_types"]


def may_keep(session: Record) -> bool:
    """Tell whether somebody may ask to have their card stored."""
    options = session.body["saved_payment_method_options"]
    return bool(options) and options["payment_method_save"] == "enabled"


def time_out(world: World, record: Record) -> None:
    """Close an open session, and the payment that was tried in it."""
    _move(record, Action.EXPIRE)
    record.due_at = None
    record.body["url"] = None
    intent = intent_of(world, record)
    if intent and intent.body["object"] == setting_up.KIND:
        setting_up.end(world, intent, reason=None)
    elif intent:
        paying.end(world, intent, paying.Action.CANCEL, reason="automatic")
    world.save(record, "checkout.session.expired")


def allows(record: Record, action: Action) -> bool:
    """Tell whether something can happen to a session now."""
    return LIFECYCLE.allows(Status(record.body["status"]), action)


def _method(world: World, session: Record, chosen: Chosen) -> Record:
    if isinstance(chosen.means, Record):
        return chosen.means
    if isinstance(chosen.means, str):
        return payment_methods.add_debit(world, chosen.means, email=chosen.email, name=chosen.name or "")
    method = payment_methods.add(world, chosen.means)
    # What its owner asked to have stored may always be shown to them; what the platform stores, only if it asks.
    method.body["allow_redisplay"] = "always" if chosen.is_kept and may_keep(session) else "limited"
    world.save(method)
    return method


def _follow(world: World, session: Record, intent: Record) -> None:
    if intent.body["status"] in DONE:
        _complete(world, session, intent)
    else:
        world.save(session)


def _complete(world: World, session: Record, intent: Record) -> None:
    _move(session, Action.COMPLETE)
    payer = session.hidden["payer"]
    usage = _usage(session, intent)
    if _makes_customer(session, usage):
        _name_customer(world, session, intent)
    if usage and session.body["customer"]:
        _store(world, session, intent, usage)
    session.body |= {
        "customer_details": customer_details(email=payer["email"], name=payer["name"]),
        "payment_status": _payment_status(intent),
        "url": None,
    }
    if session.body["mode"] == SUBSCRIPTION:
        checkout_subscriptions.subscribe(world, session, intent)
    session.due_at = None
    world.save(session, "checkout.session.completed")


def _makes_customer(session: Record, usage: str | None) -> bool:
    """Tell whether somebody who came as a guest becomes a customer."""
    is_required = usage is not None and session.body["mode"] != NO_PAYMENT
    creation = session.body["customer_creation"]
    return bool(creation == "always" or (creation == "if_required" and is_required))


def _usage(session: Record, intent: Record) -> str | None:
    """Tell what the card is stored for; None when it is not stored."""
    asked: str | None = intent.body.get("setup_future_usage") or intent.body.get("usage")
    is_kept = may_keep(session) and session.hidden["is_kept"]
    return asked or ("on_session" if is_kept else None)


def _payment_status(intent: Record) -> str:
    if intent.body["object"] == setting_up.KIND:
        return "no_payment_required"
    return "paid" if intent.body["status"] == paying.Status.SUCCEEDED else "unpaid"


def _name_customer(world: World, session: Record, intent: Record) -> None:
    """Make a customer of somebody who paid as a guest."""
    customer = customers.create(world, {key: one for key, one in session.hidden["payer"].items() if one})["id"]
    charge = world.find(intent.body["latest_charge"]) if intent.body.get("latest_charge") else None
    for record in (session, intent, *([charge] if charge else [])):
        record.body["customer"] = customer
        world.save(record)


def _store(world: World, session: Record, intent: Record, usage: str) -> None:
    method = world.find(intent.body["payment_method"])
    assert method, intent
    storing.attach(world, method, session.body["customer"])
    storing.set_up(world, method, usage)


def _new_intent(world: World, session: Record) -> Record:
    if session.body["mode"] == SUBSCRIPTION:  # Its session shows no payment: that belongs to the invoice to come.
        intent = checkout_subscriptions.new_intent(world, session)
        session.hidden["intent_id"] = intent.id
        return intent
    given = {
        **session.hidden["intent"],
        "amount": session.body["amount_total"],
        "currency": session.body["currency"],
        "customer": session.body["customer"],
        "payment_method_types": session.body["payment_method_types"],
    }
    intent = world.add(intent_body(world, given), "payment_intent.created")
    session.body["payment_intent"] = intent.id
    return intent


def _move(record: Record, action: Action) -> None:
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))
