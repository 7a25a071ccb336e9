"""Reading what is due: what may be done now, and what time has made of requests."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.jobs import rules
from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.errors import IllegalMove
from marketplace.matching.rules import LATEST_ANSWER
from marketplace.payments.models import Hold
from marketplace.payments.rules import SAFETY_MARGIN, HoldStatus
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import CONFIRM_AFTER, Status
from providers.profiles import queries as profiles


def check_may_write(support_request: SupportRequest) -> None:
    """Raise `IllegalMove` unless there is somebody to write to."""
    if support_request.status not in rules.MAY_WRITE:
        raise IllegalMove(state=support_request.status, action="write")


def check_may_rate(session: Session, support_request: SupportRequest) -> None:
    """Raise `IllegalMove` before the end, `RatedAlready` after the first rating."""
    if support_request.status not in rules.MAY_RATE:
        raise IllegalMove(state=support_request.status, action="rate")
    if profiles.review_of(session, support_request.id) is not None:
        raise rules.RatedAlready


def is_overdue_for_confirmation(support_request: SupportRequest, now: datetime) -> bool:
    """Tell whether a customer has said nothing for so long that it counts as a yes."""
    resolved_at = support_request.resolved_at
    if support_request.status is not Status.RESOLVED or resolved_at is None:
        return False
    return resolved_at + CONFIRM_AFTER <= now


def overdue_for_confirmation(session: Session, now: datetime) -> list[int]:
    """List the requests whose customers have said nothing for 72 hours."""
    silent = select(SupportRequest.id).filter_by(status=Status.RESOLVED)
    return list(session.scalars(silent.where(SupportRequest.resolved_at <= now - CONFIRM_AFTER)))


def overdue_searches(session: Session, now: datetime) -> list[int]:
    """List the requests for which it is too late to find somebody: the bank lets go soon, or a session would start."""
    lapsing = select(Hold.subject_id).filter_by(purpose=PURPOSE, status=HoldStatus.HELD)
    searching = select(SupportRequest.id).where(SupportRequest.status.in_({Status.MATCHING, Status.UNMATCHED}))
    too_late = or_(
        SupportRequest.id.in_(lapsing.where(Hold.capture_before <= now + SAFETY_MARGIN)),
        SupportRequest.starts_at <= now + LATEST_ANSWER,
    )
    return list(session.scalars(searching.where(too_late).order_by(SupportRequest.id)))


def unmatched(session: Session) -> list[int]:
    """List the requests that nobody has taken."""
    return list(
        session.scalars(select(SupportRequest.id).filter_by(status=Status.UNMATCHED).order_by(SupportRequest.id))
    )
