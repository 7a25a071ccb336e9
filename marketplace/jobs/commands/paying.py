"""What becomes of the money that was taken for a job: what is due goes to the partner, the rest goes back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import queries
from marketplace.jobs.models import Job
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
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

    What goes back waits while the customer's bank is taking the payment back. What the vendor's people have given back
    out of goodwill before was meant to lower what is due.

    Raises:
        PaymentUnderWay: it is being taken just now.
    """
    if hold.status is HoldStatus.REFUNDING:  # All of it goes back already: there was nothing due.
        return
    left = max(due - money.goodwill_of(session, hold), Money.zero(hold.currency))
    share(session, hold, job, left=left, cause=cause, by=by, now=now)


def share(
    session: Session,
    hold: Hold,
    job: Job,
    *,
    left: Money,
    cause: RefundCause = RefundCause.UNUSED,
    by: int | None = None,
    now: datetime,
) -> None:
    """Give back what is kept above what is to be left, and share that with the partner.

    Raises:
        PaymentUnderWay, ChargebackOpen: as for `settle`.
    """
    all_goes_back = bool(hold.kept) and not left
    if hold.kept > left:
        payments.refund(session, hold.id, amount=hold.kept - left, cause=cause, by=by, now=now)
    if not all_goes_back:  # Also if a bank has taken all of it back: then there is nothing to share.
        reserve = queries.reserve_of(session, job.provider_id, job.request_id, job.accepted_at)
        payments.settle(session, hold.id, payee_id=job.provider_id, terms=job.terms, reserve=reserve, now=now)
