"""The usual week of a provider, by the wall clock of one zone: what holds when nobody is away."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from providers.availability.rules import DAY_MINUTES, ONE_DAY, Hours, day_in, open_intervals

WEEKDAYS = 7

Spans = list[tuple[int, int]]  # From one minute of a day to another.


def own_zone(hours: Sequence[Hours]) -> ZoneInfo | None:
    """Tell in which zone a provider works: that of whoever has worked there longest."""
    return hours[0].zone if hours else None


def usual_week(hours: Sequence[Hours], zone: ZoneInfo, today: date) -> list[Spans]:
    """List the hours of each weekday, beginning with Monday, without seasons, absences and holidays.

    Args:
        hours: of each member, in whatever zones.
        zone: whose wall clock counts.
        today: a day of the week in which zones are compared, as their clocks do not change together.
    """
    usual = [Hours(one.zone, one.weekly) for one in hours]
    monday = today - timedelta(days=today.weekday())
    return [_spans(usual, zone, monday + number * ONE_DAY) for number in range(WEEKDAYS)]


def _spans(hours: Sequence[Hours], zone: ZoneInfo, day: date) -> Spans:
    whole = day_in(zone, day)
    found = open_intervals(hours, whole.start, whole.end)
    clocks = [
        (_minute(one.start, zone), DAY_MINUTES if one.end == whole.end else _minute(one.end, zone)) for one in found
    ]
    return [
        (start, end) for start, end in clocks if start < end
    ]  # An hour that a clock repeats may end before it begins.


def _minute(moment: datetime, zone: ZoneInfo) -> int:
    clock = moment.astimezone(zone)
    return clock.hour * 60 + clock.minute
