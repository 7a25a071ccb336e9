"""What the worker does with Stripe after the commit: calls that are owed, events to apply, holds to ask about.

Each function asks first, with no transaction open, and then writes down the answer in one transaction. All of them may
be repeated: calls carry the key of their own row, and an answer that is known already changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.gateway import Checkout, CheckoutOrder, Intent, Refused, gateway
from marketplace.payments.models import ConnectedAccount, Hold, ReceivedEvent
from marketplace.payments.queries import Order
from marketplace.payments.rules import CallKind

ENDED_INTENTS = frozenset({"succeeded", "canceled"})


def perform_call(due: outbox.Due) -> None:
    """Make a call that is owed."""
    order = queries.order(reading(), due.payload["call_id"])
    reading().rollback()
    if not order.answered:
        _PERFORM[order.kind](order, due.now)


def apply_event(due: outbox.Due) -> None:
    """Apply an event that Stripe sent: look at what it is about, and bring our record there."""
    session = reading()
    event = session.get_one(ReceivedEvent, due.payload["event_id"])
    event_id, about = event.id, event.payload["data"]["object"]
    hold = _hold_of(session, about)
    hold_id = hold.id if hold else None
    account = session.query(ConnectedAccount).filter_by(stripe_account_id=event.account_id or about.get("id")).first()
    account_key = (account.payee_id, account.stripe_account_id) if account else None
    session.rollback()
    note = _look_at_hold(hold_id, due.now) if hold_id else _look_at_account(account_key, due.now)
    with transaction() as session:
        note(session)
        session.get_one(ReceivedEvent, event_id).applied_at = due.now


def refresh_hold(due: outbox.Due) -> None:
    """Ask how a hold stands: the payer is back, or nothing has been heard for a while."""
    note = _look_at_hold(due.payload["hold_id"], due.now)
    with transaction() as session:
        note(session)


def open_account(due: outbox.Due) -> None:
    """Open an account at Stripe for a payee."""
    known = reading().get_one(ConnectedAccount, due.payload["payee_id"])
    payee_id, country, email, key = known.payee_id, known.country, known.email, known.key
    reading().rollback()
    try:
        account = gateway().create_account(country=country, email=email, payee_id=payee_id, key=key)
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_account(session, payee_id, str(refusal), now=due.now)
        return
    with transaction() as session:
        commands.describe_account(session, payee_id, account, now=due.now)


def refresh_account(payee_id: int, now: datetime) -> None:
    """Ask how a payee's account stands."""
    known = reading().get_one(ConnectedAccount, payee_id)
    key = (payee_id, known.stripe_account_id)
    reading().rollback()
    note = _look_at_account(key, now)
    with transaction() as session:
        note(session)


def check_holds(now: datetime) -> None:
    """Owe a look at each hold of which nothing has been heard for a while."""
    with transaction() as session:
        for hold_id in queries.holds_to_check(session, now):
            queries.lock_hold(session, hold_id).checked_at = now
            outbox.enqueue(session, commands.REFRESH, at=now, hold_id=hold_id)


def _hold_of(session: Session, about: dict[str, object]) -> Hold | None:
    """Find the hold that an object of Stripe is about: a session, a payment, or something with a payment."""
    kind, own_id = about.get("object"), str(about.get("id"))
    if kind == "checkout.session":
        return queries.hold_by_stripe(session, session_id=own_id)
    intent_id = own_id if kind == "payment_intent" else about.get("payment_intent")
    return queries.hold_by_stripe(session, intent_id=str(intent_id)) if intent_id else None


Note = Callable[[Session], None]


def _look_at_hold(hold_id: int, now: datetime) -> Note:
    """Fetch what Stripe knows of a hold; gives what is to be written down."""
    hold = reading().get_one(Hold, hold_id)
    session_id, intent_id = hold.checkout_session_id, hold.payment_intent_id
    reading().rollback()
    checkout = gateway().checkout(session_id) if session_id else None
    intent_id = intent_id or (checkout.payment_intent_id if checkout else None)
    intent = gateway().intent(intent_id) if intent_id else None
    return lambda session: _note_hold(session, hold_id, checkout, intent, now)


