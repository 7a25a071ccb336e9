"""Who is in the list, in which order, how many there would be otherwise, and what to drop when nobody fits."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any

from marketplace.catalogue.rules import Layer
from providers.directory.rules.cards import (
    MAX_OVERLAP_HOURS,
    Card,
    Condition,
    Filters,
    Sort,
    conditions,
    fitting,
    meets,
    price_from,
    without,
)
from providers.profiles.rules import Cefr

OVERLAP_STEPS = (1, 2, 4, 6, MAX_OVERLAP_HOURS)
ROUND_FIGURES = (10, 15, 20, 30, 50, 75)  # Times a power of ten.

Key = tuple[float, ...]
Facets = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A condition to drop, and how many fit without it."""

    condition: Condition
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list; `relax` says what to drop when nobody fits, the most helpful first."""

    cards: Sequence[Card]
    total: int
    facets: Facets
    next_cursor: str | None
    relax: Sequence[Relaxation]


class BrokenCursor(ValueError):
    """A cursor that is not ours, or belongs to another order."""


def find(cards: Sequence[Card], filters: Filters, *, cursor: str | None, limit: int) -> Found:
    """Search the list.

    Args:
        cards: everybody on the list.
        filters: what is asked.
        cursor: where the page before ended; None for the first page.
        limit: how many a page holds.

    Raises:
        BrokenCursor: the cursor is not one that this order gave.
    """
    after = read_cursor(cursor, filters.sort) if cursor else None
    matching = [card for card in cards if meets(card, filters)]
    in_order = sorted((sort_key(card, filters), card) for card in matching)
    rest = [(key, card) for key, card in in_order if after is None or key > after]
    page, is_more = rest[:limit], len(rest) > limit
    return Found(
        cards=[card for _key, card in page],
        total=len(matching),
        facets=facets(cards, filters),
        next_cursor=write_cursor(page[-1][0], filters.sort) if is_more else None,
        relax=[] if matching else relaxations(cards, filters),
    )


# In which order


def sort_key(card: Card, filters: Filters) -> Key:
    """Give what a card is ordered by, small first; the last figure tells any two apart."""
    return (*_KEYS[filters.sort](card, filters), card.provider_id)


def _by_record(card: Card, _filters: Filters) -> Key:
    """Who sells nothing comes last; then satisfaction and kept promises count twice as much as shared hours."""
    record = (
        2 * (card.figures.likely_stars - 1) / 4
        + 2 * card.figures.likely_kept_share
        + min(card.overlap_hours / MAX_OVERLAP_HOURS, 1)
    )
    return (float(not card.offerings), -record)


def _by_opening(card: Card, _filters: Filters) -> Key:
    if card.is_open:
        return (0,)  # Not the moment itself, which is another one on the next page.
    return (card.next_open.timestamp() if card.next_open else inf,)


def _by_price(card: Card, filters: Filters) -> Key:
    price = price_from(card, filters)
    return (price.minor if price else inf,)


_KEYS: Mapping[Sort, Callable[[Card, Filters], Key]] = {
    Sort.BEST: _by_record,
    Sort.SOONEST: _by_opening,
    Sort.PRICE: _by_price,
    Sort.SATISFACTION: lambda card, _filters: (-card.figures.likely_stars,),
    Sort.NEWEST: lambda card, _filters: (-card.created_at.timestamp(),),
}


def write_cursor(key: Key, sort: Sort) -> str:
    """Write down where a page ended."""
    return base64.urlsafe_b64encode(json.dumps([sort, *key]).encode()).decode().rstrip("=")


def read_cursor(cursor: str, sort: Sort) -> Key:
    """Tell where the page before ended, or raise `BrokenCursor`."""
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BrokenCursor(cursor) from error
    if not isinstance(read, list) or read[:1] != [sort] or not all(map(_is_figure, read[1:])):
        raise BrokenCursor(cursor)
    return tuple(read[1:])


def _is_figure(value: Any) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and (isfinite(value) or value == inf)


# How many there would be


def facets(cards: Sequence[Card], filters: Filters) -> Facets:
    """Count, for each value that could be asked, who meets it and all the other conditions."""
    counted = {facet.value: _count(cards, filters, facet) for facet in _VALUES}
    if None in filters.languages.values():  # Otherwise no language is wanted at this level.
        counted["level"] = {
            level.value: sum(meets(card, replace(filters, level=level)) for card in cards) for level in Cefr
        }
    counted[Condition.PRICE] = _count_prices(cards, filters)
    return counted


def _count(cards: Sequence[Card], filters: Filters, facet: Condition) -> dict[str, int]:
    others = without(filters, facet)
    counts = Counter(
        value for card in cards if meets(card, others) for value in set(_VALUES[facet](card, filters, others))
    )
    return {value: counts[value] for value in _KNOWN[facet](cards, filters)}


_Values = Callable[[Card, Filters, Filters], Iterable[str]]

# Which values of a facet a card meets, all other conditions (the third argument) being met.
_VALUES: Mapping[Condition, _Values] = {
    Condition.LANGUAGE: lambda card, filters, _others: [
        code for code, level in card.languages.items() if level >= filters.wanted_level(code)
    ],
    Condition.NICHE: lambda card, _filters, others: [one.niche for one in fitting(card, others)],
    Condition.LAYER: lambda card, _filters, others: [one.layer.value for one in fitting(card, others)],
    Condition.CREDENTIAL: lambda card, _filters, _others: card.tracks,
    Condition.OVERLAP: lambda card, filters, _others: [
        str(hours) for hours in _overlap_steps(filters) if card.overlap_hours >= hours
    ],
    Condition.OPEN: lambda card, _filters, _others: ["now"] if card.is_open else [],
}
# Which values are counted: those that somebody has, and those that are asked.
_KNOWN: Mapping[Condition, Callable[[Sequence[Card], Filters], Iterable[str]]] = {
    Condition.LANGUAGE: lambda cards, filters: sorted(
        {code for card in cards for code in card.languages}.union(filters.languages)
    ),
    Condition.NICHE: lambda cards, filters: sorted({niche for card in cards for niche in card.niches} | filters.niches),
    Condition.LAYER: lambda _cards, _filters: [layer.value for layer in Layer],
    Condition.CREDENTIAL: lambda cards, filters: sorted(
        {track for card in cards for track in card.tracks} | filters.credentials
    ),
    Condition.OVERLAP: lambda _cards, filters: [str(hours) for hours in _overlap_steps(filters)],
    Condition.OPEN: lambda _cards, _filters: ["now"],
}


def _overlap_steps(filters: Filters) -> list[int]:
    return sorted({*OVERLAP_STEPS, filters.overlap_hours} - {0})


def _count_prices(cards: Sequence[Card], filters: Filters) -> dict[str, int]:
    others = without(filters, Condition.PRICE)
    prices = [price for card in cards if meets(card, others) and (price := price_from(card, others)) is not None]
    steps = set(price_steps([offering.price.minor for card in cards for offering in card.offerings]))
    if filters.price_max is not None:
        steps.add(filters.price_max.minor)
    return {str(step): sum(price.minor <= step for price in prices) for step in sorted(steps)}


def price_steps(minors: Sequence[int]) -> list[int]:
    """Choose round amounts between the lowest and the highest price, one at or above the highest included."""
    if not minors:
        return []
    figures = [figure * 10**power for power in range(12) for figure in ROUND_FIGURES]
    last = next(figure for figure in figures if figure >= max(minors))
    return [figure for figure in figures if min(minors) <= figure <= last]


# What to drop


def relaxations(cards: Sequence[Card], filters: Filters) -> list[Relaxation]:
    """List the conditions without any one of which somebody fits, the most helpful first."""
    counts = [
        Relaxation(condition, sum(meets(card, without(filters, condition)) for card in cards))
        for condition in conditions(filters)
    ]
    return sorted((one for one in counts if one.count), key=lambda one: -one.count)
