"""Laying the hours of many schedules out in columns: day by day on the wall clock, then in UTC, then joined."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from providers.availability.rules import DAY_MINUTES, ONE_DAY, Hours, Interval, steady_parts
from providers.directory.rules.columns import Mask, Small, Whole, begins

Schedule: TypeAlias = tuple[Hours, ...]

DAY_S, MINUTE_S = 24 * 60 * 60, 60
BEFORE = 2  # Days before: whoever works through the night began then.
TAKEN = 1_000  # More than hours of one member ever overlap.


@dataclass(frozen=True, slots=True)
class Shifts:
    """Hours of schedules between two moments, in seconds: sorted by schedule, then in order and with gaps between."""

    schedule: Whole
    start: Whole
    end: Whole

    def take(self, rows: Whole) -> "Shifts":
        """Keep some of them."""
        return Shifts(self.schedule[rows], self.start[rows], self.end[rows])


def with_taken(planned: Shifts, schedules: Sequence[Schedule], first_day: date, days: int) -> Shifts:
    """Lay out those schedules anew of which some time is taken; they are few."""
    numbers = [number for number, one in enumerate(schedules) if any(hours.taken for hours in one)]
    if not numbers:
        return planned
    again = laid_out([schedules[number] for number in numbers], first_day, days)
    kept = np.flatnonzero(~np.isin(planned.schedule, numbers))
    others = Shifts(planned.schedule[kept], planned.start[kept], planned.end[kept])
    return _sorted(
        _together([others, Shifts(np.array(numbers, dtype=np.int64)[again.schedule], again.start, again.end)])
    )


def laid_out(schedules: Sequence[Schedule], first_day: date, days: int) -> Shifts:
    """Give the hours of schedules from the beginning of a day in UTC on, for so many days."""
    members = {id(one): one for schedule in schedules for one in schedule}  # Equal hours are mostly the same object.
    numbers = {member: number for number, member in enumerate(members)}
    pairs = [(numbers[id(one)], at) for at, schedule in enumerate(schedules) for one in schedule]
    hours, start = list(members.values()), datetime.combine(first_day, time.min, UTC)
    worked = _less_taken(_in_utc(hours, start, days), hours)
    return _joined(worked, np.array(pairs, dtype=np.int64).reshape(-1, 2), days * DAY_S)


def _in_utc(hours: Sequence[Hours], start: datetime, days: int) -> Shifts:
    """Bring the wall-clock hours of members to UTC, part by part in which their clocks are steady."""
    planned = _on_the_wall(hours, start.date() - BEFORE * ONE_DAY, days + 2 * BEFORE)
    end = start + days * ONE_DAY
    zones = {zone: number for number, zone in enumerate(dict.fromkeys(one.zone for one in hours))}
    zone_of = np.array([zones[one.zone] for one in hours], dtype=np.int64)[planned.schedule]
    found: list[Shifts] = []
    for starts, ends, offset in _parts(zones, start, end):
        first = np.maximum(planned.start - offset[zone_of], starts[zone_of])
        last = np.minimum(planned.end - offset[zone_of], ends[zone_of])
        kept = np.flatnonzero(first < last)
        found.append(Shifts(planned.schedule[kept], first[kept], last[kept]))
    return _together(found)


def _less_taken(shifts: Shifts, hours: Sequence[Hours]) -> Shifts:
    """Take away from each member's hours what is taken of them: one pass over the moments at which either changes."""
    rows = [
        (number, int(one.start.timestamp()), int(one.end.timestamp()))
        for number, member in enumerate(hours)
        for one in member.taken
    ]
    if not rows:
        return shifts
    taken = Shifts(*np.array(rows, dtype=np.int64).T)
    is_cut = np.isin(shifts.schedule, taken.schedule)
    cut, rest = np.flatnonzero(is_cut), np.flatnonzero(~is_cut)
    member = np.concatenate([shifts.schedule[cut], shifts.schedule[cut], taken.schedule, taken.schedule])
    moment = np.concatenate([shifts.start[cut], shifts.end[cut], taken.start, taken.end])
    step = np.repeat([1, -1, -TAKEN, TAKEN], [len(cut), len(cut), len(rows), len(rows)])
    order = np.lexsort((moment, member))
    level, lasts = np.cumsum(step[order]), np.diff(moment[order], append=0)
    free = np.flatnonzero((level > 0) & (lasts > 0))  # In the end of a member's moments the level is 0.
    left = Shifts(member[order][free], moment[order][free], moment[order][free + 1])
    return _together([Shifts(shifts.schedule[rest], shifts.start[rest], shifts.end[rest]), left])


