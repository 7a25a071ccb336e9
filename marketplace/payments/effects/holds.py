"""Calls about holds: the Checkout page, the capture, the release."""

from datetime import datetime

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call, ask_once, read_call
from marketplace.payments.effects.cards import customer_of
from marketplace.payments.effects.pages import cancel, checkout_order, checkout_page, close
from marketplace.payments.gateway import Intent, Refused, gateway
from marketplace.payments.models import Hold
from marketplace.payments.rules import CallKind


def make_checkout(call: Call, now: datetime) -> None:
    """Make the page on which the payer sets the amount aside; if Stripe makes none, the hold lapses."""
    try:
        order = checkout_order(call.about_id, _customer_of(call.about_id, now))
        checkout = checkout_page(order, call, now)
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_checkout(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.offer_checkout(session, call.about_id, checkout, now=now)


def _customer_of(hold_id: int, now: datetime) -> str:
    """Give the customer for whom the page is made, the same whenever it is made again."""
    hold = reading().get_one(Hold, hold_id)
    payer_id, customer_id = hold.payer_id, hold.customer_id
    reading().rollback()
    if customer_id is None:
        customer_id = customer_of(payer_id, now)
        with transaction() as session:
            commands.pay_as(session, hold_id, customer_id)
    return customer_id


def capture(call: Call, now: datetime) -> None:
    """Take the agreed part of a hold."""
    hold = reading().get_one(Hold, call.about_id)
    intent_id, amount = hold.payment_intent_id, hold.charged
    reading().rollback()
    assert intent_id is not None

    def look() -> Intent | None:
        found = gateway().intent(intent_id)
        return None if found.status == "requires_capture" else found

    def ask() -> Intent:
        gateway().capture(intent_id, amount, key=call.key)
        return gateway().intent(intent_id)

    refusal = "the payment had ended"
    try:
        intent = ask_once(call, now, look=look, ask=ask)
    except Refused as error:  # Perhaps because it is captured already: look before you say so.
        refusal, intent = str(error), gateway().intent(intent_id)
    with transaction() as session:
        if intent.status == "succeeded":
            commands.apply_intent(session, call.about_id, intent, now=now)
        else:
            commands.refuse_capture(session, call.about_id, refusal, now=now)


def release(call: Call, now: datetime) -> None:
    """Close the page and let go of what was set aside, whichever of them there is."""
    session_id, intent_id = _stripe_ids(call.about_id)
    if session_id is None:
        making = queries.latest_call(reading(), CallKind.CHECKOUT, call.about_id)
        make = read_call(making) if making else None
        reading().rollback()
        if make is not None:  # The page may have been made without our hearing of it: make it under the same key.
            make_checkout(make, now)
            session_id, intent_id = _stripe_ids(call.about_id)
    if session_id is not None:
        checkout = close(gateway().checkout(session_id))
        intent_id = intent_id or checkout.payment_intent_id  # A renewal may have put another in its place.
    intent = cancel(call, intent_id, now) if intent_id else None
    with transaction() as session:
        if intent is not None and intent.charge_id is not None:
            commands.apply_intent(session, call.about_id, intent, now=now)
        else:
            commands.lapse(session, call.about_id, now=now)


def _stripe_ids(hold_id: int) -> tuple[str | None, str | None]:
    hold = reading().get_one(Hold, hold_id)
    tried_id = hold.tried_intent_id if hold.card_id else None
    found = hold.checkout_session_id, hold.payment_intent_id or tried_id
    reading().rollback()
    return found
