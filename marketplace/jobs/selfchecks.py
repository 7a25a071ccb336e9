"""What must always hold between requests, jobs and money."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs.models import ExtraWork, Job
from marketplace.jobs.rules import FIRST_PART, PURPOSE, ExtraStatus
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
        Hold.part == FIRST_PART,
        Hold.status.in_({HoldStatus.CAPTURING, HoldStatus.CAPTURED, HoldStatus.SETTLED}),
    )
    nothing_due = and_(Job.kind == ServiceKind.HOURLY, Job.minutes_worked == 0, SupportRequest.closed_at.is_not(None))
    unpaid = (
        select(SupportRequest.reference)
        .join(Job, Job.request_id == SupportRequest.id)
        .where(SupportRequest.status.in_({Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}))
        .where(Job.price_minor > 0, SupportRequest.id.not_in(secured), not_(nothing_due))
    )
    return [
        f"request {reference} is worked on, but nothing was captured for it" for reference in session.scalars(unpaid)
    ]


def payments_above_the_agreed_price(session: Session) -> list[str]:
    """Nobody pays more, or less, than what was agreed, at first or as extra work."""
    agreed_price = case((Hold.part == FIRST_PART, Job.price_minor), else_=ExtraWork.price_minor)
    differing = (
        select(SupportRequest.reference, Hold.part, agreed_price, Hold.captured_minor)
        .join(Job, Job.request_id == SupportRequest.id)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .outerjoin(ExtraWork, (ExtraWork.job_id == Job.id) & (ExtraWork.part == Hold.part))
        .where(Hold.captured_minor > 0, Hold.captured_minor != func.coalesce(agreed_price, 0))
    )
    return [
        f"request {reference}, part {part}: agreed {agreed}, taken {taken}"
        for reference, part, agreed, taken in session.execute(differing)
    ]


def time_beyond_what_was_agreed(session: Session) -> list[str]:
    """Minutes stand between nothing and the cap, and only where they are paid for."""
    wrong = or_(
        Job.minutes_worked < 0,
        and_(Job.kind == ServiceKind.HOURLY, Job.minutes_worked > Job.cap_minutes),
        and_(Job.kind != ServiceKind.HOURLY, Job.minutes_worked != 0),
    )
    found = select(Job).where(wrong)
    return [f"job {job.id} has {job.minutes_worked} minutes written down" for job in session.scalars(found)]


def payments_above_the_time_worked(session: Session) -> list[str]:
    """When a job by the hour is closed, nothing is kept but what its time costs."""
    closed = (
        select(Job, Hold)
        .join(SupportRequest, SupportRequest.id == Job.request_id)
        .join(Hold, (Hold.subject_id == Job.request_id) & (Hold.purpose == PURPOSE) & (Hold.part == FIRST_PART))
        .where(Job.kind == ServiceKind.HOURLY, SupportRequest.status == Status.CLOSED, Hold.captured_minor > 0)
    )
    return [
        f"job {job.id}: {hold.kept.minor} is kept for time that costs {job.due.minor}"
        for job, hold in session.execute(closed)
        if hold.kept > job.due
    ]


_OVER = {None, HoldStatus.RELEASING, HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED}
HOLDS_OF_EXTRAS: Mapping[ExtraStatus, Collection[HoldStatus | None]] = {
    ExtraStatus.PROPOSED: {None},
    ExtraStatus.APPROVED: {HoldStatus.OPENING, HoldStatus.AWAITING},
    ExtraStatus.PAID: {
        HoldStatus.CAPTURING,
        HoldStatus.CAPTURED,
        HoldStatus.SETTLED,
        HoldStatus.REFUNDING,
        HoldStatus.REFUNDED,
    },
    ExtraStatus.DECLINED: _OVER,
    ExtraStatus.LAPSED: _OVER,
    ExtraStatus.WITHDRAWN: _OVER,
}


def extra_work_that_disagrees_with_its_hold(session: Session) -> list[str]:
    """Whoever approved extra work has a page to pay it on, what is paid is taken, and for the rest nothing is."""
    rows = (
        select(SupportRequest.reference, ExtraWork.part, ExtraWork.status, Hold.status)
        .join(Job, Job.id == ExtraWork.job_id)
        .join(SupportRequest, SupportRequest.id == Job.request_id)
        .outerjoin(
            Hold,
            (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE) & (Hold.part == ExtraWork.part),
        )
    )
    return [
        f"request {reference}, part {part}: the extra work is {status}, its hold {hold}"
        for reference, part, status, hold in session.execute(rows)
        if hold not in HOLDS_OF_EXTRAS[status]
    ]


CHECKS = (
    ended_requests_with_live_holds,
    work_without_money,
    payments_above_the_agreed_price,
    extra_work_that_disagrees_with_its_hold,
    time_beyond_what_was_agreed,
    payments_above_the_time_worked,
)
