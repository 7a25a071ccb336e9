"""Reading the calendars of members at their addresses, again and again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outside import Fetch, Fetched, Marks, NotRead, fetcher
from providers.availability import commands, queries
from providers.availability.ical import MAX_BYTES, BusyTimes, Unreadable, read_busy_times
from providers.availability.models import OtherCalendar
from providers.availability.rules import looks_far_enough, near
from providers.profiles.models import Member

AT_ONCE = 8  # Addresses that are waited for beside each other; other work waits as long as for the slowest.


@dataclass(frozen=True, slots=True)
class _Errand:
    """An address that is to be read now."""

    calendar_id: int
    zone: str
    address: str
    marks: Marks


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why an address could not be read."""

    problem: str
    detail: int | None


def read_calendars(now: datetime) -> None:
    """Read the addresses that are due, some at once."""
    due = queries.calendars_due(reading(), now, AT_ONCE)
    reading().rollback()
    errands = [errand for calendar_id in due if (errand := _leased(calendar_id, now)) is not None]
    fetch = fetcher()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for errand, answer in zip(errands, pool.map(lambda one: _fetched(fetch, one), errands), strict=True):
            _keep(errand, answer, now)


def read_calendar(calendar_id: int, now: datetime) -> None:
    """Read one address now, for somebody who waits."""
    errand = _leased(calendar_id, now)
    if errand is not None:
        _keep(errand, _fetched(fetcher(), errand), now)


def _leased(calendar_id: int, now: datetime) -> _Errand | None:
    with transaction() as session:
        found = commands.lease(session, calendar_id, now=now)
        if found is None or found.address is None:
            return None
        zone = session.get_one(Member, found.member_id).zone
        is_known = looks_far_enough(found.known_until, now)
        marks = Marks(found.etag, found.last_modified) if is_known else Marks()
        return _Errand(found.id, zone, found.address, marks)


def _fetched(fetch: Fetch, errand: _Errand) -> Fetched | _Failed:
    try:
        return fetch(errand.address, errand.marks, max_bytes=MAX_BYTES)
    except NotRead as error:
        return _Failed(error.trouble, error.status)


def _keep(errand: _Errand, answer: Fetched | _Failed, now: datetime) -> None:
    """Keep what an address has answered, unless it was removed meanwhile; between the calls, files are read."""
    found = _read(errand, answer, now)
    with transaction() as session:
        calendar = session.get(OtherCalendar, errand.calendar_id, with_for_update=True)
        if calendar is None:
            return
        if isinstance(found, _Failed):
            commands.note_failure(session, calendar, found.problem, found.detail, now=now)
        elif isinstance(answer, Fetched):
            commands.keep_times(session, calendar, found, answer.marks, now=now)


def _read(errand: _Errand, answer: Fetched | _Failed, now: datetime) -> BusyTimes | _Failed | None:
    if isinstance(answer, _Failed) or answer.content is None:
        return answer if isinstance(answer, _Failed) else None
    try:
        return busy_times(answer.content, errand.zone, now)
    except Unreadable as error:
        return _Failed(error.problem, error.line)


def busy_times(content: bytes, zone: str, now: datetime) -> BusyTimes:
    """Read when a member is busy by a calendar file.

    Raises:
        Unreadable: nothing can be read of it.
    """
    host = urlsplit(current_app.config["BASE_URL"]).hostname or ""
    return read_busy_times(content, own_zone=ZoneInfo(zone), within=near(now), own_host=host)
