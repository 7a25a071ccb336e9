"""Who can do a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from marketplace.catalogue.rules import Layer
from marketplace.kernel.money import Money
from marketplace.kernel.translate import (
    LazyText,
    _l,
)
from marketplace.matching.rules.offers import LATEST_ASKING
from marketplace.support_requests.rules import MAX_URGENCY_HOURS
from providers.profiles.rules import Cefr, Figures
from providers.services.rules import ANY_URGENCY, Terms

LONGEST_WAIT = timedelta(hours=72)  # Whoever is not at work within this is away; a weekend is not.


@dataclass(frozen=True, slots=True)
class Need:
    """What a request asks of a partner."""

    language: str
    level: Cefr
    layer: Layer
    zone: str
    ceiling: Money | None
    starts_at: datetime | None = None  # Of a guided session.
    release: str | None = None  # Of the product, by its name.
    urgency_hours: int = MAX_URGENCY_HOURS  # Within so many the first answer is needed.
    is_covered: bool = False  # The customer pays with support cover.


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a partner when a request is at hand."""

    provider_id: int
    name: str
    service_id: int
    terms: Terms  # In the currency of the request.
    language_level: Cefr | None
    layer: Layer
    niche: Mapping[str, str]  # Its names by language.
    certified_until: date | None
    open_jobs: int
    capacity: int
    overlap_hours: float
    next_open: datetime | None
    figures: Figures
    solved_for_customer: int
    was_asked: bool
    daily_capacity: int | None = None  # So many new jobs a day; None for as many as come.
    taken_today: int = 0  # Within the last 24 hours.
    can_be_paid: bool = True  # In some way.
    urgency_hours: int = ANY_URGENCY  # Within so many the service is answered first.
    accepts_cover: bool = True
    is_on_break: bool = False  # It takes no jobs, whenever they are.
    is_for_release: bool = True  # Certified for the release that the request is about, if it says so.
    is_free_then: bool = True  # Somebody who could hold it works at the start of a session, and is not booked.

    @property
    def price(self) -> Money:
        """The most that the customer pays."""
        return self.terms.most


class Unfit(StrEnum):
    """Why a partner can't do a request, in the order in which it is looked at."""

    LANGUAGE = "language"
    CREDENTIAL = "credential"
    LAYER = "layer"
    URGENCY = "urgency"
    PAYMENT = "payment"
    COVER = "cover"
    BREAK = "break"
    AWAY = "away"
    CAPACITY = "capacity"
    TIME = "time"
    PRICE = "price"
    ASKED = "asked"  # Once, and not taken; nobody is asked twice.

    @property
    def label(self) -> LazyText:
        """The obstacle in words, as customers and staff see it in a gap."""
        return UNFIT_LABELS[self]


UNFIT_LABELS = {
    Unfit.LANGUAGE: _l("nobody speaks the language well enough"),
    Unfit.CREDENTIAL: _l("nobody is certified for this kind of work"),
    Unfit.LAYER: _l("nobody sells help with this layer"),
    Unfit.URGENCY: _l("nobody who could sells an answer so soon"),
    Unfit.PAYMENT: _l("nobody who could has said yet how to be paid"),
    Unfit.COVER: _l("nobody who could takes requests that cover pays for"),
    Unfit.BREAK: _l("everybody who could takes a break"),
    Unfit.AWAY: _l("everybody who could is away"),
    Unfit.CAPACITY: _l("everybody who could is busy"),
    Unfit.TIME: _l("nobody who could is free at that time"),
    Unfit.PRICE: _l("nobody works at or below this price"),
    Unfit.ASKED: _l("everybody who could was asked, and said no or did not answer"),
}


def obstacle(need: Need, candidate: Candidate, now: datetime) -> Unfit | None:
    """Tell why a partner can't do it; None if it can. Language comes first, then skill, time, money and the answer."""
    obstacles = (
        (candidate.language_level is None or candidate.language_level < need.level, Unfit.LANGUAGE),
        (candidate.certified_until is None, Unfit.CREDENTIAL),
        (candidate.layer is not need.layer, Unfit.LAYER),
        (candidate.urgency_hours > need.urgency_hours, Unfit.URGENCY),
        (bool(candidate.price) and not candidate.can_be_paid, Unfit.PAYMENT),
        (need.is_covered and not candidate.accepts_cover, Unfit.COVER),
        (candidate.is_on_break, Unfit.BREAK),
        *(_obstacles_of_now(candidate, now) if need.starts_at is None else _obstacles_of_then(need, candidate, now)),
        (need.ceiling is not None and candidate.price > need.ceiling, Unfit.PRICE),
        (candidate.was_asked, Unfit.ASKED),
    )
    return next((kind for is_so, kind in obstacles if is_so), None)


def _obstacles_of_now(candidate: Candidate, now: datetime) -> tuple[tuple[bool, Unfit], ...]:
    return (
        (candidate.next_open is None or candidate.next_open > now + LONGEST_WAIT, Unfit.AWAY),
        (candidate.open_jobs >= candidate.capacity, Unfit.CAPACITY),
        (candidate.daily_capacity is not None and candidate.taken_today >= candidate.daily_capacity, Unfit.CAPACITY),
        (not candidate.is_free_then, Unfit.TIME),
    )


def _obstacles_of_then(need: Need, candidate: Candidate, now: datetime) -> tuple[tuple[bool, Unfit], ...]:
    """What stands in the way of a session: being away or busy today does not."""
    assert need.starts_at is not None
    return ((not candidate.is_free_then or now > need.starts_at - LATEST_ASKING, Unfit.TIME),)
