"""Reading what was agreed: jobs, and what fixed them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs.models import Job, Resolution, WorkTime
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest


def job_of(session: Session, request_id: int) -> Job | None:
    """Find the job that a request has become."""
    return session.scalar(select(Job).filter_by(request_id=request_id))


def lock_job(session: Session, reference: str, provider_id: int) -> tuple[SupportRequest, Job]:
    """Hold on to a request and its job of this provider, or raise `NotFound`."""
    mine = select(Job).join(Job.support_request).filter(SupportRequest.reference == reference)
    job = session.scalar(mine.filter(Job.provider_id == provider_id))
    if job is None:
        raise NotFound(reference=reference)
    return requests.lock_request(session, job.request_id), job


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
