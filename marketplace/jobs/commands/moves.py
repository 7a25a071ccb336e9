"""Bringing a request from one state into the next."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Action, Status


def move(
    session: Session,
    support_request: SupportRequest,
    status: Status,
    action: Action,
    *,
    by: int | None = None,
    now: datetime,
) -> None:
    """Bring a request that is locked into its next state, and write it down."""
    support_request.status = status
    support_request.version += 1
    session.flush()  # What is read next in this transaction counts the request in its new state.
    audit.record(session, support_request, action, by=by, at=now)
