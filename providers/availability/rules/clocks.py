"""What a wall clock shows when it is changed: times that never come, and times that come twice."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from providers.availability.rules.hours import day_in, steady_parts


@dataclass(frozen=True, slots=True)
class Picked:
    """The moment at which a wall clock shows a time.

    Attributes:
        moment: in UTC; if the clock skips the time, as long after the change as the time is after what was skipped.
        is_skipped: the clock never shows this time.
        is_repeated: the clock shows it twice.
    """

    moment: datetime
    is_skipped: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A change of a clock: what it would show, and what it shows instead."""

    at: datetime
    before: datetime
    after: datetime


def pick_moment(zone: ZoneInfo, day: date, minute: int, *, second: bool = False) -> Picked:
    """Find the moment at which a zone's clock shows a minute of a day; of two the first, unless asked otherwise."""
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    first, then = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    is_skipped = first.astimezone(zone).replace(tzinfo=None) != wall
    is_repeated = first != then and not is_skipped
    return Picked(then if second and is_repeated else first, is_skipped, is_repeated)


def clock_change(zone: ZoneInfo, day: date) -> ClockChange | None:
    """Tell how a zone's clock is changed on a day, if it is."""
    whole = day_in(zone, day)
    # The very moment after the day belongs to it here: some clocks are changed at midnight.
    parts = list(steady_parts(zone, whole.start - timedelta(seconds=1), whole.end))
    if len(parts) == 1:
        return None
    (_first, before), (following, after) = parts[:2]
    return ClockChange(following.start, following.start + before, following.start + after)
