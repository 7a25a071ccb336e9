"""Bringing our records to where Stripe says that things are: after an event, after a visit, after a silence.

An event only says where to look. What it claims is never believed: the object is fetched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.gateway import Checkout, Intent, Refused, gateway
from marketplace.payments.models import ConnectedAccount, Hold, ReceivedEvent

Note = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, in our own rows and in Stripe's ids; empty where it is about nothing of ours."""

    hold_id: int | None = None
    refund_id: int | None = None
    stripe_refund_id: str | None = None
    dispute_id: str | None = None
    payee_id: int | None = None
    account_id: str | None = None


def apply_event(due: outbox.Due) -> None:
    """Apply an event that Stripe sent: look at what it is about, and bring our record there."""
    event = reading().get_one(ReceivedEvent, due.payload["event_id"])
    event_id = event.id
    subject = _subject(reading(), event.payload["data"]["object"], event.account_id)
    reading().rollback()
    notes = list(_look_at(subject, due.now))
    with transaction() as session:
        for note in notes:
            note(session)
        session.get_one(ReceivedEvent, event_id).applied_at = due.now


def refresh_hold(due: outbox.Due) -> None:
    """Ask how a hold stands: the payer is back, or nothing has been heard for a while."""
    note = _look_at_hold(due.payload["hold_id"], due.now)
    with transaction() as session:
        note(session)


def check_holds(now: datetime) -> None:
    """Owe a look at each hold of which nothing has been heard for a while."""
    with transaction() as session:
        for hold_id in queries.holds_to_check(session, now):
            queries.lock_hold(session, hold_id).checked_at = now
            outbox.enqueue(session, commands.REFRESH, at=now, hold_id=hold_id)


def _subject(session: Session, about: dict[str, Any], account_id: str | None) -> Subject:
    kind, own_id = about.get("object"), str(about.get("id"))
    account_key = account_id or (own_id if kind == "account" else None)
    if account_key is not None:
        account = session.query(ConnectedAccount).filter_by(stripe_account_id=account_key).first()
        return Subject(payee_id=account.payee_id, account_id=account_key) if account else Subject()
    hold = _hold_of(session, kind, own_id, about)
    hold_id = hold.id if hold else None
    if kind == "refund":
        # Its metadata name our row, which may not know the refund's id yet.
        given_back = queries.refund_of_hold(session, hold_id, (about.get("metadata") or {}).get("refund_id"))
        return Subject(hold_id=hold_id, refund_id=given_back, stripe_refund_id=own_id)
    return Subject(hold_id=hold_id, dispute_id=own_id if kind == "dispute" else None)


def _hold_of(session: Session, kind: str | None, own_id: str, about: dict[str, Any]) -> Hold | None:
    """Find the hold that an object of Stripe is about: a session, a payment, or something with a payment."""
    if kind == "checkout.session":
        return queries.hold_by_stripe(session, session_id=own_id)
    intent_id = own_id if kind == "payment_intent" else about.get("payment_intent")
    return queries.hold_by_stripe(session, intent_id=str(intent_id)) if intent_id else None


def _look_at(subject: Subject, now: datetime) -> list[Note]:
    """Fetch what an event is about; gives what is to be written down, in this order."""
    notes: list[Note] = []
    if subject.hold_id is not None:
        notes.append(_look_at_hold(subject.hold_id, now))
    if subject.refund_id is not None and subject.stripe_refund_id is not None:
        notes.append(_look_at_refund(subject.refund_id, subject.stripe_refund_id, now))
    if subject.hold_id is not None and subject.dispute_id is not None:
        notes.append(_look_at_dispute(subject.hold_id, subject.dispute_id, now))
    if subject.payee_id is not None and subject.account_id is not None:
        notes.append(_look_at_account(subject.payee_id, subject.account_id, now))
    return notes


def _look_at_hold(hold_id: int, now: datetime) -> Note:
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


def _look_at_refund(refund_id: int, stripe_refund_id: str, now: datetime) -> Note:
    state = gateway().refund_state(stripe_refund_id)
    return lambda session: commands.describe_refund(session, refund_id, state, now=now)


def _look_at_dispute(hold_id: int, dispute_id: str, now: datetime) -> Note:
    dispute = gateway().dispute(dispute_id)
    return lambda session: commands.apply_dispute(session, hold_id, dispute, now=now)


def _look_at_account(payee_id: int, account_id: str, now: datetime) -> Note:
    try:
        account = gateway().account(account_id)
    except Refused as refusal:  # The payee has left the platform.
        reason = str(refusal)
        return lambda session: commands.refuse_account(session, payee_id, reason, now=now)
    return lambda session: commands.describe_account(session, payee_id, account, now=now)
