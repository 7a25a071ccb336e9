"""Minding calendars that members keep elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.outside import Marks
from marketplace.kernel.translate import _, _l
from providers.availability import queries
from providers.availability.events import CalendarLost
from providers.availability.ical import BusyTimes
from providers.availability.models import BusyTime, OtherCalendar
from providers.availability.rules import MAX_CALENDARS, Interval, is_stale, near, wait_after
from providers.profiles import queries as profiles
from providers.profiles.models import Member


class TooManyCalendars(Conflict):
    """Nobody lives by so many."""

    message = _l("You have many other calendars. Remove one that you do not need, then add the new one.")


def add_file(session: Session, member: Member, *, name: str, found: BusyTimes, now: datetime) -> OtherCalendar:
    """Mind what stands in a file; one of the same name that was sent before ends.

    Raises:
        InvalidInput: an address has this name.
        TooManyCalendars: the member has as many as there may be.
    """
    profiles.lock_member(session, member.id)
    before = next((one for one in queries.calendars_of(session, member.id) if one.name == name), None)
    if before is None or before.address is not None:
        before = _added(session, member, OtherCalendar(name=name, added_at=now, read_at=now), now=now)
    keep_times(session, before, found, Marks(), now=now)
    return before


def add_address(session: Session, member: Member, *, name: str, address: str, now: datetime) -> OtherCalendar:
    """Read an address from now on.

    Raises:
        InvalidInput: another calendar has this name.
        TooManyCalendars: the member has as many as there may be.
    """
    profiles.lock_member(session, member.id)
    return _added(session, member, OtherCalendar(name=name, address=address, added_at=now, next_at=now), now=now)


def _added(session: Session, member: Member, calendar: OtherCalendar, *, now: datetime) -> OtherCalendar:
    known = queries.calendars_of(session, member.id)
    if any(one.name == calendar.name for one in known):
        raise InvalidInput({"name": [_("Another calendar of yours has this name. Choose another one.")]})
    if len(known) >= MAX_CALENDARS:
        raise TooManyCalendars
    calendar.member_id = member.id
    session.add(calendar)
    session.flush()
    audit.record(session, calendar, "add", by=member.person_id, at=now)
    return calendar


def remove_calendar(session: Session, member: Member, calendar_id: int, *, now: datetime) -> None:
    """Mind a calendar no more.

    Raises:
        NotFound: the member has no such calendar.
    """
    profiles.lock_member(session, member.id)
    found = queries.other_calendar(session, member.id, calendar_id)
    audit.record(session, found, "remove", by=member.person_id, at=now)
    session.execute(delete(BusyTime).filter_by(calendar_id=found.id))
    session.delete(found)
    session.flush()


def lease(session: Session, calendar_id: int, *, now: datetime) -> OtherCalendar | None:
    """Take it on oneself to read an address; None if somebody else has, or it is not to be read now."""
    found = session.get(OtherCalendar, calendar_id, with_for_update=True)
    if found is None or found.next_at is None or found.next_at > now:
        return None
    found.next_at = now + wait_after(found.failures)
    return found


def keep_times(
    session: Session, calendar: OtherCalendar, found: BusyTimes | None, marks: Marks, *, now: datetime
) -> None:
    """Keep what was read of a calendar; None says that it has not changed."""
    calendar.read_at, calendar.failures, calendar.problem, calendar.detail = now, 0, None, None
    calendar.etag, calendar.last_modified = marks.etag, marks.last_modified
    if found is not None:
        calendar.known_until = near(now).end
        calendar.unread_entries = len(found.unread)
        calendar.unread_line = found.unread[0] if found.unread else None
        _replace(session, calendar, found.times)
    session.flush()


def _replace(session: Session, calendar: OtherCalendar, times: Sequence[Interval]) -> None:
    """Write only what has changed: each row that comes or goes has the list read again."""
    known = queries.busy_times_of(session, calendar.id)
    gone = [known[one] for one in known.keys() - set(times)]
    if gone:
        session.execute(delete(BusyTime).where(BusyTime.id.in_(gone)))
    fresh = [one for one in times if one not in known]
    owner = {"calendar_id": calendar.id, "member_id": calendar.member_id}
    if fresh:
        session.execute(insert(BusyTime), [{**owner, "starts_at": one.start, "ends_at": one.end} for one in fresh])


def note_failure(session: Session, calendar: OtherCalendar, problem: str, detail: int | None, *, now: datetime) -> None:
    """Keep that an address could not be read; in the end what was read of it counts no more."""
    calendar.failures += 1
    calendar.problem, calendar.detail = problem, detail
    calendar.next_at = now + wait_after(calendar.failures)
    if is_stale(calendar.read_at, now):
        calendar.read_at = calendar.known_until = calendar.etag = calendar.last_modified = None
        session.execute(delete(BusyTime).filter_by(calendar_id=calendar.id))
        announce(session, CalendarLost(calendar.id, at=now))
    session.flush()
