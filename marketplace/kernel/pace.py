"""How often somebody may ask: a quota that fills up again evenly.

What was asked is kept in the memory of this process and costs no write to the database. A restart forgets it, which
nobody minds: this is against programs that run wild, not against guessing, of which the accounts keep count themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

MAX_KNOWN = 100_000  # Callers of whom something is kept; ten megabytes or so.


@dataclass(frozen=True, slots=True)
class Pace:
    """So many calls within a window, at once or spread over it."""

    quota: int
    window: timedelta

    @property
    def interval(self) -> timedelta:
        """After how long one more call is allowed."""
        return self.window / self.quota


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands after a call."""

    is_allowed: bool
    remaining: int  # Calls that are left at once.
    full_in: timedelta  # Until the whole quota is there again.
    next_in: timedelta  # Until the next call is allowed.


class Meter:
    """Counts the calls of everybody; threads may share it."""

    def __init__(self) -> None:
        """Begin with nobody known."""
        self._full_at: dict[str, datetime] = {}  # When the quota of each caller is whole again.
        self._lock = Lock()

    def take(self, who: str, pace: Pace, now: datetime) -> Standing:
        """Count a call of `who`; one that is refused does not count."""
        with self._lock:
            before = max(self._full_at.get(who, now), now)
            is_allowed = before + pace.interval - now <= pace.window
            full_at = before + pace.interval if is_allowed else before
            if who not in self._full_at and len(self._full_at) >= MAX_KNOWN:
                self._forget(now)
            self._full_at[who] = full_at
        left = pace.window - (full_at - now)
        return Standing(is_allowed, left // pace.interval, full_at - now, max(pace.interval - left, timedelta()))

    def _forget(self, now: datetime) -> None:
        """Make room: whose quota is whole is as good as unknown; if nobody's is, all begin anew."""
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) >= MAX_KNOWN:
            self._full_at.clear()
