"""Reading sessions: where the call is, when they could be held instead, and of which somebody is to be reminded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.conversation.rules import Side
from marketplace.jobs import moving
from marketplace.jobs.models import Job, SessionMove, SessionReminder
from marketplace.jobs.moving import MoveStatus
from marketplace.jobs.queries.agreed import hold_on
from marketplace.jobs.rules import MAY_WRITE
from marketplace.jobs.terms import REMINDERS
from marketplace.kernel.errors import NotFound
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from marketplace.support_requests.starts import EARLIEST_START, LATEST_START
from providers.availability import queries as availability
from providers.availability.rules import Diary, Interval
from providers.profiles.models import Member


def call_link(session: Session, job: Job | None) -> str | None:
    """Tell where the call of a session is: its own link, or the usual one of whoever holds it."""
    if job is None or job.starts_at is None or job.support_request.status not in MAY_WRITE:
        return None
    return job.call_link or availability.call_link(session, job.member_id)


def sessions_to_remind_of(session: Session, now: datetime) -> list[int]:
    """List the requests whose session is near and of whose start both sides have not been reminded yet."""
    found: set[int] = set()
    for ahead in REMINDERS:
        reminded = select(SessionReminder.job_id).where(
            SessionReminder.job_id == Job.id,
            SessionReminder.starts_at == Job.starts_at,
            SessionReminder.hours_before == ahead // timedelta(hours=1),
        )
        near = (
            select(Job.request_id)
            .join(SupportRequest, SupportRequest.id == Job.request_id)
            .where(SupportRequest.status == Status.IN_PROGRESS)
            .where(Job.starts_at > now, Job.starts_at <= now + ahead, ~reminded.exists())
        )
        found.update(session.scalars(near))
    return sorted(found)


def lock_session(session: Session, reference: str, person_id: int) -> tuple[SupportRequest, Job, Side]:
    """Hold on to a session of which somebody is one of the two sides, and tell which; or raise `NotFound`."""
    support_request, job = hold_on(session, reference, Job.starts_at.is_not(None))
    if support_request.customer_id == person_id:
        return support_request, job, Side.CUSTOMER
    if job.member.person_id == person_id:
        return support_request, job, Side.PROVIDER
    raise NotFound(reference=reference)


def moves_of(session: Session, job: Job | None) -> list[SessionMove]:
    """List how a session was moved, and what was proposed, the first first."""
    if job is None or job.starts_at is None:
        return []
    return list(session.scalars(select(SessionMove).filter_by(job_id=job.id).order_by(SessionMove.number)))


def session_move(session: Session, move_id: int) -> SessionMove:
    """Find a move that was made or proposed; the caller knows that it was."""
    return session.get_one(SessionMove, move_id)


def may_move_freely(job: Job, moves: Sequence[SessionMove], now: datetime) -> bool:
    """Tell whether the customer of a session that is to come may move it without asking."""
    assert job.starts_at is not None, "only sessions are moved"
    return moving.may_move_freely(job.starts_at, sum(one.is_free for one in moves), now)


def times_to_move_to(session: Session, job: Job, within: Interval, now: datetime, *, asks: bool) -> list[datetime]:
    """List when whoever holds a session could hold it instead, in order.

    Args:
        session: for reading.
        job: the session, which is not in its own way.
        within: it begins in this time; as far ahead as sessions are booked.
        now: the present moment.
        asks: the other side agrees first, so nobody needs notice.
    """
    within = Interval(
        max(within.start, now + EARLIEST_START), min(within.end, now + LATEST_START + timedelta.resolution)
    )
    if within.start >= within.end:
        return []
    length = timedelta(minutes=job.session_minutes or 0)
    diary = _diary(session, job, Interval(within.start, within.end + length), now, asks=asks)
    return [one for one in diary.free_starts(within, length, now) if one != job.starts_at]


def is_free_to_move(session: Session, job: Job, starts_at: datetime, now: datetime, *, asks: bool) -> bool:
    """Tell whether whoever holds a session could hold it at a time instead."""
    when = Interval(starts_at, starts_at + timedelta(minutes=job.session_minutes or 0))
    return _diary(session, job, when, now, asks=asks).is_free(when, now)


def _diary(session: Session, job: Job, around: Interval, now: datetime, *, asks: bool) -> Diary:
    found = availability.diary_of(session, job.member, around, now, but_for=job.request_id)
    return replace(found, spacing=replace(found.spacing, notice=timedelta(0))) if asks else found


def asked_to_move(session: Session, person_id: int, requests: Sequence[SupportRequest], now: datetime) -> set[int]:
    """Tell of which requests a session is proposed at another time to somebody, who may answer that now; their ids."""
    waiting = (
        select(Job.request_id, SessionMove.side, SupportRequest.customer_id, Member.person_id)
        .join(SessionMove, SessionMove.job_id == Job.id)
        .join(SupportRequest, SupportRequest.id == Job.request_id)
        .join(Member, Member.id == Job.member_id)
        .where(Job.request_id.in_([one.id for one in requests]), SupportRequest.status == Status.IN_PROGRESS)
        .where(SessionMove.status == MoveStatus.PROPOSED, SessionMove.from_at > now, SessionMove.to_at > now)
    )
    return {
        request_id
        for request_id, side, customer_id, host_id in session.execute(waiting)
        if person_id == (host_id if side is Side.CUSTOMER else customer_id)
    }


def moves_not_answered(session: Session, now: datetime) -> list[int]:
    """List the requests with a proposal of another time to which nobody can agree any more."""
    is_over = or_(SessionMove.from_at <= now, SessionMove.to_at <= now)
    waiting = select(Job.request_id).join(SessionMove, SessionMove.job_id == Job.id).where(is_over)
    return sorted(session.scalars(waiting.where(SessionMove.status == MoveStatus.PROPOSED)))
