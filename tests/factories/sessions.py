"""Guided sessions that are booked, and what calendars are told of them."""

from icalendar import Calendar

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import Side
from marketplace.jobs.models import SessionMove
from marketplace.jobs.moving import MoveStatus
from tests.factories import DAY, HOUR, NOON
from tests.factories.jobs import Life, choose

AN_HOUR = {"kind": ServiceKind.SESSION, "session_minutes": 60}
START = NOON + 2 * DAY + 2 * HOUR  # Thursday at 15:00 in Madrid.


def booked(market, partner_id, starts_at=START):
    """Book a session with a partner, for whom it was asked."""
    life = Life(market, starts_at=starts_at)
    life.submit(choose(partner_id))
    life.pay()
    life.accept()
    return life


def event_of(letter):
    """Read what a letter tells calendars: the method and the one event."""
    calendar = Calendar.from_ical(letter["calendar"]["content"])
    [event] = calendar.walk("VEVENT")
    assert str(calendar["method"]) == letter["calendar"]["method"]
    return str(calendar["method"]), event


def with_calendar(letters):
    """List those letters that tell calendars something."""
    return [one for one in letters if one["calendar"]]


def make_move(session, job, **overrides):
    """Let the partner propose another time, two days later."""
    facts = {
        "number": 1,
        "side": Side.PROVIDER,
        "person_id": job.member.person_id,
        "is_free": False,
        "from_at": job.starts_at,
        "to_at": job.starts_at + 2 * DAY,
        "status": MoveStatus.PROPOSED,
        "proposed_at": NOON,
        **overrides,
    }
    move = SessionMove(job_id=job.id, **facts)
    session.add(move)
    session.flush()
    return move
