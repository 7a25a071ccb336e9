"""Choosing when a session starts from the times at which somebody is free."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import terms
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action
from marketplace.support_requests.starts import what_is_wrong
from providers.availability.rules import QUARTER, Interval


def pick_time(
    session: Session,
    reference: str,
    *,
    customer_id: int,
    starts_at: datetime,
    provider_id: int | None = None,
    now: datetime,
) -> SupportRequest:
    """Say when the session of a draft starts; nothing is booked before a partner accepts.

    Raises:
        NotFound: it is no request of this customer.
        IllegalMove: it is no draft any more.
        InvalidInput: no session can start then; names `starts_at`.
        TimeIsGone: nobody who could hold it is free then, or not this provider.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    LIFECYCLE.after(support_request.status, Action.SUBMIT)
    problem = what_is_wrong(starts_at, now)
    if problem is not None:
        raise InvalidInput({"starts_at": [problem]})
    wish, among = matching.wish_of(support_request), None if provider_id is None else {provider_id}
    if not matching.free_times(session, wish, Interval(starts_at, starts_at + QUARTER), now, among=among):
        raise terms.TimeIsGone
    support_request.starts_at = starts_at
    support_request.version += 1
    audit.record(session, support_request, "pick_time", by=customer_id, at=now)
    return support_request
