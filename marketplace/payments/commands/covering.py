"""What a bank has given to a payer who was to get it from us: nothing of it is paid twice."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import Chargeback, Hold, Refund
from marketplace.payments.rules import REFUND, Fact, RefundAction, facts


def take_from_refunds(session: Session, hold: Hold, chargeback: Chargeback, *, now: datetime) -> Money:
    """Set what a bank keeps against refunds that have not reached the payer of a hold, which is locked.

    Gives how much of it they were; the customer was to have that anyhow, so it is nobody's loss.
    """
    taken = Money.zero(hold.currency)
    for refund in queries.refunds_to_cover(session, hold.id):
        part = min(refund.left, chargeback.amount - taken)
        if part:
            _take(session, refund, chargeback, part, now)
            taken += part
    return taken


def cover_with_losses(session: Session, hold: Hold, refund: Refund, *, now: datetime) -> None:
    """Keep a refund that came back, as far as a bank had given as much to the payer: that makes the loss good."""
    for chargeback in queries.losses(session, hold.id):
        part = min(refund.left, chargeback.loss)
        if part:
            chargeback.loss_minor -= part.minor
            chargeback.from_refunds_minor += part.minor
            _take(session, refund, chargeback, part, now)
            key = f"dispute_covered:{chargeback.stripe_dispute_id}:{refund.id}"
            book(session, hold, Fact.DISPUTE_LOST, key, facts.loss_made_good(hold.subject_id, part), now=now)


def _take(session: Session, refund: Refund, chargeback: Chargeback, part: Money, now: datetime) -> None:
    refund.lost_minor += part.minor
    if not refund.left:
        refund.status = REFUND.after(refund.status, RefundAction.TAKE)
        refund.ended_at = now
    audit.record(session, refund, "cover", by=None, at=now, minor=part.minor, chargeback_id=chargeback.id)
