"""Reading disputes: what was said, and what there is to split."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.jobs.disputes import FINAL_DISPUTES, OPEN_DISPUTES, BankDecidesFirst, Stake
from marketplace.jobs.models import Dispute, Job
from marketplace.jobs.queries.agreed import due
from marketplace.jobs.rules import FIRST_PART, PURPOSE
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.payments.rules import HoldStatus, PaymentUnderWay
from marketplace.support_requests.models import SupportRequest


def disputes_of(session: Session, job: Job | None) -> list[Dispute]:
    """List the disputes about a job, the first first."""
    if job is None:
        return []
    return list(session.scalars(select(Dispute).filter_by(job_id=job.id).order_by(Dispute.id)))


def dispute(session: Session, dispute_id: int) -> Dispute:
    """Find a dispute that there is."""
    return session.get_one(Dispute, dispute_id)


def latest_dispute(session: Session, reference: str) -> Dispute:
    """Find the last dispute about a request, open or not, or raise `NotFound`."""
    about = select(Dispute).join(Dispute.job).join(Job.support_request).where(SupportRequest.reference == reference)
    found = session.scalar(about.order_by(Dispute.id.desc()).limit(1))
    if found is None:
        raise NotFound(reference=reference)
    return found


def lock_open_dispute(session: Session, job: Job) -> Dispute:
    """Hold on to the dispute about a job; its request is locked already, and disputed."""
    open_ones = select(Dispute).filter_by(job_id=job.id).where(Dispute.status.in_(OPEN_DISPUTES))
    return session.scalars(open_ones.with_for_update().execution_options(populate_existing=True)).one()


def open_disputes(session: Session) -> list[Dispute]:
    """List what waits for an answer or a decision, the oldest first."""
    open_ones = select(Dispute).where(Dispute.status.in_(OPEN_DISPUTES)).order_by(Dispute.opened_at, Dispute.id)
    job = joinedload(Dispute.job)
    related = (
        job.joinedload(Job.provider),
        job.joinedload(Job.support_request).joinedload(SupportRequest.customer),
    )
    return list(session.scalars(open_ones.options(*related)))


def is_decided(session: Session, job: Job | None) -> bool:
    """Tell whether a dispute has ended a job for good."""
    if job is None:
        return False
    final = select(Dispute.id).filter_by(job_id=job.id).where(Dispute.status.in_(FINAL_DISPUTES))
    return session.scalar(final.limit(1)) is not None


def stakes(session: Session, job: Job) -> list[Stake]:
    """List what there is to split of what was paid for a job, one for each part that was taken."""
    holds = payments.latest_holds(session, PURPOSE, job.request_id)
    taken = [hold for hold in holds if hold.status in {HoldStatus.CAPTURED, HoldStatus.SETTLED}]
    return [Stake(hold.id, hold.kept, _due(session, job, hold), hold.borne) for hold in taken]


def _due(session: Session, job: Job, hold: Hold) -> Money:
    """Tell what of a part is at stake: of time that is not shared yet no more than was worked."""
    if hold.part != FIRST_PART or hold.status is HoldStatus.SETTLED:
        return hold.kept
    owed = due(session, job) - payments.goodwill_of(session, hold)
    return min(hold.kept, max(owed, Money.zero(hold.currency)))


def check_nothing_under_way(session: Session, request_id: int) -> None:
    """Raise `PaymentUnderWay` while a part is being taken."""
    if any(hold.status is HoldStatus.CAPTURING for hold in payments.latest_holds(session, PURPOSE, request_id)):
        raise PaymentUnderWay


def is_at_bank(session: Session, found: Sequence[Stake]) -> bool:
    """Tell whether a bank is taking a part of it back, and has not decided yet."""
    return any(payments.open_chargebacks(session, one.hold_id) for one in found)


def check_no_bank(session: Session, found: Sequence[Stake]) -> None:
    """Raise `BankDecidesFirst` while a bank is taking a part of it back."""
    if is_at_bank(session, found):
        raise BankDecidesFirst
