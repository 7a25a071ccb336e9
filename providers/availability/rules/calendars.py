"""Calendars that members keep elsewhere: how often they are read, and how long what was read counts."""

from datetime import datetime, timedelta

from providers.availability.rules.hours import Interval

MAX_CALENDARS = 5  # Of one member.
MAX_CALENDAR_NAME = 60
MAX_ADDRESS_LENGTH = 2_000

READ_EVERY = timedelta(minutes=30)
LONGEST_WAIT = timedelta(hours=8)
BELIEVED_FOR = timedelta(days=7)  # Though it can not be read any more.
BACK = timedelta(days=1)  # Today counts whole, in any zone.
AHEAD = timedelta(days=182)


def near(now: datetime) -> Interval:
    """Tell of which time busy times are kept."""
    return Interval(now - BACK, now + AHEAD)


def looks_far_enough(known_until: datetime | None, now: datetime) -> bool:
    """Tell whether busy times are known for long enough; what repeats goes on, though its calendar never changes."""
    return known_until is not None and known_until > near(now).end - BACK


def wait_after(failures: int) -> timedelta:
    """Tell how long to wait until an address is read again: longer with each failure."""
    return min(READ_EVERY * (1 << min(failures, 10)), LONGEST_WAIT)


def is_stale(read_at: datetime | None, now: datetime) -> bool:
    """Tell whether what was read of a calendar is too old to be believed."""
    return read_at is not None and now - read_at >= BELIEVED_FOR
