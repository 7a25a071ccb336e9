"""Periods: when a subscription is billed, counted from its anchor.

See https://docs.stripe.com/billing/subscriptions/billing-cycle: a month that is too short is billed on its last
day, and the month after it on the day of the anchor again.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from marketplace.sandbox.stripe.engine.world import Json

MONTHS_A_YEAR = 12
FIXED = {"day": timedelta(days=1), "week": timedelta(weeks=1)}
LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time in seconds; the end is not in it."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start

    def as_body(self) -> Json:
        """Write it as the API does."""
        return {"start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Cycle:
    """A rhythm: so many days, weeks, months or years, counted from an anchor."""

    anchor: int
    interval: str
    count: int

    def boundary(self, index: int) -> int:
        """Tell the moment that is `index` intervals after the anchor; before it when that is negative."""
        start = datetime.fromtimestamp(self.anchor, UTC)
        if self.interval in FIXED:
            return int((start + index * self.count * FIXED[self.interval]).timestamp())
        months = index * self.count * (MONTHS_A_YEAR if self.interval == "year" else 1)
        year, month = divmod(start.year * MONTHS_A_YEAR + start.month - 1 + months, MONTHS_A_YEAR)
        day = min(start.day, monthrange(year, month + 1)[1])
        return int(start.replace(year=year, month=month + 1, day=day).timestamp())

    def around(self, moment: int) -> Period:
        """Tell the full interval in which a moment is."""
        index = self._estimate(moment)
        while self.boundary(index) > moment:
            index -= 1
        while self.boundary(index + 1) <= moment:
            index += 1
        return Period(self.boundary(index), self.boundary(index + 1))

    def _estimate(self, moment: int) -> int:
        one = self.boundary(1) - self.anchor
        return (moment - self.anchor) // one
