"""Letters to partners about what is decided of them: whether they may work, and how far they have come."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_day, format_number
from marketplace.site.notifications.post import members_of, owners_of, page, tell_all
from marketplace.tariffs import queries as tariffs
from providers.profiles import queries as profiles
from providers.profiles.events import LevelDecided, ProviderReinstated, ProviderSuspended
from providers.profiles.models import Provider
from providers.profiles.models_of_levels import LevelDecision
from providers.profiles.rules.levels import LevelOutcome
from providers.profiles.wording import standing


def provider_suspended(session: Session, event: ProviderSuspended) -> None:
    """Tell all who work for a provider that nothing more is offered to them, and why."""
    provider = session.get_one(Provider, event.provider_id)

    def write() -> Letter:
        return Letter(
            _("%(name)s is suspended") % {"name": provider.name},
            [
                _("You are not in the directory any more, and nothing is offered to you. This is the reason:"),
                provider.suspended_reason or "",
                _("Jobs under way go on, and you are paid for them."),
            ],
            (_("Your work"), page("/work")),
        )

    tell_all(session, members_of(session, provider.id), write, event.at)


def provider_reinstated(session: Session, event: ProviderReinstated) -> None:
    """Tell all who work for a provider that customers find it again."""
    provider = session.get_one(Provider, event.provider_id)

    def write() -> Letter:
        return Letter(
            _("%(name)s is on the list again") % {"name": provider.name},
            [_("Customers find you, and requests can be offered to you again.")],
            (_("Your work"), page("/work")),
        )

    tell_all(session, members_of(session, provider.id), write, event.at)


def level_decided(session: Session, event: LevelDecided) -> None:
    """Tell the owner of a business what was decided about its level, and what follows from it."""
    decision = session.get_one(LevelDecision, event.decision_id)
    provider = session.get_one(Provider, decision.provider_id)
    write = _LETTERS[decision.outcome]
    tell_all(session, owners_of(session, provider.id), lambda: write(session, provider, decision), event.at)


def _promoted(session: Session, provider: Provider, decision: LevelDecision) -> Letter:
    subject = _("%(name)s has come further: %(level)s")
    met = _("We have looked at your level, and you have met all that the next one asks for.")
    return _letter(provider, decision, subject, [met, *_commission(session, provider, decision), _next(provider)])


def _kept(_session: Session, provider: Provider, decision: LevelDecision) -> Letter:
    subject = _("The level of %(name)s stays: %(level)s")
    return _letter(provider, decision, subject, [_("We have looked at your level, and it stays."), _next(provider)])


def _warned(session: Session, provider: Provider, decision: LevelDecision) -> Letter:
    missing = standing(decision.level, profiles.record_of(session, provider, decision.at)).missing
    lines = [_("%(needed)s: %(shown)s") % {"needed": one.needed, "shown": one.shown} for one in missing]
    assert provider.level_check_at is not None, "a warning says until when"
    by_then = _("Unless that has changed by %(day)s, your level is lowered.")
    told = [_("We have looked at your level. This is not enough for it:"), *lines]
    return _letter(
        provider,
        decision,
        _("The level of %(name)s may be lowered: %(level)s"),
        [*told, by_then % {"day": format_day(provider.level_check_at)}],
    )


def _lowered(session: Session, provider: Provider, decision: LevelDecision) -> Letter:
    subject = _("The level of %(name)s is lowered: %(level)s")
    told = _("We have looked at your level again, and what you have to show is still not enough for the one before.")
    return _letter(provider, decision, subject, [told, *_commission(session, provider, decision), _next(provider)])


def _set(session: Session, provider: Provider, decision: LevelDecision) -> Letter:
    subject = _("The level of %(name)s: %(level)s")
    told = [_("We have decided about your level. This is the reason:"), decision.reason or ""]
    return _letter(provider, decision, subject, [*told, *_commission(session, provider, decision), _next(provider)])


_LETTERS: Mapping[LevelOutcome, Callable[[Session, Provider, LevelDecision], Letter]] = {
    LevelOutcome.PROMOTED: _promoted,
    LevelOutcome.KEPT: _kept,
    LevelOutcome.WARNED: _warned,
    LevelOutcome.LOWERED: _lowered,
    LevelOutcome.SET: _set,
}


def _letter(provider: Provider, decision: LevelDecision, subject: str, paragraphs: list[str]) -> Letter:
    facts = {"name": provider.name, "level": decision.level.label}
    return Letter(subject % facts, paragraphs, (_("See your level"), page("/work")))


def _commission(session: Session, provider: Provider, decision: LevelDecision) -> list[str]:
    """Say what is kept of the prices of new offers, if the level decides that."""
    commission = tariffs.commission_of(session, provider.id, decision.level, decision.at.date())
    if commission.is_agreed:
        return []
    percent = {"percent": format_number(commission.percent)}
    return [_("The commission of what is offered to you from now on is %(percent)s%%.") % percent]


def _next(provider: Provider) -> str:
    assert provider.level_check_at is not None, "whoever decides says when it is looked at again"
    return _("We look at it again on %(day)s.") % {"day": format_day(provider.level_check_at)}
