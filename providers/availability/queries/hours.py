"""Reading working hours."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, case, cast, func, select
from sqlalchemy.orm import Session

from providers.availability.models import Absence, HolidayChoice, Season, SeasonInterval, WeeklyInterval
from providers.availability.queries.booking import taken
from providers.availability.queries.holidays import holidays_between, worked_holidays
from providers.availability.rules import Away, Hours, Interval, Keeping, SeasonHours, Weekly
from providers.profiles.models import Member, Provider
from providers.profiles.queries import TAKES_JOBS

# Around a day, for any zone's calendar and for as far as `next_open` looks ahead.
BEFORE = timedelta(days=2)
AFTER = timedelta(weeks=10)
_MINUTES = 10_000  # More than hours ever last, so that one number holds weekday, start and end.


def hours_by_provider(session: Session, provider_ids: Collection[int] | None, around: date) -> dict[int, list[Hours]]:
    """Give the hours of every member of each provider, with absences, holidays and what else matters from `around` on.

    Without ids those of everybody are given, and who has no member that works is not among them.
    """
    found: dict[int, list[Hours]] = {provider_id: [] for provider_id in provider_ids or ()}
    for _member_id, provider_id, hours in _hours(session, provider_ids, around):
        found.setdefault(provider_id, []).append(hours)
    return found


def hours_by_member(
    session: Session, provider_ids: Collection[int] | None, around: date
) -> dict[int, dict[int, Hours]]:
    """Give the same by provider and member."""
    found: dict[int, dict[int, Hours]] = {provider_id: {} for provider_id in provider_ids or ()}
    for member_id, provider_id, hours in _hours(session, provider_ids, around):
        found.setdefault(provider_id, {})[member_id] = hours
    return found


def _hours(session: Session, provider_ids: Collection[int] | None, around: date) -> Iterator[tuple[int, int, Hours]]:
    """Give members in the order of their ids, each with its provider and its hours."""
    working = TAKES_JOBS if provider_ids is None else (Member.provider_id.in_(provider_ids), *TAKES_JOBS)
    country = case((HolidayChoice.member_id.is_(None), Provider.country), else_=HolidayChoice.country)
    members = (
        select(Member.id, Member.provider_id, Member.zone, country.label("country"), HolidayChoice.region)
        .join(Member.provider)
        .outerjoin(HolidayChoice, HolidayChoice.member_id == Member.id)
        .where(*working)
    )
    rows = session.connection().execute(members.order_by(Member.id))
    member_ids = select(Member.id).where(*working)
    weekly = _weekly(session, member_ids)
    seasons = _seasons(session, member_ids, around)
    absences = _absences(session, member_ids, around)
    days = around - BEFORE, around + AFTER
    worked = worked_holidays(session, member_ids, *days)
    busy = taken(session, member_ids, Interval(*(datetime.combine(day, time.min, UTC) for day in days)))
    usual = _Usual(days)
    unusual = {*seasons, *absences, *worked, *busy}
    for member_id, provider_id, zone, country, region in rows:
        theirs = usual[zone, weekly.get(member_id, ""), country, region]
        if member_id in unusual:
            theirs = replace(
                theirs,
                absences=tuple(absences.get(member_id, ())),
                holidays=theirs.holidays.difference(worked.get(member_id, ())),
                seasons=tuple(seasons.get(member_id, ())),
                taken=tuple(busy.get(member_id, ())),
            )
        yield member_id, provider_id, theirs


class _Usual(dict[tuple[str, str, str | None, str | None], Hours]):
    """The hours of those who keep to their week, by zone, week, country and region: most are like many others."""

    def __init__(self, days: tuple[date, date]) -> None:
        self._holidays = cache(lambda *place: holidays_between(Keeping(*place), *days))

    def __missing__(self, key: tuple[str, str, str | None, str | None]) -> Hours:
        zone, week, *place = key
        self[key] = Hours(ZoneInfo(zone), _read_week(week), holidays=self._holidays(*place))
        return self[key]


def weekly_by_member(session: Session, member_ids: Collection[int]) -> defaultdict[int, list[Weekly]]:
    """Give the hours that members work each week, in order."""
    found = _weekly(session, select(Member.id).where(Member.id.in_(member_ids)))
    return defaultdict(list, {member_id: list(_read_week(week)) for member_id, week in found.items()})


# Plain rows, not records: they are many, and nobody changes them here.


def _weekly(session: Session, member_ids: Select[int]) -> dict[int, str]:
    """Read each week as one text, of which most are like many others."""
    columns = (WeeklyInterval.weekday, WeeklyInterval.start_minute, WeeklyInterval.end_minute)
    as_one = (columns[0] * _MINUTES + columns[1]) * _MINUTES + columns[2]
    week = func.aggregate_strings(cast(as_one, String), ",")
    theirs = select(WeeklyInterval.member_id, week).where(WeeklyInterval.member_id.in_(member_ids))
    found = session.connection().execute(theirs.group_by(WeeklyInterval.member_id)).all()
    return {member_id: text for member_id, text in found}  # noqa: C416 - a row is no pair to the type checker


@lru_cache(maxsize=100_000)
def _read_week(text: str) -> tuple[Weekly, ...]:
    read = sorted(map(int, text.split(","))) if text else ()
    return tuple(Weekly(one // _MINUTES**2, one // _MINUTES % _MINUTES, one % _MINUTES) for one in read)


def _seasons(session: Session, member_ids: Select[int], around: date) -> defaultdict[int, list[SeasonHours]]:
    of_hours = (SeasonInterval.weekday, SeasonInterval.start_minute, SeasonInterval.end_minute)
    columns = (Season.member_id, Season.first_day, Season.last_day, *of_hours)
    theirs = select(*columns).outerjoin(Season.intervals).where(Season.member_id.in_(member_ids))
    near = theirs.where(Season.last_day >= around - BEFORE, Season.first_day <= around + AFTER)
    weekly: defaultdict[tuple[int, date, date], list[Weekly]] = defaultdict(list)
    for member_id, first_day, last_day, *hours in session.execute(near.order_by(*columns)):
        weekly[member_id, first_day, last_day] += [] if None in hours else [Weekly(*hours)]
    found: defaultdict[int, list[SeasonHours]] = defaultdict(list)
    for (member_id, first_day, last_day), planned in weekly.items():
        found[member_id].append(SeasonHours(first_day, last_day, tuple(planned)))
    return found


def _absences(session: Session, member_ids: Select[int], around: date) -> defaultdict[int, list[Away]]:
    columns = (Absence.member_id, Absence.first_day, Absence.last_day)
    theirs = select(*columns).where(Absence.member_id.in_(member_ids), Absence.last_day >= around - BEFORE)
    found: defaultdict[int, list[Away]] = defaultdict(list)
    for member_id, *days in session.execute(theirs.order_by(*columns)):
        found[member_id].append(Away(*days))
    return found
