"""When many schedules are open, all at once: the same answers as `availability.rules`, in columns.

Hours are laid out on the wall clock day by day, brought to UTC where a zone's clock is steady, and joined for all
members of a provider. A second since 1970 is a whole number: no clock of today is off by less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import inf
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from providers.availability.rules import LOOK_AHEAD_WEEKS, ONE_DAY, Hours, Interval, next_open, office_windows
from providers.directory.rules.columns import Reals
from providers.directory.rules.laying_out import BEFORE, DAY_S, Schedule, cut_daily, laid_out, with_taken

Minutes: TypeAlias = NDArray[np.int16]

HOUR_S, MINUTE_S = 60 * 60, 60
SERVES_DAYS = 2  # A timetable is right on its day and on the next one, on which another is made.
NEAR_DAYS = 9 + SERVES_DAYS  # To the end of a reader's week ahead, wherever the reader is.
MAX_KEPT = 128  # Readers whose office hours are other moments.


class Timetable:
    """When schedules are open around a day, on that day and the next."""

    def __init__(self, schedules: Sequence[Schedule], day: date) -> None:
        """Lay out the hours of `schedules` around `day`, in UTC."""
        self.day = day
        self._schedules = schedules
        near = day - BEFORE * ONE_DAY, BEFORE + NEAR_DAYS
        planned = laid_out([_planned(one) for one in schedules], *near)
        self._near = with_taken(planned, schedules, *near)
        self._daily = cut_daily(planned)
        self._shared: dict[tuple[Interval, ...], Minutes] = {}
        self._later = self._first_later()
        self._current: _Current | None = None

    def overlap_minutes(self, zone: ZoneInfo, now: datetime) -> Minutes:
        """Tell of each schedule how much of a reader's office hours it covers: the median of the next seven days."""
        windows = office_windows(zone, now)
        key = tuple(window for day in windows for window in day)
        if key not in self._shared:
            if len(self._shared) >= MAX_KEPT:
                self._shared.clear()  # Those of yesterday are not asked for again.
            self._shared[key] = _middle([self._minutes_within(day) for day in windows])
        return self._shared[key]

    def _minutes_within(self, windows: Sequence[Interval]) -> Minutes:
        found = np.zeros(len(self._schedules), dtype=np.int32)
        for window in windows:
            first, last = int(window.start.timestamp()), int(window.end.timestamp())
            for day in range(first // DAY_S, (last - 1) // DAY_S + 1):
                hours = self._daily.get(day)
                if hours is not None:
                    found[hours.schedules] += hours.seconds_within(first - day * DAY_S, last - day * DAY_S)
        return (found // MINUTE_S).astype(np.int16)

    def opens_at(self, now: datetime) -> Reals:
        """Tell of each schedule when it is open from `now` on: `now` itself, a later second, or never (infinity)."""
        moment = now.timestamp()
        current = self._current
        if current is None or not current.since <= moment < current.until:
            self._current = current = self._current_at(moment)
        start = np.maximum(current.start, moment)
        start[start >= moment + LOOK_AHEAD_WEEKS * 7 * DAY_S] = inf
        return start

    def _current_at(self, moment: float) -> "_Current":
        coming = np.flatnonzero(self._near.end > moment)
        schedules = self._near.schedule[coming]
        first = coming[np.flatnonzero(np.diff(schedules, prepend=-1))]
        start = self._later.copy()
        start[self._near.schedule[first]] = self._near.start[first]
        until = self._near.end[first].min(initial=np.iinfo(np.int64).max)
        return _Current(moment, float(until), start)

    def _first_later(self) -> Reals:
        """Tell when those work next who do not in the near days once this table has served; they are few."""
        later = np.full(len(self._schedules), inf)
        served = datetime.combine(self.day + SERVES_DAYS * ONE_DAY, time.min, UTC).timestamp()
        is_near = np.zeros(len(later), dtype=bool)
        is_near[self._near.schedule[self._near.end > served]] = True
        absent = map(int, np.flatnonzero(~is_near))
        away = [number for number in absent if any(_works(one) for one in self._schedules[number])]
        first_day = self.day + (NEAR_DAYS - 1) * ONE_DAY
        far = laid_out([self._schedules[number] for number in away], first_day, LOOK_AHEAD_WEEKS * 7)
        first = np.flatnonzero(np.diff(far.schedule, prepend=-1))
        later[np.array(away, dtype=np.int64)[far.schedule[first]]] = far.start[first]
        return later


@dataclass(frozen=True, slots=True)
class _Current:
    """When each schedule's present or next hours begin; true from one moment on until another."""

    since: float
    until: float
    start: Reals


def _middle(columns: Sequence[Minutes]) -> Minutes:
    """Give the median of each row, by bubble sort: few columns are sorted whole faster than many rows one by one."""
    found = list(columns)
    for last in range(len(found) - 1, 0, -1):
        for at in range(last):
            found[at], found[at + 1] = np.minimum(found[at], found[at + 1]), np.maximum(found[at], found[at + 1])
    return found[len(found) // 2]


def opens_after(schedule: Schedule, moment: datetime) -> float:
    """Tell when a schedule is open from a moment on, in seconds; infinity if it is not for nine weeks."""
    found = next_open(schedule, moment)
    return found.timestamp() if found else inf


def _works(hours: Hours) -> bool:
    return bool(hours.weekly or hours.seasons)


def _planned(schedule: Schedule) -> Schedule:
    """Give a schedule as if nothing took any of the time: by that, hours in common are counted."""
    return tuple(one.planned for one in schedule) if any(one.taken for one in schedule) else schedule
