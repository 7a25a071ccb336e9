"""Reading what is known of calendars that members keep elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from providers.availability.models import BusyTime, OtherCalendar
from providers.availability.rules import Interval
from providers.profiles.models import Member
from providers.profiles.queries import TAKES_JOBS


@dataclass(frozen=True, slots=True)
class KnownCalendar:
    """A calendar, and how many busy times of it are still to come."""

    calendar: OtherCalendar
    coming: int


def calendars_of(session: Session, member_id: int) -> list[OtherCalendar]:
    """List the other calendars of a member, in the order in which they were added."""
    theirs = select(OtherCalendar).filter_by(member_id=member_id)
    return list(session.scalars(theirs.order_by(OtherCalendar.added_at, OtherCalendar.id)))


def known_calendars(session: Session, member_id: int, now: datetime) -> list[KnownCalendar]:
    """List the same with what is known of each."""
    coming = select(BusyTime.calendar_id, func.count()).filter_by(member_id=member_id).where(BusyTime.ends_at > now)
    rows = session.execute(coming.group_by(BusyTime.calendar_id))
    counts = {calendar_id: count for calendar_id, count in rows}  # noqa: C416 - a row is no pair to the type checker
    return [KnownCalendar(one, counts.get(one.id, 0)) for one in calendars_of(session, member_id)]


def other_calendar(session: Session, member_id: int, calendar_id: int) -> OtherCalendar:
    """Find a calendar of a member, or raise `NotFound`."""
    found = session.scalar(select(OtherCalendar).filter_by(id=calendar_id, member_id=member_id))
    if found is None:
        raise NotFound(calendar_id=calendar_id)
    return found


def calendars_due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """List which addresses are to be read again, those first that have waited longest; of who takes no jobs, none."""
    due = select(OtherCalendar.id).join(Member, Member.id == OtherCalendar.member_id).where(*TAKES_JOBS)
    due = due.where(OtherCalendar.next_at <= now)
    return session.scalars(due.order_by(OtherCalendar.next_at, OtherCalendar.id).limit(limit)).all()


def busy_times_of(session: Session, calendar_id: int) -> dict[Interval, int]:
    """Give what is known of a calendar: busy times with their ids."""
    columns = select(BusyTime.starts_at, BusyTime.ends_at, BusyTime.id).filter_by(calendar_id=calendar_id)
    return {Interval(start, end): busy_id for start, end, busy_id in session.execute(columns)}


def busy_at(session: Session, member_id: int, moment: datetime) -> tuple[Interval, str] | None:
    """Tell until when a member is busy elsewhere at a moment, and by which calendar."""
    theirs = (
        select(BusyTime.starts_at, BusyTime.ends_at, OtherCalendar.name)
        .join(OtherCalendar, OtherCalendar.id == BusyTime.calendar_id)
        .where(BusyTime.member_id == member_id, BusyTime.starts_at <= moment, BusyTime.ends_at > moment)
    )
    found = session.execute(theirs.order_by(BusyTime.ends_at.desc())).first()
    return (Interval(found[0], found[1]), found[2]) if found else None
