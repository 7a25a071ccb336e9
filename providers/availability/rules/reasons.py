"""Whether somebody works at a moment, and what decides it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from providers.availability.rules.hours import (
    ONE_DAY,
    AnyHours,
    Away,
    Hours,
    Interval,
    SeasonHours,
    Shift,
    shifts,
)


class Cause(StrEnum):
    """What decides whether somebody works; only `HOURS` means yes."""

    HOURS = "hours"
    TAKEN = "taken"  # By a session, or by what stands in another calendar.
    ABSENCE = "absence"
    HOLIDAY = "holiday"
    BREAK = "break"
    EARLY = "early"  # Before the first hours of the day.
    LATE = "late"  # After the last.
    FREE_DAY = "free_day"  # No hours begin on it.


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody works at a moment, or does not.

    Attributes:
        cause: what decides.
        day: the day that decides, by the member's calendar: yesterday, for the hours of a night.
        shift: the hours that run, or those that come next on this day.
        earlier: the hours before, on this day.
        absence: which one, when one decides.
        season: to which the day belongs.
        taken: from when to when the time is taken, if that decides.
    """

    cause: Cause
    day: date
    shift: Shift | None = None
    earlier: Shift | None = None
    absence: Away | None = None
    season: SeasonHours | None = None
    taken: Interval | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it is a reason to work."""
        return self.cause is Cause.HOURS


def reason_at(hours: Hours, moment: datetime) -> Reason:
    """Tell what decides whether a member works at a moment."""
    wall = moment.astimezone(hours.zone).replace(tzinfo=UTC)
    today = wall.date()
    running = [one for one in shifts(hours, today - ONE_DAY, today) if one.planned.start <= wall < one.planned.end]
    worked = next((one for one in running if wall < one.worked_until), None)
    if worked is not None:
        taken = hours.taken_at(moment)
        cause = Cause.TAKEN if taken else Cause.HOURS
        return Reason(cause, worked.day, worked, season=hours.season_on(worked.day), taken=taken)
    # The end of a night's hours is lost with the day on which they began, as well as with the one after.
    for day in (today, *(one.day for one in running)):
        if hours.is_off(day):
            absence = hours.absence_on(day)
            return Reason(Cause.ABSENCE if absence else Cause.HOLIDAY, day, absence=absence)
    return _between(hours, wall)


def _between(hours: Hours, wall: datetime) -> Reason:
    """Tell where between the hours of a day the wall clock stands, when nothing else decides."""
    today = wall.date()
    planned = sorted(shifts(hours, today, today), key=lambda one: one.planned)
    earlier = next((one for one in reversed(planned) if one.planned.end <= wall), None)
    following = next((one for one in planned if one.planned.start > wall), None)
    cause = {
        (False, False): Cause.FREE_DAY,
        (False, True): Cause.EARLY,
        (True, False): Cause.LATE,
        (True, True): Cause.BREAK,
    }[earlier is not None, following is not None]
    return Reason(cause, today, following, earlier, season=hours.season_on(today))


def is_open(hours: AnyHours, now: datetime) -> bool:
    """Tell whether somebody works at `now`, and is not taken."""
    return Cause.HOURS in _causes(hours, now)


def is_busy(hours: AnyHours, now: datetime) -> bool:
    """Tell whether all who work at `now` are taken."""
    causes = _causes(hours, now)
    return Cause.TAKEN in causes and Cause.HOURS not in causes


def _causes(hours: AnyHours, now: datetime) -> set[Cause]:
    members = [hours] if isinstance(hours, Hours) else hours
    return {reason_at(one, now).cause for one in members}
