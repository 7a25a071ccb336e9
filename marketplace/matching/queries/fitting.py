"""Reading who can do a request, who should, and what stands in the way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from certification.credentials.models import Credential
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import Rates, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import reader
from marketplace.matching.hosts import booked_around, is_free_for
from marketplace.matching.queries.offers import asked_already
from marketplace.matching.rules import (
    Candidate,
    Match,
    Need,
    Unfit,
    best_first,
    judge,
    obstacle,
)
from marketplace.payments import queries as money
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from providers.availability import queries as availability
from providers.availability.rules import Hours, HoursStrip, Interval, hours_strip, next_open, overlap_hours
from providers.profiles import queries as profiles
from providers.profiles.models import Member, Provider
from providers.profiles.rules import Cefr
from providers.services import queries as services
from providers.services.models import Service


class _Frozen:
    """The ceiling of the request itself, as opposed to none."""


OWN_CEILING: Final = _Frozen()


def need_of(support_request: SupportRequest, *, ceiling: Money | _Frozen | None = OWN_CEILING) -> Need:
    """Tell what a request asks of a partner."""
    return Need(
        language=support_request.language,
        level=support_request.level,
        layer=support_request.category.layer,
        zone=support_request.zone,
        ceiling=support_request.ceiling if isinstance(ceiling, _Frozen) else ceiling,
        starts_at=support_request.starts_at if support_request.service_kind is ServiceKind.SESSION else None,
    )


def matches(
    session: Session,
    support_request: SupportRequest,
    now: datetime,
    *,
    ceiling: Money | _Frozen | None = OWN_CEILING,
    among: Collection[int] | None = None,
) -> list[Match]:
    """List who can do a request, the best fit first; without those who were asked for it.

    Args:
        session: for reading.
        support_request: what is needed.
        now: the present moment.
        ceiling: the most that it may cost; the request's own if not given, None for no limit.
        among: only these providers, by their ids; None for all.
    """
    need = need_of(support_request, ceiling=ceiling)
    speakers = candidates(session, support_request, now, least=need.level, among=among)
    fit = [one for one in speakers if obstacle(need, one, now) is None]
    return best_first([judge(need, one, now) for one in fit])


def still_fits(session: Session, support_request: SupportRequest, provider_id: int, now: datetime) -> bool:
    """Tell whether a provider who was asked can still do it: listed, certified, and with room for it."""
    need = need_of(support_request, ceiling=None)
    found = candidates(session, support_request, now, among={provider_id})
    return any(obstacle(need, one, now) in {None, Unfit.ASKED} for one in found)


def is_barred(session: Session, support_request: SupportRequest, provider: Provider, now: datetime) -> bool:
    """Tell whether a provider is suspended, or has nobody certified for a request; the vendor's desk never is."""
    if support_request.is_vendors:
        return False
    niche_id = support_request.category.niche_id
    held = credentials.valid_credentials(session, [member.person_id for member in provider.members], now)
    is_certified = any(one.track.niche_id == niche_id for several in held.values() for one in several)
    return not (provider.is_listed and is_certified)


def gap(session: Session, support_request: SupportRequest, now: datetime) -> list[Unfit]:
    """Tell what stands in the way of a request that nobody takes: of those who got furthest, the obstacles.

    A partner who speaks the language but is busy says more about the gap than fifty who do not speak it.
    """
    need, among = need_of(support_request), _only_choice(support_request)
    found = {obstacle(need, one, now) for one in candidates(session, support_request, now, among=among)}
    furthest = [kind for kind in reversed(Unfit) if kind in found]
    return furthest[:1] or [Unfit.LAYER]


def _only_choice(support_request: SupportRequest) -> set[int] | None:
    """Give the one partner whom we may ask for a request that is sent; None if we may ask others, too."""
    chosen_id = support_request.chosen_provider_id
    is_bound = support_request.status is not Status.DRAFT and not support_request.may_fall_back
    return {chosen_id} if is_bound and chosen_id is not None else None


