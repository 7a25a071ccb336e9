"""A provider as the list knows it, and what somebody may ask of the list."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _l
from marketplace.tariffs.rules import PartnerLevel
from providers.directory.rules.words import AskedWord
from providers.profiles.rules import Cefr, Figures
from providers.profiles.rules.speech import Medium, Speech
from providers.services.rules import ANY_URGENCY, Terms, say_urgency

MAX_OVERLAP_HOURS = 8  # The reader's office day, 09:00 to 17:00.


@dataclass(frozen=True, slots=True)
class Offering:
    """A service that can be had: somebody at the provider is certified for its niche."""

    niche: str
    layer: Layer
    terms: Terms  # In the reader's currency.
    urgency_hours: int = ANY_URGENCY

    @property
    def price(self) -> Money:
        """The most that a customer pays: what services of all kinds are compared by."""
        return self.terms.most

    @property
    def urgency(self) -> str:
        """Within how many hours there is a first answer, in words; empty if it does not say."""
        return say_urgency(self.urgency_hours)


@dataclass(frozen=True, slots=True)
class Card:
    """What the list knows of a provider. What one of its members can do, the provider can.

    `words` are those by which it is found, where that is asked; `overlap_hours` and `offerings` are in the reader's
    zone and currency. `opens_in` counts the hours until somebody works: 0 while somebody does, infinitely many when
    nobody will.
    """

    provider_id: int
    country: str
    level: PartnerLevel
    languages: Mapping[str, Speech]
    offerings: tuple[Offering, ...]
    tracks: frozenset[str]
    releases: frozenset[str]  # For which somebody is certified, by their keys.
    next_open: datetime | None
    opens_in: float
    overlap_hours: float
    figures: Figures
    created_at: datetime
    accepts_cover: bool = True
    break_until: datetime | None = None  # Until then it takes no jobs.
    words: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Tell whether somebody works now."""
        return self.opens_in <= 0

    @property
    def niches(self) -> list[str]:
        """The niches in which something can be had, in the vendor's order."""
        return list(dict.fromkeys(offering.niche for offering in self.offerings))


class Sort(StrEnum):
    """In which order the list stands."""

    BEST = "best"
    SOONEST = "soonest"
    PRICE = "price"
    SATISFACTION = "satisfaction"
    NEWEST = "newest"

    @property
    def label(self) -> LazyText:
        """The order in words."""
        return SORT_LABELS[self]


