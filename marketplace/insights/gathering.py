"""Past years of plans, kept for a while: reading one takes seconds where much is claimed, recomputing it does not.

Whoever looks for better terms asks again and again about the same year. Each process keeps its own.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.insights.queries import time_of_days
from marketplace.insurance.models import PlanVersion
from marketplace.insurance.queries.past_year import PastYear, past_year

KEPT_FOR = timedelta(minutes=15)
KEPT_MAX = 8  # Years; one of a hundred thousand claims takes 10 MB.
_KEY = "handrail_past_years"


@dataclass(frozen=True, slots=True)
class Gathered:
    """A past year of a plan, and when it was read."""

    past: PastYear
    at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it may still be shown; the day has to be the same, for it ends the year."""
        return self.at.date() == now.date() and self.at <= now < self.at + KEPT_FOR


class PastYears:
    """The years that were read lately, the oldest first."""

    def __init__(self) -> None:
        """Begin with none."""
        self._guard = threading.Lock()
        self._kept: dict[tuple[int, str], Gathered] = {}

    def find(self, key: tuple[int, str], now: datetime) -> Gathered | None:
        """Give the year of a plan and a currency, if it was read lately."""
        with self._guard:
            found = self._kept.get(key)
        return found if found is not None and found.is_fresh(now) else None

    def keep(self, key: tuple[int, str], gathered: Gathered) -> None:
        """Keep a year, and forget the oldest where there are too many."""
        with self._guard:
            self._kept.pop(key, None)
            self._kept[key] = gathered
            for oldest in list(self._kept)[:-KEPT_MAX]:
                del self._kept[oldest]


def gathered(session: Session, version: PlanVersion, now: datetime) -> Gathered:
    """Give the past year of a version's plan, in its currency, as it was at most a quarter of an hour ago."""
    years: PastYears = current_app.extensions.setdefault(_KEY, PastYears())
    key = version.plan_id, version.currency
    found = years.find(key, now)
    if found is None:
        since, until = time_of_days(now.date())
        found = Gathered(past_year(session, *key, since=since, until=until), now)
        years.keep(key, found)
    return found
