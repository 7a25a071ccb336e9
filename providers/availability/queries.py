"""Reading working hours."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from providers.availability.models import Absence, Booking, WeeklyInterval
from providers.availability.public_holidays import public_holidays
from providers.availability.rules import Away, Hours, Interval, Weekly
from providers.profiles.models import Member, Provider

# Around a day, for any zone's calendar and for as far as `next_open` looks ahead.
BEFORE = timedelta(days=2)
AFTER = timedelta(weeks=10)


def hours_by_provider(session: Session, provider_ids: Collection[int], around: date) -> dict[int, list[Hours]]:
    """Give the hours of every member of each provider, with absences and holidays that matter from `around` on."""
    by_member = hours_by_member(session, provider_ids, around)
    return {provider_id: list(by_member[provider_id].values()) for provider_id in provider_ids}


def hours_by_member(session: Session, provider_ids: Collection[int], around: date) -> dict[int, dict[int, Hours]]:
    """Give the same by provider and member."""
    members = (
        select(Member.id, Member.provider_id, Member.zone, Provider.country)
        .join(Member.provider)
        .where(Member.provider_id.in_(provider_ids))
        .order_by(Member.id)
    )
    rows = session.execute(members).all()
    member_ids = [row.id for row in rows]
    weekly = _weekly(session, member_ids)
    absences = _absences(session, member_ids, around)
    holidays = {country: _holidays(country, around) for country in {row.country for row in rows}}
    hours: dict[int, dict[int, Hours]] = {provider_id: {} for provider_id in provider_ids}
    for row in rows:
        known = Hours(ZoneInfo(row.zone), tuple(weekly[row.id]), tuple(absences[row.id]), holidays[row.country])
        hours[row.provider_id][row.id] = known
    return hours


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


# Plain rows, not records: they are many, and nobody changes them here.


def _weekly(session: Session, member_ids: Collection[int]) -> defaultdict[int, list[Weekly]]:
    columns = (WeeklyInterval.member_id, WeeklyInterval.weekday, WeeklyInterval.start_minute, WeeklyInterval.end_minute)
    theirs = select(*columns).where(WeeklyInterval.member_id.in_(member_ids))
    found: defaultdict[int, list[Weekly]] = defaultdict(list)
    for member_id, *interval in session.execute(theirs.order_by(*columns)):
        found[member_id].append(Weekly(*interval))
    return found


def _absences(session: Session, member_ids: Collection[int], around: date) -> defaultdict[int, list[Away]]:
    columns = (Absence.member_id, Absence.first_day, Absence.last_day)
    theirs = select(*columns).where(Absence.member_id.in_(member_ids), Absence.last_day >= around - BEFORE)
    found: defaultdict[int, list[Away]] = defaultdict(list)
    for member_id, *days in session.execute(theirs.order_by(*columns)):
        found[member_id].append(Away(*days))
    return found


def _holidays(country: str, around: date) -> frozenset[date]:
    first_day, last_day = around - BEFORE, around + AFTER
    years = range(first_day.year, last_day.year + 1)
    return frozenset(day for year in years for day in public_holidays(country, year) if first_day <= day <= last_day)
