"""The list found by looking at everybody, one by one: what the index is held to, in tests and in the benchmark.

Everything is written as it is defined, without regard to speed: who meets what by `meets`, a count by asking for that
value alone, the order by sorting all.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from math import floor, inf

import numpy as np
from sqlalchemy.orm import Session

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.tariffs.rules import PartnerLevel
from providers.directory import queries
from providers.directory.queries import Reader, Snapshot
from providers.directory.rules import (
    CEFR,
    OPEN_NOW,
    Card,
    Condition,
    Facets,
    Filters,
    Sort,
    conditions,
    country_words,
    language_words,
    meets,
    name_words,
    price_from,
    without,
    written_words,
)
from providers.directory.rules.order import (
    HOURS_WEIGHT,
    LANGUAGE_WEIGHT,
    POINTS,
    PROMISES_WEIGHT,
    STARS_WEIGHT,
    day_of,
    turns,
)
from providers.profiles import queries as profiles
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium


def cards(session: Session, reader: Reader, now: datetime) -> list[Card]:
    """Look at everybody on the list."""
    everybody = queries.snapshots(session, profiles.listed_providers(session), reader, now)
    return [replace(one.card, words=_words(one)) for one in everybody]


def _words(found: Snapshot) -> frozenset[str]:
    """Give the words by which a provider is found: of names, profile, kinds of work, languages and the country."""
    provider = found.provider
    names = [provider.name, *(member.person.name for member in provider.workers)]
    written = [(name, "") for name in names] + list(map(reversed, provider.abouts.items()))
    words = {word for text, language in written for word in written_words(text, language)}
    named = [name_words(one.service.niche.names) for one in found.services]
    named += [language_words(code) for code in provider.languages]
    return frozenset(words).union(country_words(provider.country), *named)


def in_order(cards: Sequence[Card], filters: Filters, today: date) -> list[int]:
    """List the ids of all who meet everything, in the order that is asked for."""
    turn = turns(np.array([card.provider_id for card in cards], dtype=np.int64), day_of(today)).tolist()
    keyed = [
        (_rank(card, filters), turn, card.provider_id)
        for card, turn in zip(cards, turn, strict=True)
        if meets(card, filters)
    ]
    return [provider_id for _rank_, _turn, provider_id in sorted(keyed)]


def _rank(card: Card, filters: Filters) -> tuple[float, ...]:
    price = price_from(card, filters)
    opens = card.next_open.timestamp() if card.next_open else inf
    return {
        Sort.BEST: (not card.offerings, card.break_until is not None, -floor(POINTS * _points(card, filters))),
        Sort.SOONEST: (0 if card.is_open else opens,),
        Sort.PRICE: (price.minor if price else inf,),
        Sort.SATISFACTION: (-card.figures.likely_stars,),
        Sort.NEWEST: (-card.created_at.timestamp(),),
    }[filters.sort]


def _points(card: Card, filters: Filters) -> float:
    levels = {
        language: speech.at(filters.medium, is_proven=filters.is_proven) for language, speech in card.languages.items()
    }
    fits = [
        CEFR.index(level)
        for language, level in levels.items()
        if language in filters.languages and level is not None and level >= filters.wanted_level(language)
    ]
    return (
        LANGUAGE_WEIGHT * (max(fits, default=0) / (len(CEFR) - 1))
        + HOURS_WEIGHT * min(card.overlap_hours / 8, 1)
        + STARS_WEIGHT * (card.figures.likely_stars - 1) / 4
        + PROMISES_WEIGHT * card.figures.likely_kept_share
    )


def counts(cards: Sequence[Card], filters: Filters, counted: Facets, currency: str) -> Facets:
    """Count the values that something else has counted, each by asking for it alone; prices are in `currency`."""
    asked = {facet: {value: alone(filters, facet, value, currency) for value in counted[facet]} for facet in counted}
    return {
        facet: {value: sum(meets(card, one) for card in cards) for value, one in values.items()}
        for facet, values in asked.items()
    }


def ways_out(cards: Sequence[Card], filters: Filters, counted: Facets) -> dict[tuple[str, str | None], int]:
    """Count for each change of one parameter who would fit then, if anybody: the nearest step that brings somebody.

    Args:
        cards: everybody.
        filters: what nobody meets.
        counted: the steps that there are; how many each brings is counted here.
    """

    def fitting(changed: Filters) -> int:
        return sum(meets(card, changed) for card in cards)

    changes: dict[str, list[tuple[str | None, Filters]]] = {}
    if filters.languages:
        changes["proven"] = [("no", replace(filters, is_proven=False))] if filters.is_proven else []
        changes["medium"] = [(None, replace(filters, medium=None))] if filters.medium else []
        changes["level"] = [(level, _at_most(filters, level)) for level in reversed(CEFR)]
    for condition in conditions(filters):
        steps = [value for value in counted.get(condition, ()) if _asks_for_less(condition, value, filters)]
        steps.sort(key=_hours_or_figure, reverse=condition in {Condition.OVERLAP, Condition.STARS})
        asked = [(value, alone(filters, condition, value)) for value in steps]
        changes[condition.value] = [*asked, (None, without(filters, condition))]
    brings = {name: [(value, n) for value, one in each if (n := fitting(one))] for name, each in changes.items()}
    return {(name, each[0][0]): each[0][1] for name, each in brings.items() if each}


def without_all(filters: Filters, parameters: Collection[str]) -> Filters:
    """Leave out some parameters, of languages also their level, medium or proof alone."""
    if "level" in parameters:
        filters = _at_most(filters, CEFR[0])
    if "medium" in parameters:
        filters = replace(filters, medium=None)
    if "proven" in parameters:
        filters = replace(filters, is_proven=False)
    return reduce(without, [one for one in Condition if one in parameters], filters)


def _at_most(filters: Filters, level: Cefr) -> Filters:
    own = {word: level if one and one > level else one for word, one in filters.languages.items()}
    return replace(filters, level=min(filters.level, level), languages=own)


def _asks_for_less(condition: Condition, value: str, filters: Filters) -> bool:
    figure = _hours_or_figure(value)
    return {
        Condition.OVERLAP: figure < filters.overlap_hours,
        Condition.STARS: figure < (filters.stars_min or 0),
        Condition.OPEN: filters.opens_within is not None and figure > filters.opens_within,
        Condition.URGENCY: filters.urgency_hours is not None and figure > filters.urgency_hours,
        Condition.PRICE: filters.price_max is not None and figure > filters.price_max.minor,
    }.get(condition, False)


def _hours_or_figure(value: str) -> float:
    try:
        return 0 if value == OPEN_NOW else float(value)
    except ValueError:  # It has no steps.
        return inf


def values_in_use(cards: Sequence[Card], filters: Filters) -> dict[str, set[str]]:
    """List the values of open-ended facets that somebody has who meets all other conditions."""
    found: dict[str, set[str]] = {}
    for facet, everything in {
        Condition.LANGUAGE: {code for card in cards for code in card.languages},
        Condition.NICHE: {niche for card in cards for niche in card.niches},
        Condition.CREDENTIAL: {track for card in cards for track in card.tracks},
        Condition.RELEASE: {release for card in cards for release in card.releases},
        Condition.COUNTRY: {card.country for card in cards},
    }.items():
        asked = {value: alone(filters, facet, value) for value in everything}
        found[facet] = {value for value, one in asked.items() if any(meets(card, one) for card in cards)}
    return found


def alone(filters: Filters, facet: str, value: str, currency: str = "EUR") -> Filters:
    """Ask for one value of a facet in the place of what was asked of it."""
    return {
        Condition.LANGUAGE: lambda: replace(filters, languages={value: filters.languages.get(value)}),
        "level": lambda: replace(filters, level=Cefr(value)),
        "medium": lambda: replace(filters, medium=Medium(value)),
        "proven": lambda: replace(filters, is_proven=True),
        Condition.NICHE: lambda: replace(filters, niches=frozenset({value})),
        Condition.LAYER: lambda: replace(filters, layers=frozenset({Layer(value)})),
        Condition.CREDENTIAL: lambda: replace(filters, credentials=frozenset({value})),
        Condition.RELEASE: lambda: replace(filters, releases=frozenset({value})),
        Condition.COVER: lambda: replace(filters, accepts_cover=True),
        Condition.OVERLAP: lambda: replace(filters, overlap_hours=int(value)),
        Condition.KIND: lambda: replace(filters, kinds=frozenset({ServiceKind(value)})),
        Condition.URGENCY: lambda: replace(filters, urgency_hours=int(value)),
        Condition.COUNTRY: lambda: replace(filters, countries=frozenset({value})),
        Condition.PARTNER_LEVEL: lambda: replace(filters, partner_levels=frozenset({PartnerLevel(value)})),
        Condition.OPEN: lambda: replace(filters, opens_within=0 if value == OPEN_NOW else int(value)),
        Condition.STARS: lambda: replace(filters, stars_min=float(value)),
        Condition.PRICE: lambda: replace(filters, price_max=Money(int(value), currency)),
    }[facet]()
