"""Busy times from a calendar file of any program: RFC 5545, and what programs write beside it.

Only from when to when somebody is busy is taken from it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from providers.availability.ical.entries import Entry, Moment, read_entry, same_thing
from providers.availability.ical.lines import MAX_BYTES, Problem, Unreadable, read_parts
from providers.availability.ical.repeating import ONE_DAY, Budget, TooCostly, repeated
from providers.availability.ical.zones import Zones
from providers.availability.rules import Interval, merge

__all__ = ["MAX_BYTES", "MAX_TIMES", "BusyTimes", "Problem", "Unreadable", "read_busy_times"]

MAX_TIMES = 5_000  # Of one calendar, before they are joined.


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """What was read of a file.

    Attributes:
        times: when somebody is busy, in order and with gaps between.
        unread: at which lines entries begin that nobody could make out.
    """

    times: Sequence[Interval]
    unread: Sequence[int] = ()


def read_busy_times(content: bytes, *, own_zone: ZoneInfo, within: Interval, own_host: str = "") -> BusyTimes:
    """Read when somebody is busy within an interval.

    Args:
        content: of a calendar file.
        own_zone: by which times are that have no zone.
        within: nothing else is looked at.
        own_host: our own site: what it has written into a calendar is known to it, and may have changed since.

    Raises:
        Unreadable: nothing can be read of it.
    """
    parts = read_parts(content)
    zones, entries, unread = Zones(parts), list[Entry](), list[int]()
    for part in parts:
        if part.kind == "VEVENT":
            try:
                entries.append(read_entry(part, zones, own_zone))
            except (ValueError, OverflowError):
                unread.append(part.line)
    others = [one for one in entries if not own_host or not one.uid.endswith(f"@{own_host}")]
    return BusyTimes(_whole_seconds(_within(others, within)), unread)


def _whole_seconds(intervals: Sequence[Interval]) -> list[Interval]:
    return [Interval(one.start.replace(microsecond=0), one.end.replace(microsecond=0)) for one in intervals]


def _within(entries: Sequence[Entry], within: Interval) -> list[Interval]:
    budget, found = Budget(), list[Interval]()
    try:
        for several in same_thing(entries).values():
            for one in _times(several, within, budget):
                if one.start < one.end and one.overlaps(within):
                    found.append(Interval(max(one.start, within.start), min(one.end, within.end)))
                if len(found) > MAX_TIMES:
                    raise Unreadable(Problem.TOO_MANY, several[0].line)
    except TooCostly:
        raise Unreadable(Problem.TOO_MANY) from None
    return merge(found)


def _times(entries: Sequence[Entry], within: Interval, budget: Budget) -> Iterator[Interval]:
    """List when a thing takes time: as it was planned, and where it has been moved."""
    moved = [one for one in entries if one.in_place_of is not None]
    changes = _Changes([one for one in moved if one.with_following])
    replaced = {_key(one.in_place_of) for one in moved if one.in_place_of is not None}
    for one in moved:
        if one.is_busy:
            yield _interval(one.start, one.length)
    for one in entries:
        if one.in_place_of is None:
            for start, length in _planned(one, within, budget):
                if not _is_named(start, replaced):
                    yield from changes.apply(one, start, length)


class _Changes:
    """From when on all times of a thing are others."""

    def __init__(self, moved: Sequence[Entry]) -> None:
        pairs = [(one.in_place_of.at, one) for one in moved if one.in_place_of is not None]
        self._pairs = sorted(pairs, key=lambda pair: pair[0])

    def apply(self, planned: Entry, start: Moment, length: timedelta) -> Iterator[Interval]:
        place = bisect_right(self._pairs, start.at, key=lambda pair: pair[0])
        change = self._pairs[place - 1][1] if place else None
        if change is None or change.in_place_of is None:
            if planned.is_busy:
                yield _interval(start, length)
        elif change.is_busy:
            moved_by = change.start.wall_in(start.zone) - change.in_place_of.wall_in(start.zone)
            yield _interval(start.later(moved_by), change.length)


def _planned(entry: Entry, within: Interval, budget: Budget) -> Iterator[tuple[Moment, timedelta]]:
    """List each time of an entry by its own plan, near enough to matter."""
    never = {_key(one) for one in entry.never}
    lengths: dict[datetime, timedelta] = {entry.start.wall: entry.length}
    for moment, length in entry.also:
        lengths[moment.wall_in(entry.start.zone)] = entry.length if length is None else length
    first, last = _days_around(entry, within)
    for rule in entry.rules:
        for wall in repeated(rule, entry.start.wall, first, last, budget):
            lengths.setdefault(wall, entry.length)
    for wall, length in lengths.items():
        start = Moment(wall, entry.start.zone, entry.start.is_day)
        if not _is_named(start, never):
            yield start, length


def _days_around(entry: Entry, within: Interval) -> tuple[date, date]:
    """Tell on which days by its own clock an entry may begin that matters; one that was moved may be far from there."""
    return (within.start - entry.length - 2 * ONE_DAY).date(), (within.end + 2 * ONE_DAY).date()


def _key(moment: Moment) -> datetime | date:
    """Tell times of the same thing apart: by the day if it is of whole days, else by the moment."""
    return moment.wall.date() if moment.is_day else moment.at


def _is_named(start: Moment, keys: Collection[datetime | date]) -> bool:
    """Tell whether a time is meant; some programs name a whole day and mean the one time on it."""
    return _key(start) in keys or start.wall.date() in keys


def _interval(start: Moment, length: timedelta) -> Interval:
    end = start.later(length).at if start.is_day else start.at + length
    return Interval(start.at, end)
