"""What can be done with money. Each state change and its postings are one transaction; Stripe is asked afterwards."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kernel import audit, outbox
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.payments import queries, rules
from marketplace.payments.gateway import Account, Checkout, Event, Intent
from marketplace.payments.models import (
    ConnectedAccount,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Payout,
    Posting,
    ReceivedEvent,
    StripeCall,
)
from marketplace.payments.rules import (
    HOLD,
    PAYOUT,
    CallKind,
    Fact,
    HoldAction,
    HoldStatus,
    Movement,
    PaymentUnderWay,
    PayoutAction,
    PayoutMethod,
)

CALL = "stripe_call"  # Kinds of outbox messages, performed by `effects`.
EVENT = "stripe_event"
REFRESH = "stripe_refresh"
ACCOUNT = "stripe_account"


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """The payer's bank has set the amount aside."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldLapsed:
    """The payer did not pay in time, or the bank let go; nothing was taken."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaptureFailed:
    """The bank refused to hand over what it had set aside; nothing was taken."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payee has its share."""

    purpose: str
    subject_id: int
    payee_id: int
    amount: Money
    at: datetime


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
    return hold, _call(session, CallKind.CHECKOUT, now, hold_id=hold.id)


def capture(session: Session, hold_id: int, *, amount: Money, now: datetime) -> None:
    """Take the agreed part of a hold; the rest is released.

    Raises:
        IllegalMove: the hold is not held any more.
    """
    hold = queries.lock_hold(session, hold_id)
    assert Money.zero(hold.currency) < amount <= hold.amount, (hold.id, amount)
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURE)
    hold.captured_minor = amount.minor
    _call(session, CallKind.CAPTURE, now, hold_id=hold.id)


def release(session: Session, hold_id: int, *, now: datetime) -> None:
    """Let go of a hold, whether the payer has paid yet or not."""
    hold = queries.lock_hold(session, hold_id)
    hold.status = HOLD.after(hold.status, HoldAction.RELEASE)
    _call(session, CallKind.RELEASE, now, hold_id=hold.id)


def refund(session: Session, hold_id: int, *, now: datetime) -> None:
    """Give back all that was taken, before it was settled.

    Raises:
        PaymentUnderWay: it is being taken just now.
    """
    hold = queries.lock_hold(session, hold_id)
    if hold.status is HoldStatus.CAPTURING:
        raise PaymentUnderWay
    hold.status = HOLD.after(hold.status, HoldAction.REFUND)
    _call(session, CallKind.REFUND, now, hold_id=hold.id)


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
        _call(session, CallKind.TRANSFER, now, payout_id=payout.id)
    return payout


def mark_paid_by_hand(session: Session, payout_id: int, *, reference: str, by: int, now: datetime) -> None:
    """Note that the vendor has paid a partner from its own bank.

    Raises:
        NotFound: there is no such payout by hand.
        IllegalMove: it is paid already.
    """
    payout = session.scalar(select(Payout).filter_by(id=payout_id, method=PayoutMethod.BY_HAND).with_for_update())
    if payout is None:
        raise NotFound(payout_id=payout_id)
    payout.reference = reference
    _paid(session, payout, stripe_id=None, now=now)
    audit.record(session, payout, "pay_by_hand", by=by, at=now, reference=reference)


def ask_account(session: Session, payee_id: int, *, country: str, email: str, now: datetime) -> int | None:
    """Open an account at Stripe for a payee; gives the outbox message that does it, None if there is one already."""
    if session.get(ConnectedAccount, payee_id) is not None:
        return None
    key = f"account:{payee_id}:{secrets.token_hex(8)}"
    session.add(ConnectedAccount(payee_id=payee_id, country=country, email=email, key=key, updated_at=now))
    return outbox.enqueue(session, ACCOUNT, at=now, payee_id=payee_id).id


def describe_account(session: Session, payee_id: int, account: Account, *, now: datetime) -> None:
    """Note how Stripe describes a payee's account now."""
    known = session.get_one(ConnectedAccount, payee_id)
    known.stripe_account_id = account.id
    known.may_receive = account.may_receive
    known.updated_at = now


def store_event(session: Session, event: Event, *, now: datetime) -> bool:
    """Keep a delivery and owe its application; False when an earlier delivery already did."""
    try:
        with session.begin_nested():
            session.add(
                ReceivedEvent(
                    id=event.id, type=event.type, account_id=event.account_id, payload=event.payload, received_at=now
                )
            )
    except IntegrityError:  # The primary key decides; looking first would race.
        return False
    outbox.enqueue(session, EVENT, at=now, event_id=event.id)
    return True


