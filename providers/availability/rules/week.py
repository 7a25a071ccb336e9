"""What a week of hours may be."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations

from providers.availability.rules.hours import DAY_MINUTES, Weekly

WEEK_MINUTES = 7 * DAY_MINUTES
MAX_INTERVALS_A_DAY = 4
MAX_SEASONS = 24
# Days that may be named at all: whoever reckons around them stays within every calendar.
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)


def overlapping(weekly: Sequence[Weekly]) -> list[Weekly]:
    """List the hours that begin while others are not over yet; Sunday's night runs into Monday."""
    return sorted(
        {late for early, late in permutations(weekly, 2) if _minutes_after(early, late) < _length(early)},
        key=lambda one: (one.weekday, one.start_minute),
    )


def _minutes_after(early: Weekly, late: Weekly) -> int:
    """Tell how long after the one the other begins next, going round the week."""
    return (_start(late) - _start(early)) % WEEK_MINUTES


def _start(one: Weekly) -> int:
    return one.weekday * DAY_MINUTES + one.start_minute


def _length(one: Weekly) -> int:
    return one.end_minute - one.start_minute
