"""Reading requests. Every function says whose they are; what is not yours does not exist."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
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


@dataclass(frozen=True, slots=True)
class Seer:
    """Whoever looks for requests: a person, the provider for which they work, and whether they are of the staff."""

    person_id: int
    provider_id: int | None
    is_staff: bool


def requests_seen_by(
    session: Session, seer: Seer, *, after: str | None = None, limit: int
) -> tuple[list[SupportRequest], int]:
    """List the requests that somebody may see, the newest first: their own, their provider's, for staff all but drafts.

    Gives at most `limit` of those that follow a reference in this order, and how many there are altogether.

    Raises:
        NotFound: the reference is of none of these.
    """
    seen = _seen_by(seer)
    found = select(SupportRequest).where(seen).order_by(SupportRequest.id.desc()).limit(limit)
    if after is not None:
        last_id = session.scalar(select(SupportRequest.id).where(seen, SupportRequest.reference == after))
        if last_id is None:
            raise NotFound(reference=after)
        found = found.where(SupportRequest.id < last_id)
    related = (joinedload(SupportRequest.provider), joinedload(SupportRequest.category))
    total = session.scalar(select(func.count()).select_from(SupportRequest).where(seen)) or 0
    return list(session.scalars(found.options(*related))), total


def _seen_by(seer: Seer) -> ColumnElement[bool]:
    theirs = [SupportRequest.customer_id == seer.person_id]
    if seer.provider_id is not None:
        theirs.append(SupportRequest.provider_id == seer.provider_id)
    if seer.is_staff:
        theirs.append(SupportRequest.status != Status.DRAFT)
    return or_(*theirs)


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
    """Count the jobs on which each provider is working now; a session at a time of its own is in nobody's way."""
    counted = (
        select(SupportRequest.provider_id, func.count())
        .where(SupportRequest.provider_id.in_(provider_ids), SupportRequest.status.in_(BUSY))
        .where(SupportRequest.starts_at.is_(None))
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


def files_of(session: Session, request_ids: Collection[int]) -> dict[int, list[StoredFile]]:
    """List the files that came with each of several requests; all of them have a list."""
    found: dict[int, list[StoredFile]] = {request_id: [] for request_id in request_ids}
    sent = select(RequestFile.request_id, StoredFile).join(RequestFile.file).order_by(StoredFile.id)
    for request_id, file in session.execute(sent.where(RequestFile.request_id.in_(request_ids))):
        found[request_id].append(file)
    return found
