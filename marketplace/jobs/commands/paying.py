"""What becomes of the money that was taken for a job: what is due goes to the partner, the rest goes back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs.models import Job
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments.models import Hold
from marketplace.payments.rules import HoldStatus, RefundCause


def settle(
    session: Session,
    hold: Hold,
    job: Job,
    *,
    due: Money,
    cause: RefundCause = RefundCause.UNUSED,
    by: int | None = None,
    now: datetime,
) -> None:
    """Give back what was taken above what is due, and share the rest with the partner.

    Raises:
        PaymentUnderWay: it is being taken just now.
        ChargebackOpen: the customer's bank is taking it back already.
    """
    if hold.status is HoldStatus.REFUNDING:  # All of it goes back already: there was nothing due.
        return
    all_goes_back = bool(hold.kept) and not due
    if hold.kept > due:
        payments.refund(session, hold.id, amount=hold.kept - due, cause=cause, by=by, now=now)
    if not all_goes_back:  # Also if a bank has taken all of it back: then there is nothing to share.
        payments.settle(session, hold.id, payee_id=job.provider_id, terms=job.terms, now=now)
