"""The stand-in's clock: the wall clock, which can be moved forward but never back."""

from datetime import datetime, timedelta

from marketplace.kernel.clock import utcnow
from marketplace.sandbox.stripe.engine.store import Store

AHEAD_S = "clock_ahead_s"


class Clock:
    """Tells the time in the stand-in; how far it is ahead of the wall clock outlives a restart."""

    def __init__(self, store: Store) -> None:
        """Go on from where the clock was when the stand-in stopped."""
        self._store = store
        self._ahead = timedelta(seconds=int(store.setting(AHEAD_S, lambda: "0")))

    def now(self) -> datetime:
        """Tell the present moment in the stand-in."""
        return utcnow() + self._ahead

    def advance(self, seconds: int) -> datetime:
        """Move the clock forward and tell the new moment."""
        assert seconds > 0, seconds
        self._ahead += timedelta(seconds=seconds)
        self._store.change_setting(AHEAD_S, str(int(self._ahead.total_seconds())))
        return self.now()
