"""Who of a segment meets what is asked.

Conditions become masks over the rows, which are brought together; a facet is counted over the rows that meet all other
conditions.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from providers.directory.rules.cards import Condition, Filters, conditions
from providers.directory.rules.columns import CEFR, KINDS, LAYERS, PARTNER_LEVELS, Mask, Small, Use, Whole
from providers.directory.rules.lexicon import Words
from providers.directory.rules.prices import NOT_SOLD
from providers.directory.rules.segment import Offers, Segment, Selection, among, owners
from providers.directory.rules.view import View
from providers.profiles.rules import Cefr

Levels: TypeAlias = NDArray[np.int8]


class Matches:
    """Who of a segment meets what is asked."""

    def __init__(self, segment: Segment, is_current: Mask, view: View, filters: Filters, words: Words | None) -> None:
        """Work out each condition on its own.

        Args:
            segment: the providers.
            is_current: whose rows are not outdated.
            view: hours and prices for the reader.
            filters: what is asked.
            words: those of names and profiles, and of niches, languages and countries; none unless they are asked.
        """
        self.segment, self.view, self.filters, self.words = segment, view, filters, words
        self._is_current = is_current
        asked = conditions(filters)
        self._of_services = [one for one in asked if one in _OF_SERVICES]
        self._of_providers = {one: _OF_PROVIDERS[one](self) for one in asked if one in _OF_PROVIDERS}
        self._meeting: dict[Condition | None, Selection] = {}
        self._providers: dict[Condition | None, Selection] = {}
        self._fitting: dict[Condition | None, Offers] = {}

    def meeting(self, without: Condition | None = None) -> Selection:
        """Tell who meets all conditions, but for one that is not looked at."""
        if without in self._of_services and len(self._of_services) > 1:
            return self._once(without, lambda: owners(self.segment, self.fitting(without).sellers))
        if without in self._of_services or not self._of_services:
            return self._as_providers(without)
        if without in self._of_providers:
            return self._once(without, lambda: self._as_providers(without).mask & self._sellers)
        return self._once(None, lambda: owners(self.segment, self.fitting().sellers))

    def _once(self, without: Condition | None, find: Callable[[], Mask]) -> Selection:
        if without not in self._meeting:
            self._meeting[without] = Selection(self.segment, find())
        return self._meeting[without]

    def _as_providers(self, without: Condition | None) -> Selection:
        """Tell who meets all that is asked of providers, whatever they sell, but for one condition."""
        kept = without if without in self._of_providers else None
        if kept not in self._providers:
            found = self._is_current.copy()
            for condition, mask in self._of_providers.items():
                if condition is not kept:
                    found &= mask
            self._providers[kept] = Selection(self.segment, found)
        return self._providers[kept]

    @cached_property
    def _sellers(self) -> Mask:
        """Tell who sells a service that is all that is asked for."""
        by_niche = self.segment.by_niche
        if Condition.NICHE not in self._of_services:
            return self._owners(np.arange(len(self.segment.columns.services.owner)), self._of_services)
        if len(self._of_services) > 1 or not self.view.prices.is_complete:
            return self._owners(np.concatenate([by_niche.rows(one) for one in self.filters.niches]), self._of_services)
        return reduce(np.logical_or, [by_niche.has(one) for one in self.filters.niches])

    def _owners(self, services: Whole, conditions: Collection[Condition]) -> Mask:
        return owners(self.segment, self.segment.columns.services.owner.take(self._kept(services, conditions)))

    def _kept(self, services: Whole, conditions: Collection[Condition]) -> Whole:
        """Keep of some services, in the right niches, those that can be had and are all that is asked for."""
        if not self.view.prices.is_complete:
            services = services[self.view.price_of(services) != NOT_SOLD]
        for condition in conditions:
            if condition is not Condition.NICHE:
                services = services[_OF_SERVICES[condition](self, services)]
        return services

    def asks_of_services(self, without: Condition | None) -> bool:
        """Tell whether anything is asked of a service, but for one condition, or not all of them can be had."""
        return any(one is not without for one in self._of_services) or not self.view.prices.is_complete

    def fitting(self, without: Condition | None = None) -> Offers:
        """List the services that are all that is asked of services, but for one condition.

        They are of those who meet all that is asked of providers, so that each is looked at once for all facets.
        """
        kept = without if without in self._of_services else None
        if kept not in self._fitting:
            asked = [one for one in self._of_services if one is not kept]
            rows = self._kept(self._sold_by(self._as_providers(None), asked), asked)
            self._fitting[kept] = Offers(self.segment.columns.services, rows)
        return self._fitting[kept]

    def _sold_by(self, chosen: Selection, asked: Collection[Condition]) -> Whole:
        """List what some sell in the niches that are asked for."""
        if Condition.NICHE not in asked:
            return chosen.owned(self.segment.columns.services)
        if chosen.are_few:
            rows = chosen.owned(self.segment.columns.services)
            return rows[_in_niche(self, rows)]
        by_niche = self.segment.by_niche
        found = [by_niche.rows(one)[chosen.mask.take(by_niche.owners(one))] for one in self.filters.niches]
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))

    def number_meeting(self, kept: Collection[Condition], use: Use, highest: Cefr) -> int:
        """Count who meets some of the conditions, whatever is asked beside them.

        Args:
            kept: which conditions.
            use: how languages are used, and whether that is proven.
            highest: no language is wanted at a higher level.
        """
        masks = [mask for one, mask in self._of_providers.items() if one in kept and one is not Condition.LANGUAGE]
        if Condition.LANGUAGE in kept:
            masks.append(self.knows(use, highest))
        asked = [one for one in self._of_services if one in kept]
        if asked:
            rows = np.arange(len(self.segment.columns.services.owner))
            masks.append(self._owners(rows[_in_niche(self, rows)] if Condition.NICHE in asked else rows, asked))
        return int(np.count_nonzero(reduce(np.logical_and, masks, self._is_current)))

    @cached_property
    def sells(self) -> Mask:
        """Tell who sells anything."""
        if self.view.prices.is_complete:
            return self.segment.sellers
        return self._owners(np.arange(len(self.segment.columns.services.owner)), ())

    def knows(self, use: Use, highest: Cefr = Cefr.NATIVE) -> Mask:
        """Tell who knows a language that is asked for.

        Args:
            use: how languages are used, and whether that is proven.
            highest: no language is wanted at a higher level.
        """
        least = {word: CEFR.index(min(self.filters.wanted_level(word), highest)) for word in self.filters.languages}
        level_of = self.segment.by_language.level_of
        return reduce(np.logical_or, [level_of(word, use) >= level for word, level in least.items()])

    def best_level(self, rows: Whole, wanted: Mapping[str, Cefr]) -> Levels:
        """Give the best level at which providers know a language that is wanted; -1 for those who do not.

        Args:
            rows: of whom.
            wanted: languages, each with the least level that will do.
        """
        best = np.full(len(rows), -1, dtype=np.int8)
        for word, least in wanted.items():
            level = self.segment.by_language.level_of(word, self.filters.use).take(rows)
            np.maximum(best, level, out=best, where=level >= CEFR.index(least))
        return best

    @property
    def levels(self) -> Small:
        """Give the levels of languages that count: as they are used, and proven if that is asked."""
        return self.segment.columns.languages.levels(self.filters.use)

    @property
    def any_level_counts(self) -> bool:
        """Tell whether whoever has a language knows it in the way that is asked for."""
        return self.filters.use == (None, False)

    def lowest_prices(self, without: Condition | None = None) -> tuple[Whole, Whole]:
        """Tell who among those who meet everything sells what is asked for, and what it costs at least.

        Gives rows, and for each the place of the price among `view.prices.different`.
        """
        if not self.asks_of_services(without):
            rows = self.meeting(without).rows
            lowest = self.view.prices.lowest[rows]
            return rows[lowest >= 0], lowest[lowest >= 0].astype(np.int64)
        offers = self.fitting(without)
        ranks = self.view.prices.rank.take(offers.services.terms.take(offers.rows))
        return offers.owner.take(offers.first), offers.least(ranks)


def _certified(found: Matches) -> Mask:
    tracks = found.segment.columns.tracks
    return owners(found.segment, tracks.owner[among(tracks.words, found.filters.credentials, tracks.code)])


def _certified_for(found: Matches) -> Mask:
    releases = found.segment.columns.releases
    is_asked = np.array([not found.filters.releases.isdisjoint(one) for one in releases.sets], dtype=bool)
    return is_asked[releases.codes]


def _in_country(found: Matches) -> Mask:
    countries = found.segment.columns.countries
    return among(countries.words, found.filters.countries, countries.codes)


def _named(found: Matches) -> Mask:
    """Tell whose names or profile, niches, languages or country have all the words."""
    assert found.words is not None, "words are asked"
    segment, lexicon = found.segment, found.words.lexicon
    columns = segment.columns
    everything = np.ones(len(columns), dtype=bool)
    for word in found.filters.words:
        named = found.words.written.owners(word, len(columns))
        named |= among(columns.countries.words, lexicon.countries(word), columns.countries.codes)
        for language in lexicon.languages(word):
            named[segment.by_language.owners(language)] = True
        for niche in lexicon.niches(word):
            rows = segment.by_niche.rows(niche)
            named[columns.services.owner[rows[found.view.price_of(rows) != NOT_SOLD]]] = True
        everything &= named
    return everything


def _in_niche(found: Matches, rows: Whole) -> Mask:
    services = found.segment.columns.services
    return among(services.words, found.filters.niches, services.code[rows])


def _soon_enough(found: Matches, rows: Whole) -> Mask:
    assert found.filters.urgency_hours is not None, "an urgency is asked"
    is_soon: Mask = found.segment.columns.services.urgency_hours[rows] <= found.filters.urgency_hours
    return is_soon


def _at_most(found: Matches, rows: Whole) -> Mask:
    assert found.filters.price_max is not None, "a price is asked"
    is_cheap = found.view.prices.most <= found.filters.price_max.minor
    return is_cheap.take(found.segment.columns.services.terms[rows])


_OF_PROVIDERS: Mapping[Condition, Callable[[Matches], Mask]] = {
    Condition.LANGUAGE: lambda found: found.knows(found.filters.use),
    Condition.CREDENTIAL: _certified,
    Condition.RELEASE: _certified_for,
    Condition.COUNTRY: _in_country,
    Condition.PARTNER_LEVEL: lambda found: among(
        PARTNER_LEVELS, found.filters.partner_levels, found.segment.columns.level
    ),
    Condition.COVER: lambda found: found.segment.columns.accepts_cover,
    Condition.OVERLAP: lambda found: found.view.shares(found.filters.overlap_hours),
    Condition.OPEN: lambda found: found.view.opens_in <= (found.filters.opens_within or 0),
    Condition.STARS: lambda found: found.segment.columns.stars >= (found.filters.stars_min or 0),
    Condition.TEXT: _named,
}
_OF_SERVICES: Mapping[Condition, Callable[[Matches, Whole], Mask]] = {
    Condition.NICHE: _in_niche,
    Condition.LAYER: lambda found, rows: among(
        LAYERS, found.filters.layers, found.segment.columns.services.layer[rows]
    ),
    Condition.KIND: lambda found, rows: among(KINDS, found.filters.kinds, found.segment.columns.services.kind[rows]),
    Condition.URGENCY: _soon_enough,
    Condition.PRICE: _at_most,
}
