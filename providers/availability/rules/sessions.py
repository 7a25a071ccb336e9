"""When a member can hold a session: in working hours, with a pause around it, and not on short notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from providers.availability.rules.hours import Hours, Interval, open_intervals, works_through

QUARTER = timedelta(minutes=15)  # Sessions begin on a quarter of an hour.
MAX_PAUSE_MINUTES = 4 * 60
MAX_NOTICE_HOURS = 14 * 24
NO_TIME = timedelta(0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Spacing:
    """What a member keeps free before and after each session, and how long ahead one is asked for at least."""

    pause: timedelta = NO_TIME
    notice: timedelta = NO_TIME


@dataclass(frozen=True, slots=True)
class Diary:
    """All that decides whether a member can hold a session: hours of work, what else takes time, and the spacing."""

    hours: Hours
    taken: Sequence[Interval] = ()
    spacing: Spacing = Spacing()

    def is_free(self, when: Interval, asked_at: datetime) -> bool:
        """Tell whether a session that is asked for at a moment can be held then."""
        return self._is_clear(when, asked_at) and works_through(self.hours, when)

    def _is_clear(self, when: Interval, asked_at: datetime) -> bool:
        around = when.widened(self.spacing.pause)
        return asked_at + self.spacing.notice <= when.start and not any(one.overlaps(around) for one in self.taken)

    def free_starts(self, within: Interval, length: timedelta, asked_at: datetime) -> list[datetime]:
        """List when a session of a length can begin within an interval, on quarters of an hour."""
        worked = open_intervals(self.hours, within.start, within.end + length)
        return [
            start
            for one in worked
            for start in _quarters(one.start, min(one.end - length, within.end - timedelta.resolution))
            if self._is_clear(Interval(start, start + length), asked_at)
        ]


def is_on_quarter(moment: datetime) -> bool:
    """Tell whether a session may begin at a moment; every zone's clock agrees on quarters."""
    return not (moment - EPOCH) % QUARTER


def _quarters(first: datetime, last: datetime) -> Iterator[datetime]:
    """Give the quarters of an hour from one moment to another, both included."""
    start = first + -(first - EPOCH) % QUARTER
    while start <= last:
        yield start
        start += QUARTER
