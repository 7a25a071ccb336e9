"""How far a provider has come, in words: what its level asks for, what there is to show, what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.kernel.translate import _, format_number, format_percent, ngettext
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles import queries
from providers.profiles.models import Provider
from providers.profiles.models_of_levels import LevelDecision
from providers.profiles.rules.levels import (
    TENTHS,
    Criterion,
    Demand,
    Finding,
    Record,
    findings,
    next_level,
)

DECISIONS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a level asks for.

    Attributes:
        needed: what is asked for.
        shown: what there is, and what is missing.
        is_met: whether it is enough.
    """

    needed: str
    shown: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What a level asks for, line by line."""

    level: PartnerLevel
    lines: Sequence[Line]

    @property
    def missing(self) -> list[Line]:
        """What is not enough."""
        return [one for one in self.lines if not one.is_met]

    @property
    def text(self) -> str:
        """How much of it is met."""
        met, count = len(self.lines) - len(self.missing), len(self.lines)
        facts = {"met": format_number(met), "count": format_number(count)}
        return ngettext("%(met)s of %(count)s met", "%(met)s of %(count)s met", count) % facts


@dataclass(frozen=True, slots=True)
class LevelCard:
    """Where a provider stands.

    Attributes:
        level: now.
        next_check_at: when it is looked at again; None while that is not fixed.
        is_warned: whether the next check lowers the level, unless what is missing is there by then.
        own: what the present level asks for; None for the lowest, which asks for nothing.
        following: the same of the next one; None above the highest.
        decisions: what was decided, the latest first.
    """

    level: PartnerLevel
    next_check_at: datetime | None
    is_warned: bool
    own: Standing | None
    following: Standing | None
    decisions: Sequence[LevelDecision]


def level_card(session: Session, provider: Provider, now: datetime) -> LevelCard:
    """Tell where a provider stands."""
    record = queries.record_of(session, provider, now)
    following = next_level(provider.level)
    own = standing(provider.level, record)
    return LevelCard(
        provider.level,
        provider.level_check_at,
        provider.level_warned_at is not None,
        own if own.lines else None,
        standing(following, record) if following else None,
        queries.level_decisions(session, provider.id, limit=DECISIONS_SHOWN),
    )


def standing(level: PartnerLevel, record: Record) -> Standing:
    """Hold what a provider has to show against a level."""
    return Standing(level, [_line(one) for one in findings(level, record)])


def _line(finding: Finding) -> Line:
    return Line(_NEEDED[finding.demand.criterion](finding.demand), _shown(finding), finding.is_met)


def _shown(finding: Finding) -> str:
    criterion, figure = finding.demand.criterion, finding.figure
    if criterion is Criterion.CERTIFIED and figure is None:
        return _("No valid certificate")
    return _SHOWN[criterion](finding, figure or 0)


def _jobs_needed(demand: Demand) -> str:
    count = format_number(demand.least)
    return ngettext("%(count)s job done", "%(count)s jobs done", demand.least) % {"count": count}


def _promises_needed(demand: Demand) -> str:
    facts = {"percent": format_percent(Decimal(demand.least)), "count": format_number(demand.of)}
    return (
        ngettext(
            "%(percent)s of promised updates in time, of at least %(count)s",
            "%(percent)s of promised updates in time, of at least %(count)s",
            demand.of,
        )
        % facts
    )


def _stars_needed(demand: Demand) -> str:
    return _("A rating of %(stars)s, in which few ratings weigh little") % {"stars": _stars(demand.least)}


def _days_needed(demand: Demand) -> str:
    count = format_number(demand.least)
    return ngettext("A valid certificate for %(count)s day", "A valid certificate for %(count)s days", demand.least) % {
        "count": count
    }


def _jobs_shown(finding: Finding, figure: int) -> str:
    now = _("%(figure)s now") % {"figure": format_number(figure)}
    missing = finding.demand.least - figure
    if missing <= 0:
        return now
    left = ngettext("%(figure)s now, %(count)s more to do", "%(figure)s now, %(count)s more to do", missing)
    return left % {"figure": format_number(figure), "count": format_number(missing)}


def _promises_shown(finding: Finding, figure: int) -> str:
    facts = {"percent": format_percent(Decimal(figure)), "count": format_number(finding.of)}
    if not finding.of:
        return _("None due yet")
    missing = finding.demand.of - finding.of
    if missing > 0:
        facts["more"] = format_number(missing)
        left = ngettext(
            "%(percent)s of %(count)s now, %(more)s more to count",
            "%(percent)s of %(count)s now, %(more)s more to count",
            missing,
        )
        return left % facts
    return ngettext("%(percent)s of %(count)s now", "%(percent)s of %(count)s now", finding.of) % facts


def _stars_shown(_finding: Finding, figure: int) -> str:
    return _("%(figure)s now") % {"figure": _stars(figure)}


def _days_shown(finding: Finding, figure: int) -> str:
    missing = finding.demand.least - figure
    if missing <= 0:
        return ngettext("%(count)s day now", "%(count)s days now", figure) % {"count": format_number(figure)}
    left = ngettext("%(count)s more day", "%(count)s more days", missing)
    return left % {"count": format_number(missing)}


def _stars(tenths: int) -> str:
    return format_number(tenths / TENTHS)


_NEEDED: Mapping[Criterion, Callable[[Demand], str]] = {
    Criterion.JOBS: _jobs_needed,
    Criterion.PROMISES: _promises_needed,
    Criterion.STARS: _stars_needed,
    Criterion.CERTIFIED: _days_needed,
}
_SHOWN: Mapping[Criterion, Callable[[Finding, int], str]] = {
    Criterion.JOBS: _jobs_shown,
    Criterion.PROMISES: _promises_shown,
    Criterion.STARS: _stars_shown,
    Criterion.CERTIFIED: _days_shown,
}
