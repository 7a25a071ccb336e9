"""Reading when guided sessions can begin."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from marketplace.catalogue.models import Category
from marketplace.catalogue.rules import ServiceKind
from marketplace.matching.hosts import occupied
from marketplace.payments import queries as money
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.starts import EARLIEST_START, LATEST_START, TIME_TO_THINK
from providers.availability import queries as availability
from providers.availability.rules import Interval
from providers.profiles import queries as profiles
from providers.profiles.models import Member, Provider
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium
from providers.services import queries as services
from providers.services.models import Service


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of session somebody looks for, and in which language."""

    category: Category
    language: str
    level: Cefr


def wish_of(support_request: SupportRequest) -> Wish:
    """Tell what kind of session a request is for."""
    return Wish(support_request.category, support_request.language, support_request.level)


def free_times(
    session: Session, wish: Wish, within: Interval, now: datetime, *, among: Collection[int] | None = None
) -> list[datetime]:
    """List when somebody who could hold a session is free for it, in order.

    Args:
        session: for reading.
        wish: what kind of session it is.
        within: it begins in this time; as far ahead as sessions are booked.
        now: the present moment.
        among: only these providers, by their ids; None for all.
    """
    sold = _sold(session, wish.category, among)
    providers = _open_for_it(session, sold, now)
    hosts = _hosts(session, wish, providers, now)
    within = Interval(
        max(within.start, now + EARLIEST_START), min(within.end, now + LATEST_START + timedelta.resolution)
    )
    if not hosts or within.start >= within.end:
        return []
    longest = max(_length(sold[member.provider_id]) for member in hosts)
    hours = availability.hours_by_member(session, sorted({one.provider_id for one in hosts}), around=now.date())
    busy = occupied(session, providers, Interval(within.start, within.end + longest))
    found: set[datetime] = set()
    for member in hosts:
        diary = busy.diary(member.id, hours[member.provider_id][member.id])
        found.update(diary.free_starts(within, _length(sold[member.provider_id]), now + TIME_TO_THINK))
    return sorted(found)


def _sold(session: Session, category: Category, among: Collection[int] | None) -> dict[int, Service]:
    """Find what each provider sells of it."""
    if category.service_kind is not ServiceKind.SESSION:
        return {}
    in_niche = services.services_in_niche(session, category.niche_id, category.service_kind)
    fitting = [one for one in in_niche if one.layer is category.layer]
    return {one.provider_id: one for one in fitting if among is None or one.provider_id in among}


def _open_for_it(session: Session, sold: dict[int, Service], now: datetime) -> list[Provider]:
    payable = money.payable(session, list(sold))
    return [
        one
        for one in profiles.providers_by_id(session, list(sold)).values()
        if one.is_listed and one.on_break_until(now) is None and (one.id in payable or not sold[one.id].terms.most)
    ]


def _hosts(session: Session, wish: Wish, providers: Collection[Provider], now: datetime) -> list[Member]:
    """List who speaks the language and is certified."""
    members = [
        one
        for provider in providers
        for one in provider.workers
        if one.masters(wish.language, wish.level, Medium.SPOKEN)
    ]
    held = credentials.credentials_for_new_work(session, [one.person_id for one in members], now)
    niche_id = wish.category.niche_id
    return [one for one in members if any(each.track.niche_id == niche_id for each in held.get(one.person_id, ()))]


def _length(service: Service) -> timedelta:
    assert service.session_minutes is not None, "it is sold as a session"
    return timedelta(minutes=service.session_minutes)
