"""Taking a member's time for a session, and giving it back."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l, format_minutes
from providers.availability import queries
from providers.availability.models import Booking
from providers.availability.rules import Interval
from providers.profiles import queries as profiles

ONE_MINUTE = timedelta(minutes=1)


class DoubleBooked(Conflict):
    """The member has another session then."""

    message = _l("You have another session at that time. Let a colleague accept this one, or decline it.")


class TooClose(DoubleBooked):
    """The member keeps a pause around sessions."""

    message = _l("You keep %(pause)s free around sessions, and another one is nearer. Let a colleague accept this one.")


def book(session: Session, *, member_id: int, request_id: int, when: Interval) -> Booking:
    """Take a member's time for a request, with the pause that the member keeps by now.

    The member is locked first: of two who book at the same moment, the second sees what the first has booked.

    Raises:
        DoubleBooked: it is taken already, even in part.
        TooClose: another session begins or ends within the pause.
    """
    profiles.lock_member(session, member_id)
    pause = queries.spacing(session, [member_id])[member_id].pause
    near = queries.booked(session, [member_id], when.widened(pause)).get(member_id, [])
    if any(one.overlaps(when) for one in near):
        raise DoubleBooked
    minutes = pause // ONE_MINUTE
    if near:
        raise TooClose(pause=format_minutes(minutes))
    booking = Booking(
        member_id=member_id, request_id=request_id, starts_at=when.start, ends_at=when.end, pause_minutes=minutes
    )
    session.add(booking)
    session.flush()  # What is read next in this transaction finds the time taken.
    return booking


def free(session: Session, request_id: int) -> None:
    """Give back the time that was taken for a request, if any was."""
    session.execute(delete(Booking).filter_by(request_id=request_id))
