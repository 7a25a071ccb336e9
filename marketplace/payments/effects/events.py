"""Bringing our records to where Stripe says that things are: after an event, after a visit, after a silence.

An event only says where to look. What it claims is never believed: the object is fetched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import or_hopeless
from marketplace.payments.effects.cards import look_at_cards
from marketplace.payments.effects.looking import (
    look_at,
    look_at_period_dispute,
    look_at_period_refund,
    period_refund_named,
    subscription_named,
)
from marketplace.payments.gateway import Checkout, Intent, Missing, Refused, gateway
from marketplace.payments.models import ConnectedAccount, Hold, Payer

LOOK_AGAIN_AFTER = timedelta(days=1)
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
    payer_id: int | None = None
    subscription_id: int | None = None
    period_refund_id: int | None = None
    payment_id: int | None = None


@or_hopeless()
def apply_event(due: outbox.Due) -> None:
    """Apply an event that Stripe sent: look at what it is about, and bring our record there."""
    subject = _subject(reading(), due.payload["event"]["data"]["object"], due.payload["account_id"])
    reading().rollback()
    notes = list(_look_at(subject, due.now))
    with transaction() as session:
        for note in notes:
            note(session)


@or_hopeless()
def refresh_hold(due: outbox.Due) -> None:
    """Ask how a hold stands: the payer is back, or nothing has been heard for a while."""
    notes = [_look_at_hold(due.payload["hold_id"], due.now), *_look_at_renewal(due.payload["hold_id"], due.now)]
    with transaction() as session:
        for note in notes:
            note(session)


def check_holds(now: datetime) -> None:
    """Owe a look at each hold of which nothing has been heard for a while; where one was given up, the next day."""
    with transaction() as session:
        looks = outbox.unfinished(session, commands.REFRESH, given_up_since=now - LOOK_AGAIN_AFTER)
        for hold in queries.lock_silent_holds(session, now, but={one["hold_id"] for one in looks}):
            hold.checked_at = now
            outbox.enqueue(session, commands.REFRESH, at=now, hold_id=hold.id)


def _subject(session: Session, about: dict[str, Any], account_id: str | None) -> Subject:
    kind, own_id = about.get("object"), str(about.get("id"))
    account_key = account_id or (own_id if kind == "account" else None)
    if account_key is not None:
        account = session.query(ConnectedAccount).filter_by(stripe_account_id=account_key).first()
        return Subject(payee_id=account.payee_id, account_id=account_key) if account else Subject()
    payer = _payer_of(session, kind, own_id, about)
    if payer is not None:
        return Subject(payer_id=payer.person_id)
    subscription_id = subscription_named(session, kind, own_id, about)
    if subscription_id is not None:
        return Subject(subscription_id=subscription_id)
    return _about_payment(session, kind, own_id, about)


def _about_payment(session: Session, kind: str | None, own_id: str, about: dict[str, Any]) -> Subject:
    """Find the payment that an object of Stripe is about: for a hold, or for a period."""
    hold = _hold_of(session, kind, own_id, about)
    hold_id = hold.id if hold else None
    if kind == "refund" and hold is None:
        return Subject(period_refund_id=period_refund_named(session, about), stripe_refund_id=own_id)
    if kind == "dispute" and hold is None:
        payment = queries.payment_of_charge(session, str(about.get("charge")))
        return Subject(payment_id=payment.id if payment else None, dispute_id=own_id)
    if kind == "refund":
        # Its metadata name our row, which may not know the refund's id yet.
        given_back = queries.refund_of_hold(session, hold_id, (about.get("metadata") or {}).get("refund_id"))
        return Subject(hold_id=hold_id, refund_id=given_back, stripe_refund_id=own_id)
    return Subject(hold_id=hold_id, dispute_id=own_id if kind == "dispute" else None)


def _payer_of(session: Session, kind: str | None, own_id: str, about: dict[str, Any]) -> Payer | None:
    """Find the payer whose saved cards may have changed."""
    if kind == "payment_method":  # One that was taken away from its customer names nobody: perhaps we know it still.
        customer_id = about.get("customer")
        known = queries.payer_by_customer(session, str(customer_id)) if customer_id else None
        return known or queries.payer_by_card(session, own_id)
    if kind == "customer":
        return queries.payer_by_customer(session, own_id)
    if kind == "checkout.session" and about.get("mode") == "setup":
        return queries.payer_by_customer(session, str(about.get("customer")))
    return None


def _hold_of(session: Session, kind: str | None, own_id: str, about: dict[str, Any]) -> Hold | None:
    """Find the hold that an object of Stripe is about: a session, a payment, or something with a payment."""
    if kind == "checkout.session":
        found = queries.hold_by_stripe(session, session_id=own_id)
        return found or queries.hold_of_renewal(session, session_id=own_id)
    named = own_id if kind == "payment_intent" else about.get("payment_intent")
    if not named:
        return None
    found = queries.hold_by_stripe(session, intent_id=str(named))
    return found or queries.hold_of_renewal(session, intent_id=str(named))


def _look_at(subject: Subject, now: datetime) -> list[Note]:
    """Fetch what an event is about; gives what is to be written down, in this order."""
    notes: list[Note] = []
    if subject.hold_id is not None:
        notes += [_look_at_hold(subject.hold_id, now), *_look_at_renewal(subject.hold_id, now)]
    if subject.refund_id is not None and subject.stripe_refund_id is not None:
        notes += _if_there(_look_at_refund, subject.refund_id, subject.stripe_refund_id, now)
    if subject.dispute_id is not None:
        notes += _look_at_chargeback(subject, subject.dispute_id, now)
    if subject.payee_id is not None and subject.account_id is not None:
        notes.append(_look_at_account(subject.payee_id, subject.account_id, now))
    if subject.payer_id is not None:
        notes.append(look_at_cards(subject.payer_id, now))
    if subject.subscription_id is not None:
        notes.append(look_at(subject.subscription_id, now))
    if subject.period_refund_id is not None and subject.stripe_refund_id is not None:
        notes += _if_there(look_at_period_refund, subject.period_refund_id, subject.stripe_refund_id, now)
    return notes


def _look_at_chargeback(subject: Subject, dispute_id: str, now: datetime) -> list[Note]:
    if subject.hold_id is not None:
        return _if_there(_look_at_dispute, subject.hold_id, dispute_id, now)
    if subject.payment_id is not None:
        return _if_there(look_at_period_dispute, subject.payment_id, dispute_id, now)
    return []


def _if_there(look: Callable[[int, str, datetime], Note], own_id: int, stripe_id: str, now: datetime) -> list[Note]:
    """Look at what an event is about; if Stripe knows no such thing, there is nothing to write down."""
    try:
        return [look(own_id, stripe_id, now)]
    except Missing:
        return []


def _look_at_hold(hold_id: int, now: datetime) -> Note:
    hold = reading().get_one(Hold, hold_id)
    session_id, intent_id = hold.checkout_session_id, hold.payment_intent_id
    tried_id = hold.tried_intent_id if hold.is_trying_card else None
    reading().rollback()
    if tried_id is not None:
        tried = gateway().intent(tried_id)
        return lambda session: commands.paid_by_card(session, hold_id, tried, now=now)
    checkout = gateway().checkout(session_id) if session_id else None
    intent_id = intent_id or (checkout.payment_intent_id if checkout else None)
    intent = gateway().intent(intent_id) if intent_id else None
    return lambda session: _note_hold(session, hold_id, checkout, intent, now)


def _note_hold(session: Session, hold_id: int, checkout: Checkout | None, intent: Intent | None, now: datetime) -> None:
    if checkout is not None and checkout.status == "expired" and (intent is None or intent.charge_id is None):
        commands.lapse(session, hold_id, now=now)
    elif intent is not None:
        commands.apply_intent(session, hold_id, intent, now=now)


def _look_at_renewal(hold_id: int, now: datetime) -> list[Note]:
    """Look at the page on which a payer may have set the amount aside once more."""
    renewal = queries.live_renewal(reading(), hold_id)
    renewal_id, session_id = (renewal.id, renewal.checkout_session_id) if renewal else (0, None)
    reading().rollback()
    if session_id is None:
        return []
    checkout = gateway().checkout(session_id)
    if checkout.status == "expired":
        return [lambda session: commands.lapse_renewal(session, renewal_id, now=now)]
    if checkout.payment_intent_id is None:
        return []
    intent = gateway().intent(checkout.payment_intent_id)
    return [lambda session: commands.apply_renewal(session, renewal_id, intent, now=now)]


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
        return lambda session: commands.refuse_account(session, payee_id, reason, account_id=account_id, now=now)
    return lambda session: commands.describe_account(session, payee_id, account, now=now)
