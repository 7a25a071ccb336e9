"""What calendar programs read of a session: RFC 5545, and RFC 5546 for invitations.

Each side has a file of its own, which names nobody's address but the reader's. The same `UID` and a growing `SEQUENCE`
let a program change or remove what it has, instead of keeping both.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from providers.availability.rules import Interval


class Method(StrEnum):
    """What a calendar program is to do."""

    REQUEST = "REQUEST"  # Add it, or change it.
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"  # Add it: the reader has asked for the file.


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whose address the reader may know."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as one of its two sides sees it."""

    uid: str
    sequence: int
    when: Interval
    summary: str
    description: str
    page: str
    link: str | None  # To the call.
    organizer: Contact  # The site.
    reader: Contact


def write_invitation(meeting: Meeting, method: Method, now: datetime) -> str:
    """Write a session for calendar programs."""
    calendar = Calendar()
    calendar.add("prodid", "-//Handrail//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.when.start)
    event.add("dtend", meeting.when.end)
    event.add("summary", meeting.summary)
    event.add("description", meeting.description)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("url", meeting.link or meeting.page)
    if meeting.link:
        event.add("location", meeting.link)
    event.add("organizer", _address(meeting.organizer))
    if method is not Method.PUBLISH:
        attendee = _address(meeting.reader)
        attendee.params["partstat"] = vText("ACCEPTED")  # Both have said so here: nobody needs to answer by mail.
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _address(contact: Contact) -> vCalAddress:
    address = vCalAddress(f"mailto:{contact.email}")
    address.params["cn"] = vText(" ".join(contact.name.replace('"', "'").split()))
    return address
