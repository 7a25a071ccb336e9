"""What can be done with a hold. Each change and its postings are one transaction; Stripe is asked afterwards."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.cards import become_payer
from marketplace.payments.commands.cover import agree_cover, drop_cover, move_cover, use_cover
from marketplace.payments.commands.events import HoldPlaced, PaymentTaken
from marketplace.payments.commands.outcomes import book_unauthorised
from marketplace.payments.commands.renewals import end_renewal
from marketplace.payments.gateway import Checkout
from marketplace.payments.models import Hold
from marketplace.payments.rules import (
    COVER_IS_HELD,
    HOLD,
    CallKind,
    Cover,
    HoldAction,
    MoreThanIsHeld,
    Subject,
    check_amount,
)


def open_hold(
    session: Session,
    subject: Subject,
    *,
    payer_id: int,
    amount: Money,
    cover: Cover | None = None,
    card_id: int | None = None,
    now: datetime,
) -> tuple[Hold, int | None]:
    """Ask a payer to set an amount aside; gives the hold and the outbox message that makes its Checkout page.

    With the id of a saved card, the message pays with that card; a page is made only if that does not do. If all of it
    is covered there is nothing to ask the payer for, and no page: it is held at once.

    Raises:
        WrongAmount: no card can be charged so much, or so little.
        CardIsGone: the payer has no such card, or it has expired.
    """
    check_amount(amount, amount.currency)
    cover = (cover or Cover.none(amount.currency)).fitted(amount)
    asked = amount - cover.of(amount)
    payer = become_payer(session, payer_id, now=now)
    card = queries.card_to_pay_with(session, card_id, payer_id, now) if card_id is not None and asked else None
    hold = Hold(
        purpose=subject.purpose,
        subject_id=subject.id,
        part=subject.part,
        payer_id=payer_id,
        currency=amount.currency,
        amount_minor=amount.minor,
        own_minor=cover.own.minor,
        cover_cap_minor=cover.most.minor,
        asked_minor=asked.minor,
        description=subject.description,
        return_path=subject.return_path,
        customer_id=payer.stripe_customer_id if card else None,
        card_id=card.stripe_id if card else None,
        created_at=now,
        checked_at=now,
    )
    session.add(hold)
    session.flush()  # The call needs the hold's id.
    move_cover(session, hold, cover.of(amount), mark=f"open:{hold.id}", now=now)
    if hold.asked:
        return hold, owe_call(session, CallKind.PAY if card else CallKind.CHECKOUT, hold.id, now)
    _hold_by_cover(session, hold, now)
    return hold, None


def _hold_by_cover(session: Session, hold: Hold, now: datetime) -> None:
    hold.status = HOLD.after(hold.status, HoldAction.AUTHORISE)
    hold.held_at = now
    hold.capture_before = now + COVER_IS_HELD
    session.flush()
    announce(session, HoldPlaced(hold.purpose, hold.subject_id, hold.part, hold.id, now))


def capture(session: Session, hold_id: int, *, amount: Money, now: datetime) -> None:
    """Take the agreed part of a hold; the rest is released.

    Raises:
        WrongAmount: no card can be charged so much, or in this currency.
        MoreThanIsHeld: the bank has not set so much aside.
        IllegalMove: the hold is not held any more.
    """
    hold = queries.lock_hold(session, hold_id)
    check_amount(amount, hold.currency)
    if amount > hold.amount:
        raise MoreThanIsHeld(held=format_money(hold.amount))
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURE)
    hold.captured_minor = amount.minor
    agree_cover(session, hold, now=now)
    end_renewal(session, hold, now=now)
    if hold.charged:
        owe_call(session, CallKind.CAPTURE, hold.id, now)
    else:
        _take_from_cover(session, hold, now)


def _take_from_cover(session: Session, hold: Hold, now: datetime) -> None:
    """Take what is covered in full; what a bank has set aside beside it is let go."""
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURED)
    if hold.asked:
        book_unauthorised(session, hold, now)
        owe_call(session, CallKind.RELEASE, hold.id, now)
    use_cover(session, hold, now=now)
    announce(session, PaymentTaken(hold.purpose, hold.subject_id, hold.part, hold.id, now))


def release(session: Session, hold_id: int, *, now: datetime) -> None:
    """Let go of a hold, whether the payer has paid yet or not."""
    hold = queries.lock_hold(session, hold_id)
    hold.status = HOLD.after(hold.status, HoldAction.RELEASE)
    drop_cover(session, hold, now=now)
    end_renewal(session, hold, now=now)
    if hold.asked:
        owe_call(session, CallKind.RELEASE, hold.id, now)
    else:
        hold.status = HOLD.after(hold.status, HoldAction.RELEASED)
        hold.ended_at = now


def offer_checkout(session: Session, hold_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the Checkout page that was made for a hold."""
    hold = queries.lock_hold(session, hold_id)
    hold.checkout_session_id = checkout.id
    hold.checkout_url = checkout.url
    if HOLD.allows(hold.status, HoldAction.OFFER):  # Word from Stripe, or a cancellation, may have come first.
        hold.status = HOLD.after(hold.status, HoldAction.OFFER)
    note_answer(session, CallKind.CHECKOUT, hold_id, now, stripe_id=checkout.id)