def _parts(zones: Iterable[ZoneInfo], start: datetime, end: datetime) -> list[tuple[Whole, Whole, Whole]]:
    """Give the first steady part of each zone, its second, and so on: beginning, end and distance from UTC."""
    by_zone = [list(steady_parts(zone, start, end)) for zone in zones]
    parts = []
    for number in range(max(map(len, by_zone), default=0)):
        of_zones = [one[number] if number < len(one) else (Interval(end, end), timedelta()) for one in by_zone]
        rows = [
            (int(part.start.timestamp()), int(part.end.timestamp()), int(offset.total_seconds()))
            for part, offset in of_zones
        ]
        columns = np.array(rows, dtype=np.int64).T
        parts.append((columns[0], columns[1], columns[2]))
    return parts


def _on_the_wall(hours: Sequence[Hours], first_day: date, days: int) -> Shifts:
    """Lay out hours day by day as `shifts` does, in seconds of a wall clock that is read as if it showed UTC."""
    rows = [
        (number, season, one.weekday, one.start_minute, one.end_minute)
        for number, member in enumerate(hours)
        for season, weekly in enumerate([member.weekly, *(one.weekly for one in member.seasons)])
        for one in weekly
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    table = table[np.argsort(table[:, 2], kind="stable")]
    weekdays = np.searchsorted(table[:, 2], np.arange(8))
    is_off, season = _days_off(hours, first_day, days + 1), _seasons(hours, first_day, days)
    midnight = int(datetime.combine(first_day, time.min, UTC).timestamp())
    found: list[Shifts] = []
    for day in range(days):
        weekday = (first_day + day * ONE_DAY).weekday()
        member, of_season, _weekday, start, end = table[weekdays[weekday] : weekdays[weekday + 1]].T
        until = np.where(is_off[member, day + 1], np.minimum(end, DAY_MINUTES), end)
        kept = np.flatnonzero((of_season == season[member, day]) & ~is_off[member, day])
        base = midnight + day * DAY_S
        found.append(Shifts(member[kept], base + MINUTE_S * start[kept], base + MINUTE_S * until[kept]))
    return _together(found)


def _days_off(hours: Sequence[Hours], first_day: date, days: int) -> Mask:
    is_off = np.zeros((len(hours), days), dtype=bool)
    ordinal = first_day.toordinal()
    by_country: Mapping[frozenset[date], list[int]] = _grouped((one.holidays, at) for at, one in enumerate(hours))
    for holidays, members in by_country.items():
        numbers = [day.toordinal() - ordinal for day in holidays]
        inside = [number for number in numbers if 0 <= number < days]
        if inside:
            is_off[np.ix_(members, inside)] = True
    for member, one in enumerate(hours):
        for away in one.absences:
            first, last = away.first_day.toordinal() - ordinal, away.last_day.toordinal() - ordinal
            is_off[member, max(first, 0) : max(last + 1, 0)] = True
    return is_off


def _seasons(hours: Sequence[Hours], first_day: date, days: int) -> Small:
    """Tell for each member and day which season it belongs to, from 1 on in the member's order; 0 is the usual week."""
    found = np.zeros((len(hours), days), dtype=np.int32)
    ordinal = first_day.toordinal()
    for member, one in enumerate(hours):
        for number, season in reversed(list(enumerate(one.seasons, start=1))):  # The first one counts.
            first, last = season.first_day.toordinal() - ordinal, season.last_day.toordinal() - ordinal
            found[member, max(first, 0) : max(last + 1, 0)] = number
    return found


def _grouped(pairs: Iterable[tuple[frozenset[date], int]]) -> dict[frozenset[date], list[int]]:
    found: dict[frozenset[date], list[int]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


@dataclass(frozen=True, slots=True)
class HoursOfDay:
    """Hours of one day in UTC, in seconds from its beginning, sorted by schedule.

    `schedules` are those that work at all, and `first` is where the hours of each begin.
    """

    start: Small
    end: Small
    schedules: Whole
    first: Whole

    @classmethod
    def of(cls, shifts: Shifts, day: int) -> "HoursOfDay":
        """Take hours that are all on one day, by its number since 1970."""
        start, end = ((moments - day * DAY_S).astype(np.int32) for moments in (shifts.start, shifts.end))
        first = begins(shifts.schedule)
        return cls(start, end, shifts.schedule[first], first)

    def seconds_within(self, first: int, last: int) -> Small:
        """Tell for each of its schedules how long somebody works between two seconds."""
        cut = np.minimum(self.end, last) - np.maximum(self.start, first)
        within: Small = np.add.reduceat(np.maximum(cut, 0), self.first, dtype=np.int32)
        return within


def cut_daily(shifts: Shifts) -> dict[int, HoursOfDay]:
    """Cut hours where a day begins in UTC; gives days by their numbers since 1970, those on which anybody works."""
    pieces: list[Shifts] = []
    rest = shifts
    while len(rest.start):
        midnight = (rest.start // DAY_S + 1) * DAY_S
        pieces.append(Shifts(rest.schedule, rest.start, np.minimum(rest.end, midnight)))
        goes_on = np.flatnonzero(rest.end > midnight)
        rest = Shifts(rest.schedule[goes_on], midnight[goes_on], rest.end[goes_on])
    found = _together(pieces)
    days = found.start // DAY_S
    order = np.lexsort((found.schedule, days))
    by_day = np.split(order, begins(days[order])[1:]) if len(order) else []
    return {int(days[rows[0]]): HoursOfDay.of(found.take(rows), int(days[rows[0]])) for rows in by_day}


def _together(parts: Sequence[Shifts]) -> Shifts:
    none = np.zeros(0, dtype=np.int64)
    return Shifts(
        np.concatenate([none, *(one.schedule for one in parts)]),
        np.concatenate([none, *(one.start for one in parts)]),
        np.concatenate([none, *(one.end for one in parts)]),
    )


def _joined(members: Shifts, pairs: Whole, span: int) -> Shifts:
    """Put the hours of members together by schedule, and join what overlaps or touches.

    Args:
        members: whose `schedule` is the number of a member's hours.
        pairs: of a number of a member's hours and a schedule to which they belong.
        span: no two moments of the hours are further apart, in seconds.
    """
    members = _sorted(members)
    first = np.searchsorted(members.schedule, pairs[:, 0], side="left")
    count = np.searchsorted(members.schedule, pairs[:, 0], side="right") - first
    rows = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
    each = _sorted(Shifts(np.repeat(pairs[:, 1], count), members.start[rows], members.end[rows]))
    if not len(each.start):
        return each
    # One line of time with a gap between two schedules, so that one pass joins them all.
    shift = each.schedule * (span + 2) - each.start.min()
    ends = np.maximum.accumulate(each.end + shift)
    begins_anew = np.concatenate([[True], (each.start + shift)[1:] > ends[:-1]])
    first = np.flatnonzero(begins_anew)
    last = np.concatenate([first[1:], [len(ends)]]) - 1
    return Shifts(each.schedule[first], each.start[first], (ends - shift)[last])


def _sorted(shifts: Shifts) -> Shifts:
    order = np.lexsort((shifts.start, shifts.schedule))
    return Shifts(shifts.schedule[order], shifts.start[order], shifts.end[order])