def _note_hold(session: Session, hold_id: int, checkout: Checkout | None, intent: Intent | None, now: datetime) -> None:
    if checkout is not None and checkout.status == "expired" and (intent is None or intent.charge_id is None):
        commands.lapse(session, hold_id, now=now)
    elif intent is not None:
        commands.apply_intent(session, hold_id, intent, now=now)


def _look_at_account(key: tuple[int, str | None] | None, now: datetime) -> Note:
    if key is None or key[1] is None:
        return lambda _session: None
    payee_id, account = key[0], gateway().account(key[1])
    return lambda session: commands.describe_account(session, payee_id, account, now=now)


def _make_checkout(order: Order, now: datetime) -> None:
    try:
        checkout = _create_checkout(order)
    except Refused:
        with transaction() as session:
            commands.lapse(session, order.hold_id, now=now)
        raise
    with transaction() as session:
        commands.offer_checkout(session, order.hold_id, checkout, now=now)


def _create_checkout(order: Order) -> Checkout:
    base_url = current_app.config["BASE_URL"]
    return gateway().create_checkout(
        CheckoutOrder(
            hold_id=order.hold_id,
            amount=order.amount,
            description=order.description,
            email=order.email,
            language=order.language,
            success_url=f"{base_url}/payments/{order.hold_id}/back",
            cancel_url=f"{base_url}{order.return_path}",
        ),
        key=order.key,
    )


def _capture(order: Order, now: datetime) -> None:
    assert order.intent_id is not None
    refusal = "the payment had ended"
    try:
        gateway().capture(order.intent_id, order.captured, key=order.key)
    except Refused as error:  # Perhaps because it is captured already: look before you say so.
        refusal = str(error)
    intent = gateway().intent(order.intent_id)
    with transaction() as session:
        if intent.status == "succeeded":
            commands.apply_intent(session, order.hold_id, intent, now=now)
        else:
            commands.refuse_capture(session, order.hold_id, refusal, now=now)


def _release(order: Order, now: datetime) -> None:
    """Close the page and let go of what was set aside, whichever of them there is."""
    session_id = order.session_id
    if session_id is None:  # The page may have been made without our hearing of it.
        with transaction() as session:
            making = queries.call_for_hold(session, order.hold_id, CallKind.CHECKOUT)
            assert making is not None
            making_id = making.id
        make = queries.order(reading(), making_id)
        reading().rollback()
        _make_checkout(make, now)
        session_id = queries.order(reading(), making_id).session_id
        reading().rollback()
    assert session_id is not None
    checkout = _close(gateway().checkout(session_id))
    intent_id = order.intent_id or checkout.payment_intent_id
    intent = _cancel(intent_id, order.key) if intent_id else None
    with transaction() as session:
        if intent is not None and intent.charge_id is not None:
            commands.apply_intent(session, order.hold_id, intent, now=now)
        else:
            commands.lapse(session, order.hold_id, now=now)


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


def _refund(order: Order, now: datetime) -> None:
    assert order.intent_id is not None
    refund_id = gateway().refund(order.intent_id, order.captured, key=order.key)
    with transaction() as session:
        commands.refunded(session, order.hold_id, refund_id, now=now)


def _transfer(order: Order, now: datetime) -> None:
    assert order.payout_id is not None
    assert order.share is not None
    try:
        transfer_id = gateway().transfer(
            order.account_id or "",
            order.share,
            charge_id=order.charge_id or "",
            group=f"hold-{order.hold_id}",
            key=order.key,
        )
    except Refused as refusal:
        with transaction() as session:
            commands.pay_by_hand_instead(session, order.payout_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.transferred(session, order.payout_id, transfer_id, now=now)


_PERFORM: dict[CallKind, Callable[[Order, datetime], None]] = {
    CallKind.CHECKOUT: _make_checkout,
    CallKind.CAPTURE: _capture,
    CallKind.RELEASE: _release,
    CallKind.REFUND: _refund,
    CallKind.TRANSFER: _transfer,
}
