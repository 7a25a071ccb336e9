"""Reading who can do a request, who should, and what stands in the way."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from certification.credentials.models import Credential
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import Rates, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import reader
from marketplace.matching.hosts import Occupied, is_free_for, longest_session, occupied
from marketplace.matching.queries.offers import asked_already, taken_since
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
from providers.availability.rules import Hours, HoursStrip, hours_strip, next_open, overlap_hours
from providers.profiles import queries as profiles
from providers.profiles.models import Member, Provider
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium
from providers.services import queries as services
from providers.services.models import Service


class _Frozen:
    """The ceiling of the request itself, as opposed to none."""


OWN_CEILING: Final = _Frozen()
ONE_DAY = timedelta(days=1)


def need_of(support_request: SupportRequest, *, ceiling: Money | _Frozen | None = OWN_CEILING) -> Need:
    """Tell what a request asks of a partner."""
    return Need(
        language=support_request.language,
        level=support_request.level,
        layer=support_request.category.layer,
        zone=support_request.zone,
        ceiling=support_request.ceiling if isinstance(ceiling, _Frozen) else ceiling,
        starts_at=support_request.starts_at if support_request.service_kind is ServiceKind.SESSION else None,
        release=support_request.release.name if support_request.release else None,
        urgency_hours=support_request.urgency_hours,
        is_covered=support_request.pays_with_cover,
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
    """Tell whether a provider who has quoted can still do it: listed, certified, and with room for it.

    A break that was taken later is not in the way: a quote is given for after it, or in spite of it.
    """
    need = need_of(support_request, ceiling=None)
    found = candidates(session, support_request, now, among={provider_id})
    return any(obstacle(need, replace(one, is_on_break=False), now) in {None, Unfit.ASKED} for one in found)


def is_barred(session: Session, support_request: SupportRequest, provider: Provider, now: datetime) -> bool:
    """Tell whether a provider is suspended, or has nobody certified for a request; the vendor's desk never is."""
    if support_request.is_vendors:
        return False
    niche_id = support_request.category.niche_id
    held = credentials.credentials_for_new_work(session, [member.person_id for member in provider.workers], now)
    is_certified = any(one.track.niche_id == niche_id for several in held.values() for one in several)
    return not (provider.is_listed and is_certified)


