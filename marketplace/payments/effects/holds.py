"""Calls about holds: the Checkout page, the capture, the release."""

from datetime import datetime

from flask import current_app

from marketplace.accounts.models import Person
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call
from marketplace.payments.gateway import Checkout, CheckoutOrder, Intent, Refused, gateway
from marketplace.payments.models import Hold
from marketplace.payments.rules import CallKind

ENDED_INTENTS = frozenset({"succeeded", "canceled"})


def make_checkout(call: Call, now: datetime) -> None:
    """Make the page on which the payer sets the amount aside."""
    order = _checkout_order(call.about_id)
    try:
        checkout = gateway().create_checkout(order, key=call.key)
    except Refused:
        with transaction() as session:
            commands.lapse(session, call.about_id, now=now)
        raise
    with transaction() as session:
        commands.offer_checkout(session, call.about_id, checkout, now=now)


def _checkout_order(hold_id: int) -> CheckoutOrder:
    hold = reading().get_one(Hold, hold_id)
    payer = reading().get_one(Person, hold.payer_id)
    base_url = current_app.config["BASE_URL"]
    order = CheckoutOrder(
        hold_id=hold.id,
        amount=hold.amount,
        description=hold.description,
        email=payer.email,
        language=payer.language,
        success_url=f"{base_url}/payments/{hold.id}/back",
        cancel_url=f"{base_url}{hold.return_path}",
    )
    reading().rollback()
    return order


def capture(call: Call, now: datetime) -> None:
    """Take the agreed part of a hold."""
    hold = reading().get_one(Hold, call.about_id)
    intent_id, amount = hold.payment_intent_id, hold.captured
    reading().rollback()
    assert intent_id is not None
    refusal = "the payment had ended"
    try:
        gateway().capture(intent_id, amount, key=call.key)
    except Refused as error:  # Perhaps because it is captured already: look before you say so.
        refusal = str(error)
    intent = gateway().intent(intent_id)
    with transaction() as session:
        if intent.status == "succeeded":
            commands.apply_intent(session, call.about_id, intent, now=now)
        else:
            commands.refuse_capture(session, call.about_id, refusal, now=now)


def release(call: Call, now: datetime) -> None:
    """Close the page and let go of what was set aside, whichever of them there is."""
    session_id, intent_id = _stripe_ids(call.about_id)
    if session_id is None:  # The page may have been made without our hearing of it: make it under the same key.
        making = queries.latest_call(reading(), CallKind.CHECKOUT, call.about_id)
        assert making is not None
        make = Call(making.kind, making.about_id, making.key)
        reading().rollback()
        make_checkout(make, now)
        session_id, intent_id = _stripe_ids(call.about_id)
    assert session_id is not None
    checkout = _close(gateway().checkout(session_id))
    intent_id = intent_id or checkout.payment_intent_id
    intent = _cancel(intent_id, call.key) if intent_id else None
    with transaction() as session:
        if intent is not None and intent.charge_id is not None:
            commands.apply_intent(session, call.about_id, intent, now=now)
        else:
            commands.lapse(session, call.about_id, now=now)


def _stripe_ids(hold_id: int) -> tuple[str | None, str | None]:
    hold = reading().get_one(Hold, hold_id)
    found = hold.checkout_session_id, hold.payment_intent_id
    reading().rollback()
    return found


def _close(checkout: Checkout) -> Checkout:
    if checkout.status != "open":
        return checkout
    try:
        gateway().expire_checkout(checkout.id)
    except Refused:  # The payer was faster: there is a payment to cancel now.
        return gateway().checkout(checkout.id)
    return checkout


def _cancel(intent_id: str, key: str) -> Intent:
    intent = gateway().intent(intent_id)
    if intent.status not in ENDED_INTENTS:
        gateway().cancel_intent(intent_id, key=key)
        intent = gateway().intent(intent_id)
    return intent
