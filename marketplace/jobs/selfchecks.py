"""What must always hold between requests, jobs and money."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.jobs.models import Job
from marketplace.jobs.rules import PURPOSE
from marketplace.payments.models import Hold
from marketplace.payments.rules import ENDED, HoldStatus
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status


def ended_requests_with_live_holds(session: Session) -> list[str]:
    """Money must not stay held for a request that is over; what is being released or refunded is on its way."""
    live = set(HoldStatus) - ENDED - {HoldStatus.RELEASING, HoldStatus.REFUNDING}
    held = (
        select(SupportRequest.reference, Hold.status)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .where(SupportRequest.status.in_({Status.DRAFT, Status.CLOSED, Status.CANCELLED}), Hold.status.in_(live))
    )
    return [f"request {reference} is over, but its hold is {status}" for reference, status in session.execute(held)]


def work_without_money(session: Session) -> list[str]:
    """Whoever works for a price must have it captured, or on its way."""
    secured = select(Hold.subject_id).where(
        Hold.purpose == PURPOSE,
        Hold.status.in_({HoldStatus.CAPTURING, HoldStatus.CAPTURED, HoldStatus.SETTLED}),
    )
    unpaid = (
        select(SupportRequest.reference)
        .join(Job, Job.request_id == SupportRequest.id)
        .where(SupportRequest.status.in_({Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}))
        .where(Job.price_minor > 0, SupportRequest.id.not_in(secured))
    )
    return [
        f"request {reference} is worked on, but nothing was captured for it" for reference in session.scalars(unpaid)
    ]


def payments_above_the_agreed_price(session: Session) -> list[str]:
    """Nobody pays more, or less, than what was agreed."""
    differing = (
        select(SupportRequest.reference, Job.price_minor, Hold.captured_minor)
        .join(Job, Job.request_id == SupportRequest.id)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .where(Hold.captured_minor > 0, Hold.captured_minor != Job.price_minor)
    )
    return [
        f"request {reference}: agreed {agreed}, taken {taken}"
        for reference, agreed, taken in session.execute(differing)
    ]


CHECKS = (ended_requests_with_live_holds, work_without_money, payments_above_the_agreed_price)
