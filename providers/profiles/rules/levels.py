"""What a partner has to show for a level, and what comes of a check of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from marketplace.kernel.translate import LazyText, _l
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import PRIOR_RATINGS, PRIOR_STARS, Figures

CHECK_EVERY = timedelta(weeks=26)
WARNED_FOR = timedelta(days=30)  # Before a level is lost.
LADDER = tuple(PartnerLevel)  # From the lowest to the highest.
TENTHS = 10


class Criterion(StrEnum):
    """What levels are about."""

    JOBS = "jobs"
    PROMISES = "promises"
    STARS = "stars"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a level asks for.

    Attributes:
        criterion: what is looked at.
        least: jobs done, percent of promises kept, tenths of a likely star, or days with a certificate.
        of: a share counts only if it is of so many.
    """

    criterion: Criterion
    least: int
    of: int = 0


DEMANDS: Mapping[PartnerLevel, tuple[Demand, ...]] = {
    PartnerLevel.NEW: (),
    PartnerLevel.ESTABLISHED: (
        Demand(Criterion.JOBS, 10),
        Demand(Criterion.PROMISES, 90, of=10),
        Demand(Criterion.STARS, 43),
        Demand(Criterion.CERTIFIED, 180),
    ),
    PartnerLevel.LEADING: (
        Demand(Criterion.JOBS, 50),
        Demand(Criterion.PROMISES, 95, of=40),
        Demand(Criterion.STARS, 46),
        Demand(Criterion.CERTIFIED, 365),
    ),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What a partner has to show.

    Attributes:
        figures: what was counted of its work.
        certified_days: how long somebody who takes its jobs has had a certificate that is valid; None without one.
    """

    figures: Figures
    certified_days: int | None

    def figure(self, criterion: Criterion) -> int | None:
        """Give what a demand is held against, in the demand's unit, rounded down; None if nothing is known."""
        figures = self.figures
        likely_tenths = TENTHS * figures.stars_sum + round(TENTHS * PRIOR_STARS * PRIOR_RATINGS)
        return {
            Criterion.JOBS: figures.jobs_done,
            Criterion.PROMISES: figures.kept_percent,
            Criterion.STARS: likely_tenths // (figures.ratings + PRIOR_RATINGS),
            Criterion.CERTIFIED: self.certified_days,
        }[criterion]


@dataclass(frozen=True, slots=True)
class Finding:
    """A demand, and what there is to show for it."""

    demand: Demand
    figure: int | None
    of: int  # The sample of a share.

    @property
    def is_met(self) -> bool:
        """Tell whether it is enough."""
        return self.figure is not None and self.figure >= self.demand.least and self.of >= self.demand.of


def findings(level: PartnerLevel, record: Record) -> list[Finding]:
    """Hold a record against all that a level asks for."""
    return [Finding(one, record.figure(one.criterion), record.figures.promises_due) for one in DEMANDS[level]]


def is_earned(level: PartnerLevel, record: Record) -> bool:
    """Tell whether a record meets all that a level asks for."""
    return all(one.is_met for one in findings(level, record))


def earned_level(record: Record) -> PartnerLevel:
    """Tell how far a record leads, step by step from the lowest level."""
    *_lower, highest = takewhile(lambda level: is_earned(level, record), LADDER)
    return highest


def next_level(level: PartnerLevel) -> PartnerLevel | None:
    """Give the level above; None above the highest."""
    return next(iter(LADDER[LADDER.index(level) + 1 :]), None)


class LevelOutcome(StrEnum):
    """What was decided about a level."""

    PROMOTED = "promoted"
    KEPT = "kept"
    WARNED = "warned"
    LOWERED = "lowered"
    SET = "set"  # By hand.

    @property
    def label(self) -> LazyText:
        """What was decided, in words."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    LevelOutcome.PROMOTED: _l("Raised by a check"),
    LevelOutcome.KEPT: _l("Checked, and kept"),
    LevelOutcome.WARNED: _l("Checked, and warned"),
    LevelOutcome.LOWERED: _l("Lowered by a check"),
    LevelOutcome.SET: _l("Decided by hand"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a check."""

    outcome: LevelOutcome
    level: PartnerLevel
    next_check_at: datetime


def judge(level: PartnerLevel, earned: PartnerLevel, *, was_warned: bool, now: datetime) -> Verdict:
    """Check a level: it rises at once, and falls only after a warning."""
    regular = now + CHECK_EVERY
    if earned is level:
        return Verdict(LevelOutcome.KEPT, level, regular)
    if LADDER.index(earned) > LADDER.index(level):
        return Verdict(LevelOutcome.PROMOTED, earned, regular)
    if was_warned:
        return Verdict(LevelOutcome.LOWERED, earned, regular)
    return Verdict(LevelOutcome.WARNED, level, now + WARNED_FOR)
