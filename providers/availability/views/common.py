"""What the pages of a member's time share."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.translate import reader
from providers.availability import queries
from providers.availability.public_holidays import HolidayName
from providers.availability.rules import DAY_MINUTES, MAX_INTERVALS_A_DAY, Hours, Keeping, Weekly, holidays_until
from providers.availability.schemas import WEEK
from providers.availability.wording import weekday_name
from providers.profiles.models import Member

USUAL_INTERVALS = 2  # A day with a pause.

blueprint = Blueprint("availability", __name__)
Errors = Mapping[str, list[str]]


def hours_around(member: Member, day: date) -> Hours | None:
    """Give a member's hours, with what matters of absences, holidays and seasons around a day; None without jobs."""
    return queries.hours_by_member(reading(), [member.provider_id], around=day)[member.provider_id].get(member.id)


def today_of(member: Member, now: datetime | None = None) -> date:
    """Tell which day it is where a member works."""
    return (now or utcnow()).astimezone(ZoneInfo(member.zone)).date()


def coming_holidays(kept: Keeping, today: date) -> list[tuple[date, HolidayName]]:
    """Name the public holidays of the coming twelve months for the reader."""
    days = sorted(queries.holidays_between(kept, today, holidays_until(today)))
    return [(day, queries.name_of_holiday(kept, day, reader().language)) for day in days]


def times_of(weekly: Iterable[Weekly]) -> dict[str, str]:
    """Give the hours of a week as the fields of a form have them."""
    by_day: defaultdict[int, list[Weekly]] = defaultdict(list)
    for one in weekly:
        by_day[one.weekday].append(one)
    return {
        f"{end}_{day}_{turn}": _clock(minute)
        for day, several in by_day.items()
        for turn, one in enumerate(several, 1)
        for end, minute in (("from", one.start_minute), ("to", one.end_minute))
    }


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % DAY_MINUTES, 60)
    return time(hour, rest).isoformat("minutes")


def fields_of_week(values: Mapping[str, str]) -> dict[str, Any]:
    """Give the days of a week, and how often a day can have hours: once more than any has in what was typed."""
    used = [turn for day, turn in WEEK if values.get(f"from_{day}_{turn}") or values.get(f"to_{day}_{turn}")]
    most = max(USUAL_INTERVALS, max(used, default=0) + 1)
    return {
        "days": [(day, weekday_name(day)) for day in range(7)],
        "turns": range(1, min(most, MAX_INTERVALS_A_DAY) + 1),
    }
