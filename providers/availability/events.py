"""What happens to members' time, told to the slices above."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class StandInNamed:
    """Somebody stands in for a member who will be away, or on other days than before."""

    absence_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StandInFreed:
    """Somebody does not stand in for a member any more, on days on which they would have."""

    member_id: int  # Who was to be away.
    stand_in_id: int
    first_day: date
    last_day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class StandInAway:
    """Somebody who stands in for a member will be away themselves on some of the days."""

    absence_id: int  # For which nobody stands in then.
    at: datetime


@dataclass(frozen=True, slots=True)
class CalendarLost:
    """Another calendar of a member could not be read for so long that it closes no hours any more."""

    calendar_id: int
    at: datetime
