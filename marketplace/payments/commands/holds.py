"""What can be done with a hold. Each change and its postings are one transaction; Stripe is asked afterwards."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.money import Money
from marketplace.payments import queries, rules
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.ledger import book
from marketplace.payments.gateway import Checkout
from marketplace.payments.models import (
    Hold,
    Payout,
)
from marketplace.payments.rules import (
    HOLD,
    CallKind,
    Fact,
    HoldAction,
    HoldStatus,
    PaymentUnderWay,
    PayoutMethod,
)


def open_hold(
    session: Session,
    *,
    purpose: str,
    subject_id: int,
    payer_id: int,
    amount: Money,
    description: str,
    return_path: str,
    now: datetime,
) -> tuple[Hold, int]:
    """Ask a payer to set an amount aside; gives the hold and the outbox message that makes its Checkout page."""
    hold = Hold(
        purpose=purpose,
        subject_id=subject_id,
        payer_id=payer_id,
        currency=amount.currency,
        amount_minor=amount.minor,
        description=description,
        return_path=return_path,
        created_at=now,
        checked_at=now,
    )
    session.add(hold)
    session.flush()  # The call needs the hold's id.
    return hold, owe_call(session, CallKind.CHECKOUT, now, hold_id=hold.id)


def capture(session: Session, hold_id: int, *, amount: Money, now: datetime) -> None:
    """Take the agreed part of a hold; the rest is released.

    Raises:
        IllegalMove: the hold is not held any more.
    """
    hold = queries.lock_hold(session, hold_id)
    assert Money.zero(hold.currency) < amount <= hold.amount, (hold.id, amount)
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURE)
    hold.captured_minor = amount.minor
    owe_call(session, CallKind.CAPTURE, now, hold_id=hold.id)


def release(session: Session, hold_id: int, *, now: datetime) -> None:
    """Let go of a hold, whether the payer has paid yet or not."""
    hold = queries.lock_hold(session, hold_id)
    hold.status = HOLD.after(hold.status, HoldAction.RELEASE)
    owe_call(session, CallKind.RELEASE, now, hold_id=hold.id)


def refund(session: Session, hold_id: int, *, now: datetime) -> None:
    """Give back all that was taken, before it was settled.

    Raises:
        PaymentUnderWay: it is being taken just now.
    """
    hold = queries.lock_hold(session, hold_id)
    if hold.status is HoldStatus.CAPTURING:
        raise PaymentUnderWay
    hold.status = HOLD.after(hold.status, HoldAction.REFUND)
    owe_call(session, CallKind.REFUND, now, hold_id=hold.id)


def settle(session: Session, hold_id: int, *, payee_id: int, commission: Money, now: datetime) -> Payout:
    """Share what was taken between payee and vendor, and owe the payee its part.

    Raises:
        PaymentUnderWay: it is being taken just now.
    """
    hold = queries.lock_hold(session, hold_id)
    if hold.status is HoldStatus.CAPTURING:
        raise PaymentUnderWay
    hold.status = HOLD.after(hold.status, HoldAction.SETTLE)
    hold.ended_at = now
    account = queries.connected_account(session, payee_id)
    payout = Payout(
        hold_id=hold.id,
        payee_id=payee_id,
        subject_id=hold.subject_id,
        purpose=hold.purpose,
        currency=hold.currency,
        amount_minor=(hold.captured - commission).minor,
        commission_minor=commission.minor,
        method=PayoutMethod.TRANSFER if account and account.may_receive else PayoutMethod.BY_HAND,
        created_at=now,
    )
    session.add(payout)
    session.flush()  # The call needs the payout's id.
    movements = rules.settled(hold.subject_id, payee_id, hold.captured, commission)
    book(session, hold, Fact.SETTLED, f"settle:{hold.id}", movements, now=now)
    if payout.method is PayoutMethod.TRANSFER:
        owe_call(session, CallKind.TRANSFER, now, payout_id=payout.id)
    return payout


def offer_checkout(session: Session, hold_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the Checkout page that was made for a hold."""
    hold = queries.lock_hold(session, hold_id)
    hold.checkout_session_id = checkout.id
    hold.checkout_url = checkout.url
    if HOLD.allows(hold.status, HoldAction.OFFER):  # Word from Stripe, or a cancellation, may have come first.
        hold.status = HOLD.after(hold.status, HoldAction.OFFER)
    note_answer(session, hold_id, CallKind.CHECKOUT, checkout.id, now)