def can_do(session: Session, support_request: SupportRequest, member: Member, now: datetime) -> bool:
    """Tell whether a member is certified for a request and knows its language well enough."""
    held = credentials.credentials_for_new_work(session, [member.person_id], now).get(member.person_id, [])
    is_certified = any(one.track.niche_id == support_request.category.niche_id for one in held)
    return is_certified and member.masters(support_request.language, support_request.level, _medium(support_request))


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
        least: leave out whoever knows the language worse than this; hours and skills take longer to look at.
        among: only these providers, by their ids; None for all.
    """
    rates = catalogue.rates(session)
    offered = _services(session, support_request, rates)
    asked = offered.keys() if among is None else offered.keys() & set(among)
    sellers = profiles.providers_by_id(session, sorted(asked))
    providers = [one for one in sellers.values() if one.is_listed and _masters(one, support_request, least)]
    ids = [one.id for one in providers]
    people = [member.person_id for one in providers for member in one.workers]
    hours = availability.hours_by_member(session, ids, around=now.date())
    facts = _Facts(
        niche_id=support_request.category.niche_id,
        certificates=credentials.credentials_for_new_work(session, people, now),
        open_jobs=requests.open_jobs(session, ids),
        taken_today=taken_since(session, ids, now - ONE_DAY),
        solved=requests.solved_together(session, support_request.customer_id, ids),
        asked=asked_already(session, support_request.id),
        rates=rates,
        occupied=occupied(session, providers, longest_session(support_request)),
        payable=money.payable(session, ids),
    )
    return [_candidate(support_request, one, offered[one.id], hours[one.id], facts, now) for one in providers]


@dataclass(frozen=True, slots=True)
class _Facts:
    niche_id: int
    certificates: dict[int, list[Credential]]
    open_jobs: dict[int, int]
    taken_today: dict[int, int]
    solved: dict[int, int]
    asked: set[int]
    rates: Rates
    occupied: Occupied  # What takes time of members around the start that is asked for.
    payable: set[int]  # Who can be paid in some way.

    def certified(self, member: Member) -> list[Credential]:
        """Give the credentials of a member that count for this kind of work."""
        held = self.certificates.get(member.person_id, ())
        return [credential for credential in held if credential.track.niche_id == self.niche_id]


def _services(session: Session, support_request: SupportRequest, rates: Rates) -> dict[int, Service]:
    """Find what each provider sells of this kind in the request's niche: in its layer and soon enough if it can be had.

    Of several the cheapest counts.
    """
    category = support_request.category

    def rank(one: Service) -> tuple[bool, bool, int]:
        is_late = one.urgency_hours > support_request.urgency_hours
        most = one.terms.converted(lambda price: rates.convert(price, support_request.currency)).most
        return one.layer is not category.layer, is_late, most.minor

    sold: defaultdict[int, list[Service]] = defaultdict(list)
    for service in services.services_in_niche(session, category.niche_id, category.service_kind):
        sold[service.provider_id].append(service)
    return {one: theirs[0] if len(theirs) == 1 else min(theirs, key=rank) for one, theirs in sold.items()}


def _candidate(
    support_request: SupportRequest,
    provider: Provider,
    service: Service,
    hours: Mapping[int, Hours],
    facts: _Facts,
    now: datetime,
) -> Candidate:
    certified = [credential for member in provider.workers for credential in facts.certified(member)]
    release = support_request.release
    for_release = [one for one in certified if release is None or one.is_for(release)]
    openings = [moment for one in hours.values() if (moment := next_open(one, now)) is not None]
    zone = ZoneInfo(support_request.zone)
    return Candidate(
        provider_id=provider.id,
        name=provider.name,
        service_id=service.id,
        terms=service.terms.converted(lambda price: facts.rates.convert(price, support_request.currency)),
        language_level=_best_level(provider, support_request),
        layer=service.layer,
        niche=service.niche.names,
        certified_until=max((one.valid_until.date() for one in for_release or certified), default=None),
        is_for_release=bool(for_release),
        open_jobs=facts.open_jobs.get(provider.id, 0),
        capacity=provider.capacity,
        daily_capacity=provider.daily_capacity,
        taken_today=facts.taken_today.get(provider.id, 0),
        overlap_hours=max((overlap_hours([one], zone, now) for one in hours.values()), default=0.0),
        next_open=min(openings, default=None),
        figures=provider.figures,
        solved_for_customer=facts.solved.get(provider.id, 0),
        was_asked=provider.id in facts.asked,
        can_be_paid=provider.id in facts.payable,
        urgency_hours=service.urgency_hours,
        accepts_cover=provider.accepts_cover,
        is_on_break=provider.on_break_until(now) is not None,
        is_free_then=any(
            is_free_for(support_request, one, service, facts.occupied.diary(one.id, hours[one.id]), now)
            for one in provider.workers
            if facts.certified(one)
        ),
    )


def _masters(provider: Provider, support_request: SupportRequest, least: Cefr | None) -> bool:
    level = _best_level(provider, support_request)
    return least is None or (level is not None and level >= least)


def _best_level(provider: Provider, support_request: SupportRequest) -> Cefr | None:
    language, medium = support_request.language, _medium(support_request)
    known = [getattr(one, medium) for each in provider.workers for one in each.languages if one.language == language]
    return max((one for one in known if one is not None), default=None)


def _medium(support_request: SupportRequest) -> Medium:
    """Tell how the language of a request is used: sessions are spoken, all else is written."""
    return Medium.SPOKEN if support_request.service_kind is ServiceKind.SESSION else Medium.WRITTEN


def strips(session: Session, provider_ids: Collection[int], now: datetime) -> dict[int, HoursStrip]:
    """Draw the working hours of providers on the reader's day."""
    hours = availability.hours_by_provider(session, provider_ids, around=now.date())
    return {provider_id: hours_strip(hours[provider_id], reader().zone, now) for provider_id in provider_ids}
