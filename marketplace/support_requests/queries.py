"""Reading requests. Every function says whose they are; what is not yours does not exist."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from marketplace.kernel.errors import NotFound
from marketplace.kernel.storage import StoredFile
from marketplace.support_requests.models import RequestFile, SupportRequest
from marketplace.support_requests.rules import BUSY, Status


def by_reference(session: Session, reference: str) -> SupportRequest:
    """Find a request by its public reference, or raise `NotFound`; the caller checks whose it is."""
    found = session.scalar(
        select(SupportRequest)
        .filter_by(reference=reference)
        .options(joinedload(SupportRequest.category), joinedload(SupportRequest.customer))
    )
    if found is None:
        raise NotFound(reference=reference)
    return found


def lock_request(session: Session, request_id: int) -> SupportRequest:
    """Hold on to a request until the transaction ends, or raise `NotFound`."""
    same = select(SupportRequest).filter_by(id=request_id)
    found = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(request_id=request_id)
    return found


def lock_own_request(session: Session, reference: str, customer_id: int) -> SupportRequest:
    """Hold on to a request of this customer, or raise `NotFound`."""
    mine = select(SupportRequest).filter_by(reference=reference, customer_id=customer_id)
    found = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(reference=reference)
    return found


def requests_of(session: Session, customer_id: int) -> list[SupportRequest]:
    """List a customer's requests, the newest first."""
    mine = select(SupportRequest).filter_by(customer_id=customer_id).order_by(SupportRequest.id.desc())
    return list(session.scalars(mine.options(joinedload(SupportRequest.provider), joinedload(SupportRequest.category))))


def requests_taken_by(session: Session, provider_id: int, statuses: Collection[Status]) -> list[SupportRequest]:
    """List the requests that a provider has accepted, the oldest first."""
    taken = select(SupportRequest).filter_by(provider_id=provider_id).where(SupportRequest.status.in_(statuses))
    related = (joinedload(SupportRequest.customer), joinedload(SupportRequest.category))
    return list(session.scalars(taken.order_by(SupportRequest.id).options(*related)))


def all_requests(
    session: Session, *, status: Status | None = None, before_id: int | None = None, limit: int
) -> list[SupportRequest]:
    """List requests for staff: those that nobody takes first, then the newest."""
    found = select(SupportRequest).where(SupportRequest.status != Status.DRAFT)
    if status is not None:
        found = found.filter_by(status=status)
    if before_id is not None:
        found = found.where(SupportRequest.id < before_id)
    related = (
        joinedload(SupportRequest.customer),
        joinedload(SupportRequest.category),
        joinedload(SupportRequest.provider),
    )
    unmatched_first = (SupportRequest.status == Status.UNMATCHED).desc()
    return list(
        session.scalars(found.order_by(unmatched_first, SupportRequest.id.desc()).limit(limit).options(*related))
    )


def counts_by_status(session: Session) -> dict[Status, int]:
    """Count the requests in each state that any is in, in the order of their life."""
    counted = select(SupportRequest.status, func.count()).group_by(SupportRequest.status)
    counts = dict(session.execute(counted).all())
    return {status: counts[status] for status in Status if status in counts}


def open_jobs(session: Session, provider_ids: Collection[int]) -> dict[int, int]:
    """Count the jobs on which each provider is working now."""
    counted = (
        select(SupportRequest.provider_id, func.count())
        .where(SupportRequest.provider_id.in_(provider_ids), SupportRequest.status.in_(BUSY))
        .group_by(SupportRequest.provider_id)
    )
    return {provider_id: count for provider_id, count in session.execute(counted) if provider_id is not None}


def solved_together(session: Session, customer_id: int, provider_ids: Collection[int]) -> dict[int, int]:
    """Count what each provider has solved for this customer before."""
    counted = (
        select(SupportRequest.provider_id, func.count())
        .where(SupportRequest.provider_id.in_(provider_ids), SupportRequest.customer_id == customer_id)
        .where(SupportRequest.status == Status.CLOSED)
        .group_by(SupportRequest.provider_id)
    )
    return {provider_id: count for provider_id, count in session.execute(counted) if provider_id is not None}


def files(session: Session, request_id: int) -> list[StoredFile]:
    """List the files that came with a request."""
    sent = select(StoredFile).join(RequestFile).where(RequestFile.request_id == request_id).order_by(StoredFile.id)
    return list(session.scalars(sent))
