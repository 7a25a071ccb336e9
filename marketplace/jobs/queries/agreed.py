"""Reading what was agreed: jobs, what was added to them, and what fixed them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs.models import ExtraWork, Job, Resolution, WorkTime
from marketplace.jobs.rules import FIRST_PART, PURPOSE, ExtraStatus
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.payments.rules import HoldStatus, Shares, Terms, share_out
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest


def job_of(session: Session, request_id: int) -> Job | None:
    """Find the job that a request has become."""
    return session.scalar(select(Job).filter_by(request_id=request_id))


def lock_job(session: Session, reference: str, provider_id: int) -> tuple[SupportRequest, Job]:
    """Hold on to a request and its job of this provider, or raise `NotFound`."""
    return hold_on(session, reference, Job.provider_id == provider_id)


def hold_on(session: Session, reference: str, *which: ColumnElement[bool]) -> tuple[SupportRequest, Job]:
    """Hold on to a request and its job of this kind, which is read after that, or raise `NotFound`."""
    mine = select(Job.id, Job.request_id).join(Job.support_request).where(SupportRequest.reference == reference, *which)
    found = session.execute(mine).one_or_none()
    if found is None:
        raise NotFound(reference=reference)
    support_request = requests.lock_request(session, found.request_id)
    return support_request, session.get_one(Job, found.id, populate_existing=True)


def jobs_by_request(session: Session, request_ids: Sequence[int]) -> dict[int, Job]:
    """Find the jobs of several requests."""
    found = select(Job).where(Job.request_id.in_(request_ids)).options(joinedload(Job.provider))
    return {job.request_id: job for job in session.scalars(found)}


def times(session: Session, job: Job | None) -> list[WorkTime]:
    """List the time that was written down for a job, the first first."""
    if job is None or job.kind is not ServiceKind.HOURLY:
        return []
    return list(session.scalars(select(WorkTime).filter_by(job_id=job.id).order_by(WorkTime.id)))


def minutes_written(session: Session, job: Job) -> int:
    """Add up the minutes of a job whose request is locked, corrections included, as they are now."""
    session.refresh(job, ["minutes_worked"])
    return job.minutes_worked


def due(session: Session, job: Job) -> Money:
    """Tell what the customer owes for a job that is solved; its request is locked."""
    minutes_written(session, job)
    return job.due


def resolutions(session: Session, job: Job | None) -> list[Resolution]:
    """List what was said to have fixed it, the first first."""
    if job is None:
        return []
    return list(session.scalars(select(Resolution).filter_by(job_id=job.id).order_by(Resolution.id)))


def extras_of(session: Session, job: Job | None) -> list[ExtraWork]:
    """List the extra work that was proposed on a job, the first first."""
    if job is None:
        return []
    return list(session.scalars(select(ExtraWork).filter_by(job_id=job.id).order_by(ExtraWork.part)))


def earned(session: Session, jobs: Mapping[int, Job]) -> dict[int, Money]:
    """Tell what the partner gets of each of several jobs, by request: also of the extra work that was paid."""
    by_job = {job.id: request_id for request_id, job in jobs.items()}
    holds = payments.holds_by_part(session, PURPOSE, jobs.keys())
    found = {
        request_id: shares_of(holds.get((request_id, FIRST_PART)), job.shares, job.terms).payee
        for request_id, job in jobs.items()
    }
    paid = select(ExtraWork).filter_by(status=ExtraStatus.PAID).where(ExtraWork.job_id.in_(by_job))
    for one in session.scalars(paid):
        request_id = by_job[one.job_id]
        terms = jobs[request_id].terms
        found[request_id] += shares_of(holds.get((request_id, one.part)), share_out(one.price, terms), terms).payee
    return found


def shares_of(hold: Hold | None, agreed: Shares, terms: Terms) -> Shares:
    """Tell whose a part of the payment is: as it was agreed, and once it is shared or given back as it stands."""
    is_over = hold is not None and hold.status in {HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED}
    return hold.shares(terms) if hold is not None and is_over else agreed


def extra_work(session: Session, extra_id: int) -> ExtraWork:
    """Find extra work that was proposed; the caller knows that it was."""
    return session.get_one(ExtraWork, extra_id)


def lock_extra(session: Session, job: Job, part: int) -> ExtraWork:
    """Hold on to extra work that was proposed on a job, or raise `NotFound`; its request is locked already."""
    proposed = select(ExtraWork).filter_by(job_id=job.id, part=part)
    found = session.scalar(proposed.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(part=part)
    return found
