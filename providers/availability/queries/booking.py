"""Reading what takes members' time."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from providers.availability.models import Booking, BusyTime, SessionSettings
from providers.availability.rules import Interval, Spacing, merge


def booked(session: Session, member_ids: Collection[int], when: Interval) -> dict[int, list[Interval]]:
    """Give the sessions that members have at some time within an interval; who has none is not in it."""
    columns = (Booking.member_id, Booking.starts_at, Booking.ends_at)
    theirs = select(*columns).where(Booking.member_id.in_(member_ids)).order_by(Booking.starts_at)
    found: defaultdict[int, list[Interval]] = defaultdict(list)
    for member_id, *moments in session.execute(
        theirs.where(Booking.starts_at < when.end, Booking.ends_at > when.start)
    ):
        found[member_id].append(Interval(*moments))
    return dict(found)


def taken(
    session: Session, member_ids: Collection[int] | Select[int], when: Interval, *, but_for: int | None = None
) -> dict[int, list[Interval]]:
    """Give all that takes members' time at some time within an interval, in order and with gaps between.

    Who is free all along is not in it. Whoever looks for a time at which somebody is free asks here; what is booked for
    the request `but_for` is left out.
    """
    booked = Booking.request_id != but_for if but_for is not None else true()
    found: defaultdict[int, list[Interval]] = defaultdict(list)
    for table, counts in ((Booking, booked), (BusyTime, true())):
        columns = (table.member_id, table.starts_at, table.ends_at)
        theirs = select(*columns).where(table.starts_at < when.end, table.ends_at > when.start, counts)
        for member_id, *moments in session.execute(theirs.where(table.member_id.in_(member_ids))):
            found[member_id].append(Interval(*moments))
    return {member_id: merge(intervals) for member_id, intervals in found.items()}


def bookings_of(session: Session, member_id: int, when: Interval) -> list[Booking]:
    """List the sessions of a member at some time within an interval, in order."""
    theirs = select(Booking).filter_by(member_id=member_id).order_by(Booking.starts_at)
    return list(session.scalars(theirs.where(Booking.starts_at < when.end, Booking.ends_at > when.start)))


def spacing(session: Session, member_ids: Collection[int]) -> defaultdict[int, Spacing]:
    """Tell what members keep free around sessions, and how long ahead they are asked for."""
    columns = (SessionSettings.member_id, SessionSettings.pause_minutes, SessionSettings.notice_hours)
    said = session.execute(select(*columns).where(SessionSettings.member_id.in_(member_ids)))
    known = {one: Spacing(timedelta(minutes=pause), timedelta(hours=notice)) for one, pause, notice in said}
    return defaultdict(Spacing, known)


def call_link(session: Session, member_id: int) -> str | None:
    """Tell where a member's calls usually are."""
    return session.scalar(select(SessionSettings.call_link).filter_by(member_id=member_id))
