"""Bringing a hold to where Stripe says that the payment is."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, note_refusal, owe_call
from marketplace.payments.commands.cover import drop_cover, use_cover
from marketplace.payments.commands.events import CaptureFailed, HoldLapsed, HoldPlaced, OutcomeKnown, PaymentTaken
from marketplace.payments.commands.ledger import book
from marketplace.payments.commands.renewals import end_renewal
from marketplace.payments.gateway import Intent
from marketplace.payments.models import Hold
from marketplace.payments.rules import HOLD, CallKind, Fact, HoldAction, HoldStatus, facts


def apply_intent(session: Session, hold_id: int, intent: Intent, *, now: datetime) -> None:
    """Bring a hold to where Stripe says that the payment is; any order and any repetition end the same.

    What counts is the payment as it was fetched, never what an event said of it.
    """
    hold = _lock(session, hold_id)
    if hold.payment_intent_id not in {None, intent.id}:  # A look from before the payment was replaced by another.
        return
    assert intent.amount == hold.asked, (hold.id, intent)
    hold.checked_at = now
    hold.payment_intent_id = intent.id
    hold.charge_id = intent.charge_id
    hold.capture_before = intent.capture_before or hold.capture_before
    if intent.status == "requires_capture":
        _set_aside(session, hold, now)
    elif intent.status == "succeeded":
        _taken(session, hold, intent, now)
    elif intent.status == "canceled":
        _let_go(session, hold, now)


def lapse(session: Session, hold_id: int, *, now: datetime) -> None:
    """Note that a Checkout page ended unpaid."""
    _let_go(session, _lock(session, hold_id), now)


def refuse_checkout(session: Session, hold_id: int, reason: str, *, now: datetime) -> None:
    """Note that there will be no Checkout page: Stripe makes none."""
    hold = _lock(session, hold_id)
    note_refusal(session, CallKind.CHECKOUT, hold_id, now, reason=reason)
    if hold.status in {HoldStatus.OPENING, HoldStatus.RELEASING}:
        _let_go(session, hold, now, is_refused=True)


def refuse_capture(session: Session, hold_id: int, reason: str, *, now: datetime) -> None:
    """Note that the bank did not hand over what it had set aside."""
    hold = _lock(session, hold_id)
    note_answer(session, CallKind.CAPTURE, hold_id, now, stripe_id=None)
    if not HOLD.allows(hold.status, HoldAction.REFUSE):
        return
    hold.status = HOLD.after(hold.status, HoldAction.REFUSE)
    hold.captured_minor = hold.charged_minor = 0
    hold.ended_at = now
    drop_cover(session, hold, now=now)
    book_unauthorised(session, hold, now)
    owe_call(session, CallKind.RELEASE, hold.id, now)  # Or the card would be blocked until the bank lets go by itself.
    audit.record(session, hold, "refuse_capture", by=None, at=now, reason=reason)
    announce(session, CaptureFailed(hold.purpose, hold.subject_id, hold.part, hold.id, now))


def _lock(session: Session, hold_id: int) -> Hold:
    """Lock a hold, and before it what it is for: its outcome wakes that, and who acts on that locks it first too."""
    hold = session.get_one(Hold, hold_id)
    announce(session, OutcomeKnown(hold.purpose, hold.subject_id))
    return queries.lock_hold(session, hold_id)


def _set_aside(session: Session, hold: Hold, now: datetime) -> None:
    if hold.status in {HoldStatus.RELEASED, HoldStatus.LAPSED}:  # Paid in another tab after all: let go again.
        owe_call(session, CallKind.RELEASE, hold.id, now)
        return
    if not HOLD.allows(hold.status, HoldAction.AUTHORISE):
        return
    hold.status = HOLD.after(hold.status, HoldAction.AUTHORISE)
    hold.held_at = now
    _book_authorised(session, hold, now)
    announce(session, HoldPlaced(hold.purpose, hold.subject_id, hold.part, hold.id, now))


def _taken(session: Session, hold: Hold, intent: Intent, now: datetime) -> None:
    if not HOLD.allows(hold.status, HoldAction.CAPTURED):
        return
    assert intent.received == hold.charged, (hold.id, intent)
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURED)
    hold.fee_minor = intent.fee.minor
    book_unauthorised(session, hold, now)
    movements = facts.captured(hold.subject_id, hold.charged, hold.fee)
    book(session, hold, Fact.CAPTURED, f"capture:{intent.charge_id}", movements, now=now, stripe_id=intent.charge_id)
    note_answer(session, CallKind.CAPTURE, hold.id, now, stripe_id=intent.charge_id)
    use_cover(session, hold, now=now)
    announce(session, PaymentTaken(hold.purpose, hold.subject_id, hold.part, hold.id, now))


def _let_go(session: Session, hold: Hold, now: datetime, *, is_refused: bool = False) -> None:
    note_answer(session, CallKind.RELEASE, hold.id, now, stripe_id=hold.payment_intent_id)
    if hold.status is HoldStatus.CAPTURING:  # The bank let go between our decision and the capture.
        refuse_capture(session, hold.id, "the authorisation had ended", now=now)
        return
    action = HoldAction.RELEASED if hold.status is HoldStatus.RELEASING else HoldAction.LAPSE
    if not HOLD.allows(hold.status, action):
        return
    hold.status = HOLD.after(hold.status, action)
    hold.ended_at = now
    drop_cover(session, hold, now=now)
    if hold.held_at is not None:
        book_unauthorised(session, hold, now)
    end_renewal(session, hold, now=now)
    if action is HoldAction.LAPSE:
        announce(session, HoldLapsed(hold.purpose, hold.subject_id, hold.part, hold.id, now, is_refused))


def _book_authorised(session: Session, hold: Hold, now: datetime) -> None:
    movements = facts.authorised(hold.subject_id, hold.asked)
    key = f"authorise:{hold.payment_intent_id}"
    book(session, hold, Fact.AUTHORISED, key, movements, now=now, stripe_id=hold.payment_intent_id)


def book_unauthorised(session: Session, hold: Hold, now: datetime) -> None:
    """Book that nothing is set aside by the payer's bank any more."""
    movements = facts.unauthorised(hold.subject_id, hold.asked)
    key = f"unauthorise:{hold.payment_intent_id}"
    book(session, hold, Fact.UNAUTHORISED, key, movements, now=now, stripe_id=hold.payment_intent_id)
