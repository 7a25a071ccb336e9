"""Time passes: what was paid for it is earned; and what will not be earned goes back."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.billing_events import PeriodRefundDecided, PeriodRefundFailed
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.covering_periods import cover_period_with_losses
from marketplace.payments.commands.ledger import book
from marketplace.payments.gateway import RefundState
from marketplace.payments.models import PeriodPayment, PeriodRefund, Subscription
from marketplace.payments.rules import (
    REFUND,
    AccountKind,
    CallKind,
    ChargebackOpen,
    CoveredByBank,
    Fact,
    RefundAction,
    RefundStatus,
    earned_by,
    facts,
    tax_of,
)

FAILED = frozenset({"failed", "canceled"})


def earn(session: Session, payment_id: int, *, now: datetime) -> None:
    """Book what of a payment is earned by the beginning of today, in UTC."""
    payment = queries.period_payment(session, payment_id)
    subscription = queries.lock_subscription(session, payment.subscription_id)
    session.refresh(payment)
    earn_until(session, subscription, payment, now)


def earn_until(session: Session, subscription: Subscription, payment: PeriodPayment, now: datetime) -> None:
    """Book what of a payment is earned by a moment; its subscription is locked.

    While a bank decides about a payment for it, nothing is covered, so nothing is earned.
    """
    if queries.payments_at_bank(session, subscription.id):
        return
    today = now.astimezone(UTC).date()
    first, last = payment.period_start.date(), payment.period_end.date()
    by_now = earned_by(today, first, last, payment.paid.net) - Money(payment.earned_minor, payment.currency)
    _earn(session, subscription, payment, min(by_now, payment.paid.unearned), f"earn:{payment.id}:{today}", now)
    payment.earned_on = max(payment.earned_on, today)


def earn_rest(session: Session, subscription: Subscription, now: datetime) -> None:
    """Book what is left of all payments as earned: nothing more will be done for it. The subscription is locked.

    What a bank decides about waits for that: it may not be ours.
    """
    for payment in queries.payments_to_give_back(session, subscription.id):
        _earn(session, subscription, payment, payment.paid.unearned, f"earn:{payment.id}:end", now)


def _earn(
    session: Session, subscription: Subscription, payment: PeriodPayment, amount: Money, key: str, now: datetime
) -> None:
    if amount.minor <= 0:
        return
    if book(session, subscription, Fact.EARNED, key, facts.earned(subscription.id, amount), now=now):
        payment.earned_minor += amount.minor


def give_back(session: Session, payment: PeriodPayment, amount: Money, now: datetime) -> None:
    """Owe a part of a payment to its payer; its subscription is locked, and the part is not earned."""
    tax = take_out(payment, amount)
    refund = PeriodRefund(
        payment_id=payment.id,
        currency=payment.currency,
        amount_minor=amount.minor,
        tax_minor=tax.minor,
        created_at=now,
    )
    session.add(refund)
    session.flush()  # The call needs its id.
    owe_call(session, CallKind.REFUND_PERIOD, refund.id, now)
    audit.record(session, refund, "refund", by=None, at=now, minor=amount.minor)
    about = payment.subscription
    announce(session, PeriodRefundDecided(about.purpose, about.subject_id, payment.id, refund.id, now))


def give_back_unearned(session: Session, subscription: Subscription, refund: Money, now: datetime) -> None:
    """Share what goes back of a subscription, which is locked, among its payments, the last one first."""
    for payment in reversed(queries.payments_to_give_back(session, subscription.id)):
        part = min(refund, payment.refundable)
        if part:
            give_back(session, payment, part, now)
            refund -= part


def take_out(payment: PeriodPayment, amount: Money) -> Money:
    """Note that a part of a payment, which is not earned, is not ours any more; gives the tax in it."""
    refunded = Money(payment.refunded_minor, payment.currency) + amount
    tax = tax_of(payment.paid, refunded) - Money(payment.refunded_tax_minor, payment.currency)
    payment.refunded_minor, payment.refunded_tax_minor = refunded.minor, payment.refunded_tax_minor + tax.minor
    return tax


def describe_period_refund(session: Session, refund_id: int, state: RefundState, *, now: datetime) -> None:
    """Bring a refund of a period to where Stripe says that it is; any order and any repetition end the same."""
    subscription, _payment, refund = queries.lock_period_refund(session, refund_id)
    note_answer(session, CallKind.REFUND_PERIOD, refund_id, now, stripe_id=state.id)
    parts = refund.amount - refund.tax, refund.tax
    if REFUND.allows(refund.status, RefundAction.SEND):
        refund.status = REFUND.after(refund.status, RefundAction.SEND)
        refund.stripe_refund_id = state.id
        movements = facts.unearned_refunded(subscription.id, *parts, AccountKind.STRIPE_BALANCE)
        book(session, subscription, Fact.REFUNDED, f"refund:{state.id}", movements, now=now, stripe_id=state.id)
    if state.status == "succeeded" and REFUND.allows(refund.status, RefundAction.SUCCEED):
        refund.status = REFUND.after(refund.status, RefundAction.SUCCEED)
        refund.ended_at = now
    if state.status in FAILED and REFUND.allows(refund.status, RefundAction.FAIL):
        movements, key = facts.unearned_returned(subscription.id, *parts), f"refund_returned:{state.id}"
        book(session, subscription, Fact.REFUND_RETURNED, key, movements, now=now, stripe_id=state.id)
        _fail(session, subscription, refund, state.failure or state.status, now)


def refuse_period_refund(session: Session, refund_id: int, reason: str, *, now: datetime) -> None:
    """Note that Stripe does not refund, so that the vendor pays by hand."""
    subscription, _payment, refund = queries.lock_period_refund(session, refund_id)
    note_answer(session, CallKind.REFUND_PERIOD, refund_id, now, stripe_id=None)
    if REFUND.allows(refund.status, RefundAction.FAIL):
        _fail(session, subscription, refund, reason, now)


def _fail(session: Session, subscription: Subscription, refund: PeriodRefund, reason: str, now: datetime) -> None:
    refund.status = REFUND.after(refund.status, RefundAction.FAIL)
    refund.failure, refund.ended_at = reason, None
    audit.record(session, refund, "fail", by=None, at=now, reason=reason)
    cover_period_with_losses(session, subscription, refund, now=now)
    if refund.left:
        announce(session, PeriodRefundFailed(subscription.purpose, subscription.subject_id, refund.id, now))


def pay_period_back_by_hand(session: Session, refund_id: int, *, reference: str, by: int, now: datetime) -> None:
    """Note that the vendor has paid back a refund of a period that failed, from its own bank.

    Raises:
        NotFound: there is no such refund.
        IllegalMove: it has not failed, or is paid back already.
        CoveredByBank: a chargeback has given it to the payer.
        ChargebackOpen: a bank may give it to the payer.
    """
    subscription, payment, refund = queries.lock_period_refund(session, refund_id)
    if refund.status is RefundStatus.COVERED:
        raise CoveredByBank
    if payment.id in queries.payments_at_bank(session, subscription.id):
        raise ChargebackOpen
    refund.status = REFUND.after(refund.status, RefundAction.PAY_BY_HAND)
    refund.reference, refund.ended_at = reference, now
    movements = facts.unearned_refunded(
        subscription.id, refund.left - refund.left_tax, refund.left_tax, AccountKind.BANK
    )
    book(session, subscription, Fact.REFUNDED_BY_HAND, f"period_refund_by_hand:{refund.id}", movements, now=now)
    audit.record(session, refund, "pay_by_hand", by=by, at=now, reference=reference)
