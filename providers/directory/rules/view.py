"""The index as a reader sees it: hours of the reader's day, and prices in the reader's currency."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from providers.directory.rules.columns import Columns, Mask, Reals, Whole
from providers.directory.rules.prices import Priced
from providers.directory.rules.timetable import HOUR_S, Minutes

HOUR_MINUTES = 60


@dataclass(frozen=True)
class View:
    """A segment as a reader sees it at a moment.

    Args:
        columns: of the segment.
        rests: the rows of those on a break.
        now: seconds since 1970.
        overlap_minutes: by schedule.
        opens_at: by schedule, seconds since 1970.
        prices: on all terms, in the reader's currency.
        terms_in_use: on which of them somebody sells who is not outdated.
    """

    columns: Columns
    rests: Whole
    now: float
    overlap_minutes: Minutes
    opens_at: Reals
    prices: Priced
    terms_in_use: Mask

    @cached_property
    def shared_minutes(self) -> Minutes:
        """Tell how much of the reader's day each provider shares."""
        return self.overlap_minutes.take(self.columns.schedule)

    def overlap_of(self, rows: Whole) -> Reals:
        """Tell how many hours of the reader's day some providers share."""
        hours: Reals = self.shared_minutes.take(rows) / HOUR_MINUTES
        return hours

    def opening_of(self, rows: Whole) -> Reals:
        """Tell when some providers are open next, in seconds since 1970."""
        found = self.opens_at.take(self.columns.schedule[rows])
        if not len(self.rests):
            return found
        return np.where(self.columns.break_until[rows] > 0, self.columns.opens_after_break[rows], found)

    def opens_in_of(self, rows: Whole) -> Reals:
        """Tell in how many hours some providers are open."""
        return (self.opening_of(rows) - self.now) / HOUR_S

    def shares(self, hours: int) -> Mask:
        """Tell who shares so many hours a day."""
        return self.shared_minutes >= hours * HOUR_MINUTES

    @cached_property
    def opens_in(self) -> Reals:
        """Tell in how many hours each provider is open."""
        found: Reals = ((self.opens_at - self.now) / HOUR_S).take(self.columns.schedule)
        found[self.rests] = self.opens_in_of(self.rests)
        return found

    def price_of(self, services: Whole) -> Whole:
        """Give the most that some services cost, or `NOT_SOLD`."""
        return self.prices.most.take(self.columns.services.terms[services])
