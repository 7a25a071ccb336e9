"""What can be done with a hold. Each change and its postings are one transaction; Stripe is asked afterwards."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.gateway import Checkout
from marketplace.payments.models import Hold
from marketplace.payments.rules import HOLD, CallKind, HoldAction, Subject


def open_hold(session: Session, subject: Subject, *, payer_id: int, amount: Money, now: datetime) -> tuple[Hold, int]:
    """Ask a payer to set an amount aside; gives the hold and the outbox message that makes its Checkout page."""
    hold = Hold(
        purpose=subject.purpose,
        subject_id=subject.id,
        part=subject.part,
        payer_id=payer_id,
        currency=amount.currency,
        amount_minor=amount.minor,
        description=subject.description,
        return_path=subject.return_path,
        created_at=now,
        checked_at=now,
    )
    session.add(hold)
    session.flush()  # The call needs the hold's id.
    return hold, owe_call(session, CallKind.CHECKOUT, hold.id, now)


def capture(session: Session, hold_id: int, *, amount: Money, now: datetime) -> None:
    """Take the agreed part of a hold; the rest is released.

    Raises:
        IllegalMove: the hold is not held any more.
    """
    hold = queries.lock_hold(session, hold_id)
    assert Money.zero(hold.currency) < amount <= hold.amount, (hold.id, amount)
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURE)
    hold.captured_minor = amount.minor
    owe_call(session, CallKind.CAPTURE, hold.id, now)


def release(session: Session, hold_id: int, *, now: datetime) -> None:
    """Let go of a hold, whether the payer has paid yet or not."""
    hold = queries.lock_hold(session, hold_id)
    hold.status = HOLD.after(hold.status, HoldAction.RELEASE)
    owe_call(session, CallKind.RELEASE, hold.id, now)


def offer_checkout(session: Session, hold_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the Checkout page that was made for a hold."""
    hold = queries.lock_hold(session, hold_id)
    hold.checkout_session_id = checkout.id
    hold.checkout_url = checkout.url
    if HOLD.allows(hold.status, HoldAction.OFFER):  # Word from Stripe, or a cancellation, may have come first.
        hold.status = HOLD.after(hold.status, HoldAction.OFFER)
    note_answer(session, CallKind.CHECKOUT, hold_id, now, stripe_id=checkout.id)
