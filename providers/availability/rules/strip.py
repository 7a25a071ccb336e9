"""The hours strip: a day of the reader, and what of it somebody works."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from marketplace.kernel.translate import _, format_and, format_local_time, zone_city, zone_offset
from providers.availability.rules.hours import (
    Hours,
    Interval,
    day_in,
    office_hours,
    open_intervals,
    shared,
    week_ahead,
)
from providers.availability.rules.reasons import is_busy, is_open

ONE_MINUTE = timedelta(minutes=1)


class SegmentKind(StrEnum):
    """Whether working hours fall into the reader's own office hours."""

    OPEN = "open"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the day, in minutes since its beginning."""

    start_minute: int
    end_minute: int
    kind: SegmentKind


@dataclass(frozen=True, slots=True)
class HoursStrip:
    """A day of the reader: 1440 minutes long, or less or more when the clocks change.

    `is_holiday` says that there would be hours, were it not for a public holiday.
    """

    segments: Sequence[Segment]
    now_minute: int
    length_minutes: int
    zone_label: str
    is_holiday: bool
    text: str


@dataclass(frozen=True, slots=True)
class DayHours:
    """Working hours on one day of the reader's calendar; `is_holiday` as in the strip.

    `is_taken` says that there would be hours, if nothing else took them.
    """

    day: date
    intervals: Sequence[Interval]
    is_all_day: bool
    is_holiday: bool
    is_taken: bool
    text: str


def hours_strip(hours: Sequence[Hours], zone: ZoneInfo, now: datetime) -> HoursStrip:
    """Draw the reader's day around `now` with the hours of all members of a provider.

    Args:
        hours: of each member.
        zone: the reader's.
        now: the present moment.
    """
    today = _day_hours(hours, zone, now.astimezone(zone).date())
    day = day_in(zone, today.day)
    return HoursStrip(
        segments=_segments(day, today.intervals, open_intervals(office_hours(zone), day.start, day.end)),
        now_minute=(now - day.start) // ONE_MINUTE,
        length_minutes=day.duration // ONE_MINUTE,
        zone_label=_("%(city)s (%(offset)s)") % {"city": zone_city(zone.key), "offset": zone_offset(zone, now)},
        is_holiday=today.is_holiday,
        text=_say_strip(today, is_open_now=is_open(hours, now), is_busy_now=is_busy(hours, now)),
    )


def days_ahead(hours: Sequence[Hours], zone: ZoneInfo, now: datetime) -> list[DayHours]:
    """List the hours of the next seven days, beginning with today, by the reader's calendar."""
    return [_day_hours(hours, zone, day) for day in week_ahead(zone, now)]


def _day_hours(hours: Sequence[Hours], zone: ZoneInfo, date_: date) -> DayHours:
    day = day_in(zone, date_)
    found = open_intervals(hours, day.start, day.end)
    planned = [one.planned for one in hours]
    usual = [replace(one, holidays=frozenset()) for one in planned]
    is_taken = not found and bool(open_intervals(planned, day.start, day.end))
    is_holiday = not found and not is_taken and bool(open_intervals(usual, day.start, day.end))
    is_all_day = found == [day]
    text = _("All day") if is_all_day else _say_day(found, zone, is_holiday=is_holiday, is_taken=is_taken)
    return DayHours(date_, found, is_all_day, is_holiday, is_taken, text)


def _segments(day: Interval, worked: Sequence[Interval], office: Sequence[Interval]) -> list[Segment]:
    """Cut the hours at the edges of the reader's office hours."""
    edges = sorted({day.start, day.end, *(edge for one in office for edge in (one.start, one.end))})
    parts = [Interval(start, end) for start, end in pairwise(edges)]
    return [
        Segment(
            (cut.start - day.start) // ONE_MINUTE,
            (cut.end - day.start) // ONE_MINUTE,
            SegmentKind.OVERLAP if part in office else SegmentKind.OPEN,
        )
        for part in parts
        for cut in shared(worked, [part])
    ]


def _say_day(worked: Sequence[Interval], zone: ZoneInfo, *, is_holiday: bool, is_taken: bool) -> str:
    if is_holiday:
        return _("Public holiday")
    if is_taken:
        return _("Busy")
    if not worked:
        return _("Closed")
    return format_and([_say_range(one, zone) for one in worked])


def _say_range(interval: Interval, zone: ZoneInfo) -> str:
    # Translators: from one time of the day to another, such as 09:00–17:00.
    return _("%(start)s–%(end)s") % {
        "start": format_local_time(interval.start.astimezone(zone).time()),
        "end": format_local_time(interval.end.astimezone(zone).time()),
    }


def _say_strip(today: DayHours, *, is_open_now: bool, is_busy_now: bool) -> str:
    if today.is_all_day:
        return _("Open all day; open now")
    if today.intervals:
        return _say_open(today.text, is_open_now=is_open_now, is_busy_now=is_busy_now)
    if today.is_holiday:
        return _("Closed today: a public holiday")
    return _("Busy all day today") if today.is_taken else _("Closed today")


def _say_open(ranges: str, *, is_open_now: bool, is_busy_now: bool) -> str:
    if is_open_now:
        return _("Open %(ranges)s your time; open now") % {"ranges": ranges}
    if is_busy_now:
        return _("Open %(ranges)s your time; busy now") % {"ranges": ranges}
    return _("Open %(ranges)s your time; closed now") % {"ranges": ranges}
