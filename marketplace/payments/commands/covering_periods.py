"""What a bank has given to a payer who was to get it from us, of what was paid for a period: nothing is paid twice."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import Chargeback, PeriodPayment, PeriodRefund, Subscription
from marketplace.payments.rules import REFUND, AccountKind, Fact, RefundAction, facts, share_of_tax


def take_from_period_refunds(
    session: Session, payment: PeriodPayment, chargeback: Chargeback, *, now: datetime
) -> tuple[Money, Money]:
    """Set what a bank keeps against refunds that came back, of a payment whose subscription is locked.

    Gives how much of it they were, and the tax in that; the payer was to have it anyhow, so it is nobody's loss.
    """
    taken = tax = Money.zero(payment.currency)
    for refund in queries.period_refunds_to_cover(session, payment.id):
        part = min(refund.left, chargeback.amount - taken)
        if part:
            tax += _take(session, refund, chargeback, part, now)
            taken += part
    return taken, tax


def cover_period_with_losses(
    session: Session, subscription: Subscription, refund: PeriodRefund, *, now: datetime
) -> None:
    """Keep a refund that came back, as far as a bank had given as much to the payer: that makes the loss good."""
    for chargeback in queries.losses_of_period(session, refund.payment_id):
        part = min(refund.left, chargeback.loss)
        if part:
            chargeback.loss_minor -= part.minor
            chargeback.from_refunds_minor += part.minor
            tax = _take(session, refund, chargeback, part, now)
            key = f"dispute_covered:{chargeback.stripe_dispute_id}:{refund.id}"
            movements = facts.unearned_refunded(subscription.id, part - tax, tax, AccountKind.DISPUTE_LOSSES)
            book(session, subscription, Fact.DISPUTE_LOST, key, movements, now=now)


def _take(session: Session, refund: PeriodRefund, chargeback: Chargeback, part: Money, now: datetime) -> Money:
    """Note that a bank has given a part of a refund; gives the tax in that part."""
    before = refund.lost_tax_minor
    refund.lost_minor += part.minor
    refund.lost_tax_minor = share_of_tax(refund.amount, refund.tax, Money(refund.lost_minor, refund.currency)).minor
    if not refund.left:
        refund.status, refund.ended_at = REFUND.after(refund.status, RefundAction.TAKE), now
    audit.record(session, refund, "cover", by=None, at=now, minor=part.minor, chargeback_id=chargeback.id)
    return Money(refund.lost_tax_minor - before, refund.currency)