def candidates(
    session: Session,
    support_request: SupportRequest,
    now: datetime,
    *,
    least: Cefr | None = None,
    among: Collection[int] | None = None,
) -> list[Candidate]:
    """Put together all that is known of each listed partner who sells this kind of work; a fixed number of queries.

    Args:
        session: for reading.
        support_request: what is needed.
        now: the present moment.
        least: leave out whoever speaks the language worse than this; hours and skills take longer to look at.
        among: only these providers, by their ids; None for all.
    """
    offered = _services(session, support_request)
    asked = offered.keys() if among is None else offered.keys() & set(among)
    sellers = profiles.providers_by_id(session, sorted(asked))
    providers = [one for one in sellers.values() if one.is_listed and _speaks(one, support_request.language, least)]
    ids = [one.id for one in providers]
    people = [member.person_id for one in providers for member in one.members]
    hours = availability.hours_by_member(session, ids, around=now.date())
    facts = _Facts(
        niche_id=support_request.category.niche_id,
        certificates=credentials.valid_credentials(session, people, now),
        open_jobs=requests.open_jobs(session, ids),
        solved=requests.solved_together(session, support_request.customer_id, ids),
        asked=asked_already(session, support_request.id),
        rates=catalogue.rates(session),
        booked=booked_around(session, support_request, providers),
        payable=money.payable(session, ids),
    )
    return [_candidate(support_request, one, offered[one.id], hours[one.id], facts, now) for one in providers]


@dataclass(frozen=True, slots=True)
class _Facts:
    niche_id: int
    certificates: dict[int, list[Credential]]
    open_jobs: dict[int, int]
    solved: dict[int, int]
    asked: set[int]
    rates: Rates
    booked: dict[int, list[Interval]]  # Sessions of members around the start that is asked for.
    payable: set[int]  # Who can be paid in some way.

    def certified(self, member: Member) -> list[Credential]:
        """Give the credentials of a member that count for this kind of work."""
        held = self.certificates.get(member.person_id, ())
        return [credential for credential in held if credential.track.niche_id == self.niche_id]


def _services(session: Session, support_request: SupportRequest) -> dict[int, Service]:
    """Find what each provider sells of this kind in the request's niche, in its layer if the provider sells that."""
    category = support_request.category
    in_niche = services.services_in_niche(session, category.niche_id, category.service_kind)
    found: dict[int, Service] = {}
    for service in in_niche:
        if service.layer is support_request.category.layer or service.provider_id not in found:
            found[service.provider_id] = service
    return found


def _candidate(
    support_request: SupportRequest,
    provider: Provider,
    service: Service,
    hours: Mapping[int, Hours],
    facts: _Facts,
    now: datetime,
) -> Candidate:
    certified = [credential for member in provider.members for credential in facts.certified(member)]
    openings = [moment for one in hours.values() if (moment := next_open(one, now)) is not None]
    zone = ZoneInfo(support_request.zone)
    return Candidate(
        provider_id=provider.id,
        name=provider.name,
        service_id=service.id,
        terms=service.terms.converted(lambda price: facts.rates.convert(price, support_request.currency)),
        language_level=_best_level(provider, support_request.language),
        layer=service.layer,
        niche=service.niche.names,
        certified_until=max((one.valid_until.date() for one in certified), default=None),
        open_jobs=facts.open_jobs.get(provider.id, 0),
        capacity=provider.capacity,
        overlap_hours=max((overlap_hours([one], zone, now) for one in hours.values()), default=0.0),
        next_open=min(openings, default=None),
        figures=provider.figures,
        solved_for_customer=facts.solved.get(provider.id, 0),
        was_asked=provider.id in facts.asked,
        can_be_paid=provider.id in facts.payable,
        is_free_then=any(
            is_free_for(support_request, one, service, hours[one.id], facts.booked.get(one.id, ()))
            for one in provider.members
            if facts.certified(one)
        ),
    )


def _speaks(provider: Provider, language: str, least: Cefr | None) -> bool:
    level = _best_level(provider, language)
    return least is None or (level is not None and level >= least)


def _best_level(provider: Provider, language: str) -> Cefr | None:
    spoken = [one.level for member in provider.members for one in member.languages if one.language == language]
    return max(spoken, default=None)


def strips(session: Session, provider_ids: Collection[int], now: datetime) -> dict[int, HoursStrip]:
    """Draw the working hours of providers on the reader's day."""
    hours = availability.hours_by_provider(session, provider_ids, around=now.date())
    return {provider_id: hours_strip(hours[provider_id], reader().zone, now) for provider_id in provider_ids}
