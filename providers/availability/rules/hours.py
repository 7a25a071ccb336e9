"""When somebody works: hours stand on the wall clock of a zone, answers are moments in UTC.

Open is whoever's wall clock shows a time within the hours, so hours follow summer time by themselves: of an hour that
the clocks skip nothing is left, and one that they repeat counts twice.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
LOOK_AHEAD_WEEKS = 9
OFFICE_START_MINUTE = 9 * 60
OFFICE_END_MINUTE = 17 * 60

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)
ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours on one day of each week, Monday being 0; an end beyond 1440 minutes runs into the next day."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody does not work, both ends included."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Hours:
    """When one member works.

    A day off, be it an absence or a public holiday, takes away its own hours, and those of the night after it that
    would have begun on it.
    """

    zone: ZoneInfo
    weekly: tuple[Weekly, ...]
    absences: tuple[Away, ...] = ()
    holidays: frozenset[date] = frozenset()

    def is_off(self, day: date) -> bool:
        """Tell whether nothing is done on a day of the member's own calendar."""
        return day in self.holidays or any(one.first_day <= day <= one.last_day for one in self.absences)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From one moment to another, the second not included."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def overlaps(self, other: "Interval") -> bool:
        """Tell whether there is a moment in both."""
        return self.start < other.end and other.start < self.end


# Whoever asks about a provider gives the hours of all its members: it is open when one of them is.
AnyHours = Hours | Sequence[Hours]


def open_intervals(hours: AnyHours, start: datetime, end: datetime) -> list[Interval]:
    """List when somebody works between two moments, in order and with gaps between."""
    members = [hours] if isinstance(hours, Hours) else hours
    return merge([found for one in members for found in _intervals_of(one, start, end)])


def _intervals_of(hours: Hours, start: datetime, end: datetime) -> Iterator[Interval]:
    for part, offset in _steady_parts(hours.zone, start, end):
        for wall in _on_the_wall(hours, (part.start + offset).date(), (part.end + offset).date()):
            begins, ends = max(wall.start - offset, part.start), min(wall.end - offset, part.end)
            if begins < ends:
                yield Interval(begins, ends)


def _on_the_wall(hours: Hours, first_day: date, last_day: date) -> Iterator[Interval]:
    """List the hours by the wall clock, written as if it showed UTC; those of the night before the first day too."""
    for day in _days(first_day - ONE_DAY, (last_day - first_day).days + 2):
        if hours.is_off(day):
            continue
        midnight = datetime.combine(day, time.min, UTC)
        latest_minute = DAY_MINUTES if hours.is_off(day + ONE_DAY) else 2 * DAY_MINUTES
        for one in hours.weekly:
            if one.weekday == day.weekday():
                end_minute = min(one.end_minute, latest_minute)
                yield Interval(midnight + timedelta(minutes=one.start_minute), midnight + timedelta(minutes=end_minute))


def _steady_parts(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[Interval, timedelta]]:
    """Cut a time where a zone's clock changes; with each part comes its distance from UTC."""
    while start < end:
        offset = _offset(zone, start)
        until = _steady_until(zone, start, end)
        yield Interval(start, until), offset
        start = until


def _steady_until(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """Find the first change of a zone's clock after `start`, or give `end`; no zone changes twice within a day."""
    offset, probe = _offset(zone, start), start
    while probe < end:
        following = min(probe + ONE_DAY, end)
        if _offset(zone, following) != offset:
            base = probe.replace(microsecond=0)
            seconds = bisect_left(
                range(int(ONE_DAY.total_seconds())),
                True,  # noqa: FBT003 - what is searched for
                key=lambda second: _offset(zone, base + timedelta(seconds=second)) != offset,
            )
            return min(base + timedelta(seconds=seconds), end)
        probe = following
    return end


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def merge(intervals: Sequence[Interval]) -> list[Interval]:
    """Join what overlaps or touches, in order."""
    merged: list[Interval] = []
    for one in sorted(intervals):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def shared(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """List when both are."""
    cuts = [Interval(max(a.start, b.start), min(a.end, b.end)) for a in some for b in others]
    return merge([cut for cut in cuts if cut.start < cut.end])


def is_open(hours: AnyHours, now: datetime) -> bool:
    """Tell whether somebody works at `now`."""
    return bool(open_intervals(hours, now, now + timedelta.resolution))


def works_through(hours: AnyHours, when: Interval) -> bool:
    """Tell whether somebody works all through an interval."""
    return open_intervals(hours, when.start, when.end) == [when]


def next_open(hours: AnyHours, now: datetime) -> datetime | None:
    """Tell when somebody works next: `now` if somebody does, None if nobody will for nine weeks."""
    for week in range(LOOK_AHEAD_WEEKS):
        start = now + week * ONE_WEEK
        found = open_intervals(hours, start, start + ONE_WEEK)
        if found:
            return found[0].start
    return None


def day_in(zone: ZoneInfo, day: date) -> Interval:
    """Tell when a day of the calendar begins and ends in a zone: 24 hours, or 23 to 25 when the clocks change."""
    return Interval(_first_moment(zone, day), _first_moment(zone, day + ONE_DAY))


def _first_moment(zone: ZoneInfo, day: date) -> datetime:
    # Where the clocks skip midnight, this is the moment of the change: by PEP 495 the old offset still counts.
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def week_ahead(zone: ZoneInfo, now: datetime) -> list[date]:
    """List the next seven days of a zone's calendar, beginning with today."""
    return _days(now.astimezone(zone).date(), 7)


def office_hours(zone: ZoneInfo) -> Hours:
    """Give 09:00 to 17:00 of every day: the time in which people in a zone expect an answer."""
    return Hours(zone, tuple(Weekly(weekday, OFFICE_START_MINUTE, OFFICE_END_MINUTE) for weekday in range(7)))


@lru_cache(maxsize=2048)
def _wanted(zone: ZoneInfo, day: date) -> list[Interval]:
    """Give the office hours of one day; a reader compares everybody with the same ones."""
    whole = day_in(zone, day)
    return open_intervals(office_hours(zone), whole.start, whole.end)


def overlap_hours(hours: AnyHours, zone: ZoneInfo, now: datetime) -> float:
    """Tell how many of a reader's office hours somebody works: the median of the next seven days.

    Args:
        hours: a member's, or those of all members of a provider.
        zone: the reader's.
        now: the present moment; today counts whole.
    """
    days = week_ahead(zone, now)
    worked = open_intervals(hours, day_in(zone, days[0]).start, day_in(zone, days[-1]).end)
    both = [shared(worked, _wanted(zone, day)) for day in days]
    return median(sum((one.duration for one in found), timedelta()) / ONE_HOUR for found in both)
