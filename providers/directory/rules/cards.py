"""A provider as the list knows it, and what somebody may ask of the list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from marketplace.catalogue.rules import Layer
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _l
from providers.profiles.rules import Cefr, Figures
from providers.services.rules import Terms

MAX_OVERLAP_HOURS = 8  # The reader's office day, 09:00 to 17:00.


@dataclass(frozen=True, slots=True)
class Offering:
    """A service that can be had: somebody at the provider is certified for its niche."""

    niche: str
    layer: Layer
    terms: Terms  # In the reader's currency.

    @property
    def price(self) -> Money:
        """The most that a customer pays: what services of all kinds are compared by."""
        return self.terms.most


@dataclass(frozen=True, slots=True)
class Card:
    """What the list knows of a provider. What one of its members can do, the provider can.

    `text` is folded, see `fold`; `overlap_hours` and `offerings` are in the reader's zone and currency.
    """

    provider_id: int
    text: str
    languages: Mapping[str, Cefr]
    offerings: tuple[Offering, ...]
    tracks: frozenset[str]
    is_open: bool
    next_open: datetime | None
    overlap_hours: float
    figures: Figures
    created_at: datetime

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
    Sort.BEST: _l("Best record"),
    Sort.SOONEST: _l("Open soonest"),
    Sort.PRICE: _l("Lowest price"),
    Sort.SATISFACTION: _l("Most satisfied customers"),
    Sort.NEWEST: _l("Newest here"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list. Any of what one condition lists will do; all conditions must hold.

    A language without a level of its own is wanted at `level`.
    """

    languages: Mapping[str, Cefr | None]
    level: Cefr
    niches: frozenset[str]
    layers: frozenset[Layer]
    credentials: frozenset[str]
    overlap_hours: int
    open_now: bool
    price_max: Money | None
    words: tuple[str, ...]  # Folded.
    sort: Sort

    def wanted_level(self, language: str) -> Cefr:
        """Tell how well a language must be spoken."""
        return self.languages.get(language) or self.level


ANYBODY = Filters({}, Cefr.A1, frozenset(), frozenset(), frozenset(), 0, False, None, (), Sort.BEST)  # noqa: FBT003


class Condition(StrEnum):
    """A condition, by the name under which it is asked."""

    LANGUAGE = "language"
    NICHE = "niche"
    LAYER = "layer"
    CREDENTIAL = "credential"
    OVERLAP = "overlap"
    OPEN = "open"
    PRICE = "price_max"
    TEXT = "q"


def without(filters: Filters, condition: Condition) -> Filters:
    """Drop one condition."""
    return _DROP[condition](filters)


_DROP: Mapping[Condition, Callable[[Filters], Filters]] = {
    Condition.LANGUAGE: lambda filters: replace(filters, languages={}),
    Condition.NICHE: lambda filters: replace(filters, niches=frozenset()),
    Condition.LAYER: lambda filters: replace(filters, layers=frozenset()),
    Condition.CREDENTIAL: lambda filters: replace(filters, credentials=frozenset()),
    Condition.OVERLAP: lambda filters: replace(filters, overlap_hours=0),
    Condition.OPEN: lambda filters: replace(filters, open_now=False),
    Condition.PRICE: lambda filters: replace(filters, price_max=None),
    Condition.TEXT: lambda filters: replace(filters, words=()),
}


def conditions(filters: Filters) -> list[Condition]:
    """List the conditions that are set."""
    return [condition for condition in Condition if without(filters, condition) != filters]


def meets(card: Card, filters: Filters) -> bool:
    """Tell whether a provider meets all conditions."""
    return (
        (not filters.languages or any(_speaks(card, code, filters) for code in filters.languages))
        and (not filters.credentials or not filters.credentials.isdisjoint(card.tracks))
        and card.overlap_hours >= filters.overlap_hours
        and (card.is_open or not filters.open_now)
        and all(word in card.text for word in filters.words)
        and (not asks_for_service(filters) or bool(fitting(card, filters)))
    )


def _speaks(card: Card, language: str, filters: Filters) -> bool:
    spoken = card.languages.get(language)
    return spoken is not None and spoken >= filters.wanted_level(language)


def asks_for_service(filters: Filters) -> bool:
    """Tell whether something is asked of what a provider sells."""
    return bool(filters.niches or filters.layers or filters.price_max is not None)


def fitting(card: Card, filters: Filters) -> list[Offering]:
    """List what a provider sells in the niches and layers asked for, at or below the price: one service must be all."""
    return [
        offering
        for offering in card.offerings
        if (not filters.niches or offering.niche in filters.niches)
        and (not filters.layers or offering.layer in filters.layers)
        and (filters.price_max is None or offering.price <= filters.price_max)
    ]


def cheapest(card: Card, filters: Filters) -> Offering | None:
    """Find what costs least of what is asked for; None if nothing can be had."""
    return min(fitting(card, filters), key=lambda offering: offering.price, default=None)


def price_from(card: Card, filters: Filters) -> Money | None:
    """Tell the lowest price of what is asked for; None if nothing can be had."""
    found = cheapest(card, filters)
    return found.price if found else None
