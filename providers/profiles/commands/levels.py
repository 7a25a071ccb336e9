"""How far a provider has come: checked twice a year by what it has to show, or decided by staff."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles import queries
from providers.profiles.commands.standing import DeskStays
from providers.profiles.events import LevelDecided
from providers.profiles.models import Provider
from providers.profiles.models_of_levels import LevelDecision
from providers.profiles.rules.levels import CHECK_EVERY, LevelOutcome, earned_level, findings, judge


def set_level(session: Session, provider_id: int, level: PartnerLevel, *, reason: str, by: int, now: datetime) -> None:
    """Bring a provider to a level by hand, which stands until the next check; what was offered keeps its commission.

    Raises:
        NotFound: there is no such provider.
        DeskStays: it is the vendor's own desk, which has none.
    """
    provider = queries.lock_provider(session, provider_id)
    if provider.is_vendor_desk:
        raise DeskStays
    before, provider.level = provider.level, level
    provider.level_warned_at, provider.level_check_at = None, now + CHECK_EVERY
    audit.record(session, provider, "set_level", by=by, at=now, reason=reason, before=before, level=level)
    _note(session, provider, LevelOutcome.SET, before, by=by, reason=reason, now=now)


def check_level(session: Session, provider_id: int, *, now: datetime) -> None:
    """Look at what a listed provider has to show, if that is due, and decide about its level.

    For a provider of which it was not known yet when the first check is due, it is in half a year.
    """
    provider = queries.lock_provider(session, provider_id)
    if not queries.is_level_check_due(provider, now):
        return  # Staff or another worker were faster.
    if provider.level_check_at is None:
        provider.level_check_at = now + CHECK_EVERY
        return
    record = queries.record_of(session, provider, now)
    before, was_warned = provider.level, provider.level_warned_at is not None
    verdict = judge(before, earned_level(record), was_warned=was_warned, now=now)
    provider.level, provider.level_check_at = verdict.level, verdict.next_check_at
    provider.level_warned_at = now if verdict.outcome is LevelOutcome.WARNED else None
    missing = [str(one.demand.criterion) for one in findings(before, record) if not one.is_met]
    told = {"before": before, "level": verdict.level, "missing": missing}
    audit.record(session, provider, f"level_{verdict.outcome}", by=None, at=now, **told)
    _note(session, provider, verdict.outcome, before, by=None, reason=None, now=now)


def _note(
    session: Session,
    provider: Provider,
    outcome: LevelOutcome,
    before: PartnerLevel,
    *,
    by: int | None,
    reason: str | None,
    now: datetime,
) -> None:
    decision = LevelDecision(
        provider_id=provider.id,
        outcome=outcome,
        level_before=before,
        level=provider.level,
        reason=reason,
        decided_by=by,
        at=now,
    )
    session.add(decision)
    session.flush()
    announce(session, LevelDecided(decision.id, now))