def offer_checkout(session: Session, hold_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the Checkout page that was made for a hold."""
    hold = queries.lock_hold(session, hold_id)
    hold.checkout_session_id = checkout.id
    hold.checkout_url = checkout.url
    if HOLD.allows(hold.status, HoldAction.OFFER):  # Word from Stripe, or a cancellation, may have come first.
        hold.status = HOLD.after(hold.status, HoldAction.OFFER)
    _answered(session, hold_id, CallKind.CHECKOUT, checkout.id, now)


def apply_intent(session: Session, hold_id: int, intent: Intent, *, now: datetime) -> None:
    """Bring a hold to where Stripe says that the payment is; any order and any repetition end the same.

    What counts is the payment as it was fetched, never what an event said of it.
    """
    hold = queries.lock_hold(session, hold_id)
    assert intent.amount == hold.amount, (hold.id, intent)
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
    _let_go(session, queries.lock_hold(session, hold_id), now)


def refuse_capture(session: Session, hold_id: int, reason: str, *, now: datetime) -> None:
    """Note that the bank did not hand over what it had set aside."""
    hold = queries.lock_hold(session, hold_id)
    if not HOLD.allows(hold.status, HoldAction.REFUSE):
        return
    hold.status = HOLD.after(hold.status, HoldAction.REFUSE)
    hold.captured_minor = 0
    hold.ended_at = now
    _book_unauthorised(session, hold, now)
    audit.record(session, hold, "refuse_capture", by=None, at=now, reason=reason)
    announce(session, CaptureFailed(hold.purpose, hold.subject_id, hold.id, now))


def refunded(session: Session, hold_id: int, refund_id: str, *, now: datetime) -> None:
    """Note that a refund is on its way to the payer."""
    hold = queries.lock_hold(session, hold_id)
    if not HOLD.allows(hold.status, HoldAction.REFUNDED):
        return
    hold.status = HOLD.after(hold.status, HoldAction.REFUNDED)
    hold.ended_at = now
    movements = rules.refunded(hold.subject_id, hold.captured)
    book(session, hold, Fact.REFUNDED, f"refund:{refund_id}", movements, now=now, stripe_id=refund_id)
    _answered(session, hold_id, CallKind.REFUND, refund_id, now)


def transferred(session: Session, payout_id: int, transfer_id: str, *, now: datetime) -> None:
    """Note that a payee's share has been transferred."""
    payout = session.scalar(select(Payout).filter_by(id=payout_id).with_for_update())
    assert payout is not None
    if not PAYOUT.allows(payout.status, PayoutAction.PAY):
        return
    payout.transfer_id = transfer_id
    _paid(session, payout, stripe_id=transfer_id, now=now)


def pay_by_hand_instead(session: Session, payout_id: int, reason: str, *, now: datetime) -> None:
    """Turn a transfer that Stripe refuses into a payment by hand, so that the partner is paid all the same."""
    payout = session.scalar(select(Payout).filter_by(id=payout_id).with_for_update())
    assert payout is not None
    if payout.method is PayoutMethod.TRANSFER and PAYOUT.allows(payout.status, PayoutAction.PAY):
        payout.method = PayoutMethod.BY_HAND
        payout.note = reason
        audit.record(session, payout, "pay_by_hand_instead", by=None, at=now, reason=reason)


def book(
    session: Session,
    hold: Hold | Payout,
    fact: Fact,
    key: str,
    movements: list[Movement],
    *,
    now: datetime,
    stripe_id: str | None = None,
) -> bool:
    """Book a fact once; False when it was booked before, whoever reported it then."""
    entry = LedgerTransaction(
        key=key, fact=fact, purpose=hold.purpose, subject_id=hold.subject_id, stripe_id=stripe_id, at=now
    )
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError:  # The key decides; looking first would race.
        return False
    for seq, movement in enumerate(movements):
        session.add(
            Posting(
                transaction_id=entry.id,
                seq=seq,
                debit_id=_account_id(session, movement.debit, movement.amount.currency),
                credit_id=_account_id(session, movement.credit, movement.amount.currency),
                currency=movement.amount.currency,
                amount_minor=movement.amount.minor,
            )
        )
    return True


def _account_id(session: Session, account: rules.Account, currency: str) -> int:
    same = select(LedgerAccount.id).filter_by(kind=account.kind, owner_id=account.owner_id, currency=currency)
    found = session.scalar(same)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            opened = LedgerAccount(kind=account.kind, owner_id=account.owner_id, currency=currency)
            session.add(opened)
    except IntegrityError:  # Somebody opened it while we looked.
        return session.scalars(same).one()
    return opened.id


def _set_aside(session: Session, hold: Hold, now: datetime) -> None:
    if hold.status in {HoldStatus.RELEASED, HoldStatus.LAPSED}:  # Paid in another tab after all: let go again.
        _call(session, CallKind.RELEASE, now, hold_id=hold.id)
        return
    if not HOLD.allows(hold.status, HoldAction.AUTHORISE):
        return
    hold.status = HOLD.after(hold.status, HoldAction.AUTHORISE)
    hold.held_at = now
    _book_authorised(session, hold, now)
    announce(session, HoldPlaced(hold.purpose, hold.subject_id, hold.id, now))


def _taken(session: Session, hold: Hold, intent: Intent, now: datetime) -> None:
    if not HOLD.allows(hold.status, HoldAction.CAPTURED):
        return
    assert intent.received == hold.captured, (hold.id, intent)
    hold.status = HOLD.after(hold.status, HoldAction.CAPTURED)
    hold.fee_minor = intent.fee.minor
    _book_unauthorised(session, hold, now)
    movements = rules.captured(hold.subject_id, hold.captured, hold.fee)
    book(session, hold, Fact.CAPTURED, f"capture:{intent.charge_id}", movements, now=now, stripe_id=intent.charge_id)
    _answered(session, hold.id, CallKind.CAPTURE, intent.charge_id, now)


def _let_go(session: Session, hold: Hold, now: datetime) -> None:
    if hold.status is HoldStatus.CAPTURING:  # The bank let go between our decision and the capture.
        refuse_capture(session, hold.id, "the authorisation had ended", now=now)
        return
    action = HoldAction.RELEASED if hold.status is HoldStatus.RELEASING else HoldAction.LAPSE
    if not HOLD.allows(hold.status, action):
        return
    hold.status = HOLD.after(hold.status, action)
    hold.ended_at = now
    if hold.held_at is not None:
        _book_unauthorised(session, hold, now)
    if action is HoldAction.LAPSE:
        announce(session, HoldLapsed(hold.purpose, hold.subject_id, hold.id, now))


def _book_authorised(session: Session, hold: Hold, now: datetime) -> None:
    movements = rules.authorised(hold.subject_id, hold.amount)
    key = f"authorise:{hold.payment_intent_id}"
    book(session, hold, Fact.AUTHORISED, key, movements, now=now, stripe_id=hold.payment_intent_id)


def _book_unauthorised(session: Session, hold: Hold, now: datetime) -> None:
    movements = rules.unauthorised(hold.subject_id, hold.amount)
    key = f"unauthorise:{hold.payment_intent_id}"
    book(session, hold, Fact.UNAUTHORISED, key, movements, now=now, stripe_id=hold.payment_intent_id)


def _paid(session: Session, payout: Payout, *, stripe_id: str | None, now: datetime) -> None:
    payout.status = PAYOUT.after(payout.status, PayoutAction.PAY)
    payout.paid_at = now
    fact = Fact.TRANSFERRED if payout.method is PayoutMethod.TRANSFER else Fact.PAID_BY_HAND
    if payout.amount:
        movements = rules.paid_out(payout.payee_id, payout.amount, payout.method)
        book(session, payout, fact, f"payout:{payout.id}", movements, now=now, stripe_id=stripe_id)
    announce(session, PaidOut(payout.purpose, payout.subject_id, payout.payee_id, payout.amount, now))


def _call(
    session: Session, kind: CallKind, now: datetime, *, hold_id: int | None = None, payout_id: int | None = None
) -> int:
    """Owe a call to Stripe; gives the outbox message that makes it."""
    earlier = select(StripeCall).filter_by(kind=kind, hold_id=hold_id, payout_id=payout_id)
    attempt = len(session.scalars(earlier).all()) + 1
    call = StripeCall(
        kind=kind,
        hold_id=hold_id,
        payout_id=payout_id,
        attempt=attempt,
        # A part by chance: a database that was restored counts its ids again, and Stripe remembers keys.
        key=f"{kind}:{hold_id or payout_id}:{attempt}:{secrets.token_hex(8)}",
        created_at=now,
    )
    session.add(call)
    session.flush()  # The message needs the call's id.
    return outbox.enqueue(session, CALL, at=now, call_id=call.id).id


def _answered(session: Session, hold_id: int, kind: CallKind, stripe_id: str | None, now: datetime) -> None:
    call = queries.call_for_hold(session, hold_id, kind)
    if call is not None and call.answered_at is None:
        call.stripe_id = stripe_id
        call.answered_at = now
