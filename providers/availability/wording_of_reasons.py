"""Why somebody works at a moment, or does not, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from marketplace.kernel.translate import (
    LazyText,
    _,
    _l,
    format_and,
    format_day,
    format_local_time,
    zone_city,
    zone_offset,
)
from providers.availability.public_holidays import HolidayName
from providers.availability.rules import Cause, Hours, Interval, Reason, clock_change
from providers.availability.wording import span_of, weekday_name

VERDICTS: Mapping[Cause, LazyText] = {
    Cause.HOURS: _l("Open: these are working hours"),
    Cause.TAKEN: _l("Busy: another calendar takes this time"),
    Cause.ABSENCE: _l("Closed: an absence"),
    Cause.HOLIDAY: _l("Closed: a public holiday"),
    Cause.BREAK: _l("Closed: between the hours of the day"),
    Cause.EARLY: _l("Closed: before the first hours of the day"),
    Cause.LATE: _l("Closed: after the last hours of the day"),
    Cause.FREE_DAY: _l("Closed: no hours on this day"),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """All that bears on whether somebody works at a moment.

    Attributes:
        holiday: the public holiday of the day that decides, if it is one.
        is_worked: it is one of those on which this member works.
        session: what is booked then.
        busy: what takes the time by another calendar, with its name.
        break_until: until when the business takes no new jobs.
        opens_next: when somebody who does not work now works next; None if not for long.
    """

    hours: Hours
    reason: Reason
    moment: datetime
    holiday: HolidayName
    is_worked: bool
    session: Interval | None
    busy: tuple[Interval, str] | None
    break_until: datetime | None
    opens_next: datetime | None


def verdict(situation: Situation) -> str:
    """Say in a sentence whether somebody works."""
    if situation.reason.cause is Cause.TAKEN and situation.session is not None:
        return _("Busy: a session is booked in working hours")
    return str(VERDICTS[situation.reason.cause])


def explain(situation: Situation) -> Sequence[tuple[str, str]]:
    """Explain step by step what decides: each with what is looked at, and what was found."""
    steps = [
        (_("Clock"), _clock(situation)),
        (_("Clock change"), _change(situation)),
        (_("Day that decides"), _day(situation)),
        (_("Which week"), _week(situation.reason)),
        (_("Hours of the day"), _hours(situation)),
        (_("Absence"), _absence(situation.reason, situation.hours)),
        (_("Public holiday"), _holiday(situation)),
        (_("Break of the business"), _break(situation)),
        (_("Session"), _session(situation)),
        (_("Other calendars"), _busy(situation)),
        (_("Opens next"), _next(situation)),
    ]
    return [(title, found) for title, found in steps if found]


def _zone(situation: Situation) -> ZoneInfo:
    return situation.hours.zone


def _at(moment: datetime, zone: ZoneInfo) -> str:
    wall = moment.astimezone(zone)
    return _("%(day)s, %(time)s") % {"day": format_day(wall.date(), "full"), "time": format_local_time(wall.time())}


def _clock(situation: Situation) -> str:
    zone, moment = _zone(situation), situation.moment
    facts = {"moment": _at(moment, zone), "city": zone_city(zone.key), "offset": zone_offset(zone, moment)}
    return _("%(moment)s in %(city)s (%(offset)s)") % facts


def _change(situation: Situation) -> str:
    zone = _zone(situation)
    change = clock_change(zone, situation.moment.astimezone(zone).date())
    if change is None:
        return ""
    facts = {"before": format_local_time(change.before.time()), "after": format_local_time(change.after.time())}
    if change.after > change.before:
        return _("On this day the clock goes from %(before)s on to %(after)s. Hours in between are lost.") % facts
    return _("On this day the clock goes from %(before)s back to %(after)s. Hours in between come twice.") % facts


def _day(situation: Situation) -> str:
    day = situation.reason.day
    if day == situation.moment.astimezone(_zone(situation)).date():
        return format_day(day, "full")
    return _("%(day)s, the day before: the hours of a night belong to the day on which they begin") % {
        "day": format_day(day, "full")
    }


def _week(reason: Reason) -> str:
    if reason.season is None:
        return _("The usual week")
    return _("Other hours, from %(first_day)s to %(last_day)s") % _days(reason.season.first_day, reason.season.last_day)


def _hours(situation: Situation) -> str:
    planned = situation.hours.planned_on(situation.reason.day)
    facts = {
        "day": weekday_name(situation.reason.day.weekday()),
        "hours": format_and([span_of(one) for one in planned]),
    }
    if not planned:
        return _("None begin on a %(day)s") % facts
    return _("%(day)s %(hours)s") % facts


def _absence(reason: Reason, hours: Hours) -> str:
    found = reason.absence or hours.absence_on(reason.day)
    if found is None:
        return _("None on this day")
    return _("Away from %(first_day)s to %(last_day)s") % _days(found.first_day, found.last_day)


def _days(first_day: date, last_day: date) -> dict[str, str]:
    return {"first_day": format_day(first_day), "last_day": format_day(last_day)}


def _holiday(situation: Situation) -> str:
    if not situation.holiday.text:
        return _("None on this day")
    if situation.is_worked:
        return _("%(name)s, on which there is work all the same") % {"name": situation.holiday.text}
    return situation.holiday.text


def _break(situation: Situation) -> str:
    if situation.break_until is None:
        return _("None")
    told = _("Until %(moment)s nothing new is offered. Hours stay as they are.")
    return told % {"moment": _at(situation.break_until, _zone(situation))}


def _session(situation: Situation) -> str:
    if situation.session is None:
        return _("None is booked then")
    return _("Booked from %(start)s to %(end)s") % _bounds(situation.session, _zone(situation))


def _busy(situation: Situation) -> str:
    if situation.busy is None:
        return ""
    times, name = situation.busy
    return _("Busy from %(start)s to %(end)s by %(name)s") % {**_bounds(times, _zone(situation)), "name": name}


def _bounds(times: Interval, zone: ZoneInfo) -> dict[str, str]:
    """Write when a time begins and ends; on another day than the first, with the day."""
    start, end = (moment.astimezone(zone) for moment in (times.start, times.end))
    is_long = start.date() != end.date()
    return {
        "start": _at(start, zone) if is_long else format_local_time(start.time()),
        "end": _at(end, zone) if is_long else format_local_time(end.time()),
    }


def _next(situation: Situation) -> str:
    if situation.reason.is_open:
        return ""
    if situation.opens_next is None:
        return _("Not within nine weeks")
    return _at(situation.opens_next, _zone(situation))
