"""When somebody works: hours stand on the wall clock of a zone, answers are moments in UTC.

Open is whoever's wall clock shows a time within the hours, so hours follow summer time by themselves: of an hour that
the clocks skip nothing is left, and one that they repeat counts twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
class SeasonHours:
    """Other hours for a while, both ends included: each week of it is so instead of as usual."""

    first_day: date
    last_day: date
    weekly: tuple[Weekly, ...]


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From one moment to another, the second not included."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def widened(self, by: timedelta) -> "Interval":
        """Begin so much earlier, and end so much later."""
        return Interval(self.start - by, self.end + by)

    def overlaps(self, other: "Interval") -> bool:
        """Tell whether there is a moment in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """When one member works.

    A day off, be it an absence or a public holiday, takes away its own hours, and those of the night after it that
    would have begun on it. The day on which hours begin says which season they belong to.

    Attributes:
        taken: what else takes time in these hours, in order and with gaps between.
    """

    zone: ZoneInfo
    weekly: tuple[Weekly, ...]
    absences: tuple[Away, ...] = ()
    holidays: frozenset[date] = frozenset()
    seasons: tuple[SeasonHours, ...] = ()
    taken: tuple[Interval, ...] = ()

    @property
    def planned(self) -> "Hours":
        """The same as if nothing took any of the time."""
        return replace(self, taken=()) if self.taken else self

    def taken_at(self, moment: datetime) -> Interval | None:
        """Find what takes the time at a moment."""
        place = bisect_right(self.taken, moment, key=_ends)
        return self.taken[place] if place < len(self.taken) and self.taken[place].start <= moment else None

    def is_off(self, day: date) -> bool:
        """Tell whether nothing is done on a day of the member's own calendar."""
        return day in self.holidays or self.absence_on(day) is not None

    def absence_on(self, day: date) -> Away | None:
        """Find the absence to which a day belongs."""
        return next((one for one in self.absences if one.first_day <= day <= one.last_day), None)

    def season_on(self, day: date) -> SeasonHours | None:
        """Find the season to which a day belongs; in none, hours are as usual."""
        return next((one for one in self.seasons if one.first_day <= day <= one.last_day), None)

    def planned_on(self, day: date) -> list[Weekly]:
        """List the hours that begin on a day, whether or not it is off."""
        season = self.season_on(day)
        weekly = season.weekly if season else self.weekly
        return [one for one in weekly if one.weekday == day.weekday()]


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours that begin on a day, by the wall clock, written as if it showed UTC.

    From `worked_until` on a day off takes them away; all of them, if that is when they would begin.
    """

    day: date
    planned: Interval
    worked_until: datetime


# Whoever asks about a provider gives the hours of all its members: it is open when one of them is.
AnyHours = Hours | Sequence[Hours]


def open_intervals(hours: AnyHours, start: datetime, end: datetime) -> list[Interval]:
    """List when somebody works between two moments, in order and with gaps between."""
    members = [hours] if isinstance(hours, Hours) else hours
    return merge([found for one in members for found in remaining(_planned(one, start, end), one.taken)])


def _planned(hours: Hours, start: datetime, end: datetime) -> Iterator[Interval]:
    for part, offset in steady_parts(hours.zone, start, end):
        for shift in shifts(hours, (part.start + offset).date() - ONE_DAY, (part.end + offset).date()):
            begins = max(shift.planned.start - offset, part.start)
            ends = min(shift.worked_until - offset, part.end)
            if begins < ends:
                yield Interval(begins, ends)


def shifts(hours: Hours, first_day: date, last_day: date) -> Iterator[Shift]:
    """List the hours that begin on some days; a day off takes away its own, and the end of the night before it."""
    for day in _days(first_day, (last_day - first_day).days + 1):
        planned = hours.planned_on(day)
        if not planned:
            continue
        is_off, is_followed = hours.is_off(day), not hours.is_off(day + ONE_DAY)
        midnight = datetime.combine(day, time.min, UTC)
        for one in planned:
            start, end = (midnight + timedelta(minutes=minute) for minute in (one.start_minute, one.end_minute))
            worked_until = start if is_off else end if is_followed else min(end, midnight + ONE_DAY)
            yield Shift(day, Interval(start, end), worked_until)


def steady_parts(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[Interval, timedelta]]:
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


def remaining(intervals: Iterable[Interval], taken: Sequence[Interval]) -> Iterator[Interval]:
    """Give what is left of intervals when others, in order and with gaps between, are taken from them."""
    for one in intervals:
        start = one.start
        for other in taken[bisect_right(taken, start, key=_ends) :]:
            if other.start >= one.end:
                break
            if start < other.start:
                yield Interval(start, other.start)
            start = other.end
        if start < one.end:
            yield Interval(start, one.end)


def _ends(interval: Interval) -> datetime:
    return interval.end


def shared(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """List when both are."""
    cuts = [Interval(max(a.start, b.start), min(a.end, b.end)) for a in some for b in others]
    return merge([cut for cut in cuts if cut.start < cut.end])


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


def office_windows(zone: ZoneInfo, now: datetime) -> list[list[Interval]]:
    """Give a zone's office hours of each of the next seven days, beginning with today."""
    return [_wanted(zone, day) for day in week_ahead(zone, now)]


@lru_cache(maxsize=2048)
def _wanted(zone: ZoneInfo, day: date) -> list[Interval]:
    """Give the office hours of one day; a reader compares everybody with the same ones."""
    whole = day_in(zone, day)
    return open_intervals(office_hours(zone), whole.start, whole.end)


def overlap_hours(hours: AnyHours, zone: ZoneInfo, now: datetime) -> float:
    """Tell how many of a reader's office hours somebody works: the median of the next seven days.

    What takes some of the time is left aside: who is asked for much still works in these hours.

    Args:
        hours: a member's, or those of all members of a provider.
        zone: the reader's.
        now: the present moment; today counts whole.
    """
    days = week_ahead(zone, now)
    members = [hours] if isinstance(hours, Hours) else hours
    planned = [one.planned for one in members]
    worked = open_intervals(planned, day_in(zone, days[0]).start, day_in(zone, days[-1]).end)
    both = [shared(worked, window) for window in office_windows(zone, now)]
    return median(sum((one.duration for one in found), timedelta()) / ONE_HOUR for found in both)
