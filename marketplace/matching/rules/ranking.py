"""Who should do a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.money import Money
from marketplace.matching.rules.fit import Candidate, Need, obstacle
from marketplace.matching.rules.reasons import NEWCOMER_JOBS, Reason, reasons
from providers.services.rules import Terms


@dataclass(frozen=True, slots=True)
class Match:
    """A partner judged fit for a request, with the reasons; the higher the score, the better the fit."""

    provider_id: int
    service_id: int | None  # None: the vendor's desk sells nothing.
    terms: Terms
    score: int
    reasons: Sequence[Reason]
    accepts_cover: bool = True

    @property
    def price(self) -> Money:
        """The most that the customer pays."""
        return self.terms.most


def judge(need: Need, candidate: Candidate, now: datetime) -> Match:
    """Weigh a partner that can do it: who should?"""
    assert obstacle(need, candidate, now) is None, candidate
    return Match(
        candidate.provider_id,
        candidate.service_id,
        candidate.terms,
        score(need, candidate, now),
        reasons(need, candidate, now),
        candidate.accepts_cover,
    )


def score(need: Need, candidate: Candidate, now: datetime) -> int:
    """Add up points out of 1000: soon, shared hours, kept promises, satisfied customers, price, history, newcomers."""
    assert candidate.next_open is not None
    assert candidate.language_level is not None
    # Whoever is free at the start of a session is so in time, wherever they are now.
    wait_hours = 0 if need.starts_at else max((candidate.next_open - now) / timedelta(hours=1), 0)
    return round(
        200 * max(1 - wait_hours / 24, 0)
        + 150 * min(candidate.overlap_hours / 8, 1)
        + 200 * candidate.figures.likely_kept_share
        + 200 * (candidate.figures.likely_stars - 1) / 4
        + 100 * _cheapness(need, candidate)
        + 100 * min(candidate.solved_for_customer, 2) / 2
        + 50 * (candidate.figures.jobs_done < NEWCOMER_JOBS)
    )


def _cheapness(need: Need, candidate: Candidate) -> float:
    if need.ceiling is None or not need.ceiling:
        return 0.5
    return 1 - candidate.price.minor / need.ceiling.minor


def best_first(matches: Sequence[Match]) -> list[Match]:
    """Order matches: the best fit first, then the lower price, then who has been here longest."""
    return sorted(matches, key=lambda one: (-one.score, one.price.minor, one.provider_id))
