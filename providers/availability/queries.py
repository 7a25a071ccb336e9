"""Reading working hours."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from providers.availability.models import Absence, WeeklyInterval
from providers.availability.public_holidays import public_holidays
from providers.availability.rules import Away, Hours, Weekly
from providers.profiles.models import Member, Provider

# Around a day, for any zone's calendar and for as far as `next_open` looks ahead.
BEFORE = timedelta(days=2)
AFTER = timedelta(weeks=10)


def hours_by_provider(session: Session, provider_ids: Collection[int], around: date) -> dict[int, list[Hours]]:
    """Give the hours of every member of each provider, with absences and holidays that matter from `around` on."""
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
    hours: dict[int, list[Hours]] = {provider_id: [] for provider_id in provider_ids}
    for row in rows:
        holidays = _holidays(row.country, around)
        known = Hours(ZoneInfo(row.zone), tuple(weekly[row.id]), tuple(absences[row.id]), holidays)
        hours[row.provider_id].append(known)
    return hours


def _weekly(session: Session, member_ids: Collection[int]) -> defaultdict[int, list[Weekly]]:
    theirs = select(WeeklyInterval).where(WeeklyInterval.member_id.in_(member_ids))
    found: defaultdict[int, list[Weekly]] = defaultdict(list)
    for one in session.scalars(theirs.order_by(WeeklyInterval.weekday, WeeklyInterval.start_minute)):
        found[one.member_id].append(Weekly(one.weekday, one.start_minute, one.end_minute))
    return found


def _absences(session: Session, member_ids: Collection[int], around: date) -> defaultdict[int, list[Away]]:
    theirs = select(Absence).where(Absence.member_id.in_(member_ids), Absence.last_day >= around - BEFORE)
    found: defaultdict[int, list[Away]] = defaultdict(list)
    for one in session.scalars(theirs.order_by(Absence.first_day)):
        found[one.member_id].append(Away(one.first_day, one.last_day))
    return found


def _holidays(country: str, around: date) -> frozenset[date]:
    first_day, last_day = around - BEFORE, around + AFTER
    years = range(first_day.year, last_day.year + 1)
    return frozenset(day for year in years for day in public_holidays(country, year) if first_day <= day <= last_day)
