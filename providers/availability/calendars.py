"""A member's time as a file that calendar programs read: RFC 5545, and the names of RFC 7986.

It says when, and no more: no customer, no title, no note. Whoever gets hold of an address learns little. Moments are in
UTC, so no program has to know our time zones; days are days, wherever they are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vText

from marketplace.kernel.translate import _
from providers.availability.models import Absence, Booking
from providers.availability.rules import ONE_DAY, Interval

REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MembersTime:
    """What stands in a calendar.

    Attributes:
        name: of the calendar.
        host: by which its events are told from those of other sites.
        member_id: whose time it is.
        sessions: which are booked.
        absences: which are not long over.
        hours: of work, if they are to be shown.
    """

    name: str
    host: str
    member_id: int
    sessions: Sequence[Booking]
    absences: Sequence[Absence]
    hours: Sequence[Interval]


def write_calendar(time: MembersTime, now: datetime) -> bytes:
    """Write a calendar in the reader's language."""
    calendar = Calendar()
    calendar.add("prodid", "-//Handrail//Working hours//EN")
    calendar.add("version", "2.0")
    calendar.add("name", vText(time.name))
    calendar.add("x-wr-calname", vText(time.name))  # The name that most programs know.
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for session in time.sessions:
        event = _event(f"session-{session.id}@{time.host}", _("Guided session"), now)
        calendar.add_component(_at(event, Interval(session.starts_at, session.ends_at)))
    for absence in time.absences:
        event = _event(f"absence-{absence.id}@{time.host}", _says_away(absence), now)
        event.add("dtstart", absence.first_day)
        event.add("dtend", absence.last_day + ONE_DAY)
        calendar.add_component(event)
    for one in time.hours:
        uid = f"hours-{time.member_id}-{one.start:%Y%m%dT%H%M%SZ}@{time.host}"
        event = _event(uid, _("Working hours"), now)
        event.add("transp", "TRANSPARENT")  # Who works then is free for what comes.
        calendar.add_component(_at(event, one))
    return bytes(calendar.to_ical())


def _event(uid: str, summary: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    return event


def _at(event: Event, when: Interval) -> Event:
    event.add("dtstart", when.start)
    event.add("dtend", when.end)
    return event


def _says_away(absence: Absence) -> str:
    if absence.stand_in is None:
        return _("Away")
    return _("Away; %(name)s stands in") % {"name": absence.stand_in.person.name}