SORT_LABELS = {
    Sort.BEST: _l("Best match"),
    Sort.SOONEST: _l("Open soonest"),
    Sort.PRICE: _l("Lowest price"),
    Sort.SATISFACTION: _l("Most satisfied customers"),
    Sort.NEWEST: _l("Newest here"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list. Any of what one condition lists will do; all conditions must hold.

    A language without a level of its own is wanted at `level`; `medium` is how it is used, None for what they know
    better, and `is_proven` asks for proof.
    """

    languages: Mapping[str, Cefr | None] = field(default_factory=dict)
    level: Cefr = Cefr.A1
    medium: Medium | None = None
    is_proven: bool = False
    niches: frozenset[str] = frozenset()
    layers: frozenset[Layer] = frozenset()
    kinds: frozenset[ServiceKind] = frozenset()
    urgency_hours: int | None = None  # Within so many a first answer is needed.
    credentials: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    partner_levels: frozenset[PartnerLevel] = frozenset()
    accepts_cover: bool = False  # Whether that is asked; all those who do not are not asked for by anybody.
    overlap_hours: int = 0
    opens_within: int | None = None  # Hours; 0 means now.
    stars_min: float | None = None
    price_max: Money | None = None
    words: tuple[AskedWord, ...] = ()
    sort: Sort = Sort.BEST

    @property
    def use(self) -> tuple[Medium | None, bool]:
        """Tell how languages are used, and whether they must be proven."""
        return self.medium, self.is_proven

    @property
    def highest_level(self) -> Cefr:
        """Tell the highest level at which a language is wanted; at least one is."""
        return max(map(self.wanted_level, self.languages))

    def wanted_level(self, language: str) -> Cefr:
        """Tell how well a language must be spoken."""
        return self.languages.get(language) or self.level


ANYBODY = Filters()


class Condition(StrEnum):
    """A condition, by the name under which it is asked."""

    LANGUAGE = "language"
    NICHE = "niche"
    LAYER = "layer"
    KIND = "kind"
    URGENCY = "urgency"
    CREDENTIAL = "credential"
    RELEASE = "release"
    COUNTRY = "country"
    PARTNER_LEVEL = "partner_level"
    COVER = "cover"
    OVERLAP = "overlap"
    OPEN = "open"
    STARS = "stars"
    PRICE = "price_max"
    TEXT = "q"


_FIELD: Mapping[Condition, str] = {
    Condition.LANGUAGE: "languages",
    Condition.NICHE: "niches",
    Condition.LAYER: "layers",
    Condition.KIND: "kinds",
    Condition.URGENCY: "urgency_hours",
    Condition.CREDENTIAL: "credentials",
    Condition.RELEASE: "releases",
    Condition.COUNTRY: "countries",
    Condition.PARTNER_LEVEL: "partner_levels",
    Condition.COVER: "accepts_cover",
    Condition.OVERLAP: "overlap_hours",
    Condition.OPEN: "opens_within",
    Condition.STARS: "stars_min",
    Condition.PRICE: "price_max",
    Condition.TEXT: "words",
}


def without(filters: Filters, condition: Condition) -> Filters:
    """Drop one condition."""
    dropped: dict[str, Any] = {_FIELD[condition]: getattr(ANYBODY, _FIELD[condition])}
    return replace(filters, **dropped)


def conditions(filters: Filters) -> list[Condition]:
    """List the conditions that are set."""
    return [one for one, name in _FIELD.items() if getattr(filters, name) != getattr(ANYBODY, name)]


def meets(card: Card, filters: Filters) -> bool:
    """Tell whether a provider meets all conditions."""
    return (
        (not filters.languages or any(_speaks(card, code, filters) for code in filters.languages))
        and (not filters.credentials or not filters.credentials.isdisjoint(card.tracks))
        and (not filters.releases or not filters.releases.isdisjoint(card.releases))
        and (not filters.countries or card.country in filters.countries)
        and (not filters.partner_levels or card.level in filters.partner_levels)
        and (card.accepts_cover or not filters.accepts_cover)
        and card.overlap_hours >= filters.overlap_hours
        and (filters.opens_within is None or card.opens_in <= filters.opens_within)
        and (filters.stars_min is None or (card.figures.stars or 0) >= filters.stars_min)
        and all(word.is_in(card.words) for word in filters.words)
        and (not asks_for_service(filters) or bool(fitting(card, filters)))
    )


def _speaks(card: Card, language: str, filters: Filters) -> bool:
    known = card.languages.get(language, Speech()).at(filters.medium, is_proven=filters.is_proven)
    return known is not None and known >= filters.wanted_level(language)


def asks_for_service(filters: Filters) -> bool:
    """Tell whether something is asked of what a provider sells."""
    is_limited = filters.urgency_hours is not None or filters.price_max is not None
    return bool(filters.niches or filters.layers or filters.kinds or is_limited)


def fitting(card: Card, filters: Filters) -> list[Offering]:
    """List what a provider sells of what is asked for, at or below the price: one service must be all of it."""
    return [
        offering
        for offering in card.offerings
        if (not filters.niches or offering.niche in filters.niches)
        and (not filters.layers or offering.layer in filters.layers)
        and (not filters.kinds or offering.terms.kind in filters.kinds)
        and (filters.urgency_hours is None or offering.urgency_hours <= filters.urgency_hours)
        and (filters.price_max is None or offering.price <= filters.price_max)
    ]


def cheapest(card: Card, filters: Filters) -> Offering | None:
    """Find what costs least of what is asked for; None if nothing can be had."""
    return min(fitting(card, filters), key=lambda offering: offering.price, default=None)


def price_from(card: Card, filters: Filters) -> Money | None:
    """Tell the lowest price of what is asked for; None if nothing can be had."""
    found = cheapest(card, filters)
    return found.price if found else None
