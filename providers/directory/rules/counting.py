"""How many there would be: of each facet, for each value, who meets it and all the other conditions."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from providers.directory.rules.cards import MAX_OVERLAP_HOURS, Condition, Filters
from providers.directory.rules.columns import CEFR, KINDS, LAYERS, PARTNER_LEVELS, Small, Use, Whole
from providers.directory.rules.matches import Matches
from providers.directory.rules.prices import NOT_SOLD
from providers.directory.rules.segment import NO_ANSWER, Bits
from providers.directory.rules.view import HOUR_MINUTES
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium
from providers.services.rules import URGENCIES_HOURS

OVERLAP_STEPS = (1, 2, 4, 6, MAX_OVERLAP_HOURS)
OPEN_NOW = "now"
OPEN_STEPS = (0, 2, 8, 24)  # Hours; 0 is now.
STARS_STEPS = (4.5, 4.0, 3.0)
ROUND_FIGURES = [figure * 10**power for power in range(12) for figure in (10, 15, 20, 30, 50, 75)]
LEVEL = "level"
MEDIUM = "medium"
PROVEN = "proven"
YES, NO = "yes", "no"

Counts = Mapping[str, int]
Facets = Mapping[str, Counts]


def facets(found: Sequence[Matches], filters: Filters) -> Facets:
    """Count each value that somebody has who meets the other conditions, those that are asked, and all steps."""
    counted: dict[str, Counts] = {
        facet.value: _completed(facet, _summed(count(one) for one in found), filters) for facet, count in _COUNT.items()
    }
    if None in filters.languages.values():  # Otherwise no language is wanted at this level.
        by_level = np.sum([_by_level(one) for one in found], axis=0)
        counted[LEVEL] = {level.value: int(count) for level, count in zip(CEFR, by_level, strict=True)}
    if filters.languages:
        counted[MEDIUM] = {medium.value: speaking(found, (medium, filters.is_proven)) for medium in Medium}
        counted[PROVEN] = {YES: speaking(found, (filters.medium, True))}
    counted[Condition.PRICE] = _by_price(found, filters)
    return counted


def _summed(counts: Iterable[Counts]) -> dict[str, int]:
    """Add up what was counted."""
    found: dict[str, int] = {}
    for one in counts:
        if not found:
            found = dict(one)
            continue
        for value, count in one.items():
            found[value] = found.get(value, 0) + count
    return found


def _completed(facet: Condition, counts: dict[str, int], filters: Filters) -> Counts:
    """Add what is asked, be there nobody; releases, which are few, come in order."""
    for value in _ASKED[facet](filters) if facet in _ASKED else ():
        counts.setdefault(value, 0)
    return dict(sorted(counts.items())) if facet is Condition.RELEASE else counts


_ASKED: Mapping[Condition, Callable[[Filters], Iterable[str]]] = {
    Condition.LANGUAGE: lambda filters: filters.languages,
    Condition.NICHE: lambda filters: filters.niches,
    Condition.CREDENTIAL: lambda filters: filters.credentials,
    Condition.RELEASE: lambda filters: filters.releases,
    Condition.COUNTRY: lambda filters: filters.countries,
}


# One segment


def _by_language(found: Matches) -> Counts:
    spoken, by_language, filters = found.segment.columns.languages, found.segment.by_language, found.filters
    chosen, least, use = found.meeting(Condition.LANGUAGE), CEFR.index(filters.level), filters.use
    any_will_do = not least and found.any_level_counts
    if chosen.are_few:
        rows = chosen.owned(spoken)
        known = rows if any_will_do else rows[found.levels.take(rows) >= least]
        counts = np.bincount(spoken.code.take(known), minlength=len(spoken.words))
    else:
        counts = by_language.count(chosen) if any_will_do else by_language.count_at(chosen, use, least)
    for word, own in filters.languages.items():
        code = by_language.code(word)
        if own is not None and code is not None:
            counts[code] = chosen.count(by_language.level_of(word, use) >= CEFR.index(own))
    return _used(spoken.words, counts)


def _by_level(found: Matches) -> NDArray[np.int64]:
    """Count who would meet the languages at each level; those that are asked at a level of their own keep it."""
    rows = found.meeting(Condition.LANGUAGE).rows
    own = {word: level for word, level in found.filters.languages.items() if level}
    always = found.best_level(rows, own) >= 0
    best = found.best_level(rows, dict.fromkeys(found.filters.languages.keys() - own, CEFR[0]))
    by_best = np.bincount(best[~always] + 1, minlength=len(CEFR) + 1)[1:]
    return np.count_nonzero(always) + np.cumsum(by_best[::-1])[::-1]


def speaking(found: Sequence[Matches], use: Use, highest: Cefr = Cefr.NATIVE) -> int:
    """Count who would meet the languages if they were used, or proven, in this way, and at no level above `highest`."""
    return sum(one.meeting(Condition.LANGUAGE).count(one.knows(use, highest)) for one in found)


def _by_niche(found: Matches) -> Counts:
    services = found.segment.columns.services
    chosen = found.meeting(Condition.NICHE)
    if not chosen.are_few and not found.asks_of_services(Condition.NICHE):
        return _used(services.words, found.segment.by_niche.count(chosen))
    offers = found.fitting(Condition.NICHE)
    niche = services.code.take(offers.rows)
    is_first = np.ones(len(niche), dtype=bool)  # Sorted by both, and each provider counts once for a niche.
    is_first[1:] = (offers.owner[1:] != offers.owner[:-1]) | (niche[1:] != niche[:-1])
    return _by_word(services.words, niche[is_first])


def _by_layer(found: Matches) -> Counts:
    segment = found.segment
    return _by_trait(found, Condition.LAYER, LAYERS, segment.layer_bits, lambda: segment.layers_of)


def _by_kind(found: Matches) -> Counts:
    segment = found.segment
    return _by_trait(found, Condition.KIND, KINDS, segment.kind_bits, lambda: segment.kinds_of)


def _by_trait(
    found: Matches, facet: Condition, words: Sequence[str], of_services: Bits, of_everybody: Callable[[], Bits]
) -> Counts:
    """Count providers by a trait of their services that has few values: each provider is the bits of its own."""
    if found.asks_of_services(facet):
        offers = found.fitting(facet)
        bits = offers.any_of(of_services.take(offers.rows))
    else:
        bits = of_everybody().take(found.meeting(facet).rows)
    alike = np.bincount(bits, minlength=1 << len(words))
    counts = [int(alike[np.arange(len(alike)) & (1 << code) > 0].sum()) for code in range(len(words))]
    return dict(zip(map(str, words), counts, strict=True))


def _by_urgency(found: Matches) -> Counts:
    if found.asks_of_services(Condition.URGENCY):
        offers = found.fitting(Condition.URGENCY)
        soonest = offers.least(offers.services.urgency_hours.take(offers.rows))
    else:
        soonest = found.segment.soonest_of.take(found.meeting(Condition.URGENCY).rows)
    counts = np.cumsum(np.bincount(soonest, minlength=NO_ANSWER + 1)).tolist()
    asked = found.filters.urgency_hours
    steps = sorted({*URGENCIES_HOURS, *([] if asked is None else [asked])})
    return {str(hours): counts[hours] for hours in steps}


def _by_track(found: Matches) -> Counts:
    tracks, chosen = found.segment.columns.tracks, found.meeting(Condition.CREDENTIAL)
    if chosen.are_few:
        return _by_word(tracks.words, tracks.code.take(chosen.owned(tracks)))
    return _used(tracks.words, found.segment.by_track.count(chosen))


def _by_release(found: Matches) -> Counts:
    releases = found.segment.columns.releases
    counts = np.bincount(releases.codes.take(found.meeting(Condition.RELEASE).rows), minlength=len(releases.sets))
    pairs = zip(releases.sets, counts.tolist(), strict=True)
    return _summed(dict.fromkeys(theirs, count) for theirs, count in pairs if count)


def _by_country(found: Matches) -> Counts:
    countries = found.segment.columns.countries
    return _by_word(countries.words, countries.codes.take(found.meeting(Condition.COUNTRY).rows))


def _by_partner_level(found: Matches) -> Counts:
    levels = found.segment.columns.level.take(found.meeting(Condition.PARTNER_LEVEL).rows)
    counts = np.bincount(levels, minlength=len(PARTNER_LEVELS)).tolist()
    return dict(zip(map(str, PARTNER_LEVELS), counts, strict=True))


def _by_cover(found: Matches) -> Counts:
    return {YES: found.meeting(Condition.COVER).count(found.segment.columns.accepts_cover)}


def _by_overlap(found: Matches) -> Counts:
    chosen, shared = found.meeting(Condition.OVERLAP), found.view.shared_minutes
    steps = sorted({*OVERLAP_STEPS, found.filters.overlap_hours} - {0})
    if chosen.are_few:
        theirs = shared.take(chosen.rows)
        return {str(hours): int(np.count_nonzero(theirs >= hours * HOUR_MINUTES)) for hours in steps}
    return {str(hours): chosen.count(shared >= hours * HOUR_MINUTES) for hours in steps}


def _by_opening(found: Matches) -> Counts:
    chosen, view, asked = found.meeting(Condition.OPEN), found.view, found.filters.opens_within
    steps = sorted({*OPEN_STEPS, *([] if asked is None else [asked])})
    if chosen.are_few:
        theirs = view.opens_in_of(chosen.rows)
        return {hours_asked(hours): int(np.count_nonzero(theirs <= hours)) for hours in steps}
    return {hours_asked(hours): chosen.count(view.opens_in <= hours) for hours in steps}


def _by_stars(found: Matches) -> Counts:
    stars = found.segment.columns.stars[found.meeting(Condition.STARS).rows]
    return {stars_asked(least): int(np.count_nonzero(stars >= least)) for least in STARS_STEPS}


_COUNT: Mapping[Condition, Callable[[Matches], Counts]] = {
    Condition.LANGUAGE: _by_language,
    Condition.NICHE: _by_niche,
    Condition.LAYER: _by_layer,
    Condition.KIND: _by_kind,
    Condition.URGENCY: _by_urgency,
    Condition.CREDENTIAL: _by_track,
    Condition.RELEASE: _by_release,
    Condition.COUNTRY: _by_country,
    Condition.PARTNER_LEVEL: _by_partner_level,
    Condition.COVER: _by_cover,
    Condition.OVERLAP: _by_overlap,
    Condition.OPEN: _by_opening,
    Condition.STARS: _by_stars,
}


def _by_word(words: Sequence[str], codes: Small) -> Counts:
    return _used(words, np.bincount(codes))


def _used(words: Sequence[str], counts: Whole) -> Counts:
    used = np.flatnonzero(counts)
    return dict(zip(map(words.__getitem__, used.tolist()), counts[used].tolist(), strict=True))


def hours_asked(hours: int) -> str:
    """Write down within how many hours somebody is to be there, as it is asked."""
    return str(hours) if hours else OPEN_NOW


def stars_asked(stars: float) -> str:
    """Write down how many stars somebody is to have, as it is asked."""
    return f"{stars:g}"


# Prices


def _by_price(found: Sequence[Matches], filters: Filters) -> Counts:
    steps = set(price_steps(_range_of_prices(found)))
    if filters.price_max is not None:
        steps.add(filters.price_max.minor)
    in_order = sorted(steps)
    counts: Whole = np.sum([_at_most(one, in_order) for one in found], axis=0, dtype=np.int64)
    return {str(step): count for step, count in zip(in_order, counts.tolist(), strict=True)}


def _at_most(found: Matches, steps: Sequence[int]) -> Whole:
    """Count who has something for each of some prices or less."""
    _sellers, ranks = found.lowest_prices(Condition.PRICE)
    different = found.view.prices.different
    up_to = np.concatenate([[0], np.cumsum(np.bincount(ranks, minlength=len(different)))])
    return up_to[np.searchsorted(different, steps, side="right")]


def _range_of_prices(found: Sequence[Matches]) -> Sequence[int]:
    """Give the lowest and the highest price that anybody asks for anything."""
    prices = np.concatenate([one.view.prices.most[one.view.terms_in_use] for one in found])
    sold = prices[prices != NOT_SOLD]
    return [int(sold.min()), int(sold.max())] if len(sold) else []


def price_steps(minors: Sequence[int]) -> list[int]:
    """Choose round amounts between the lowest and the highest price, one at or above the highest included."""
    if not minors:
        return []
    least, most = min(minors), max(minors)
    last = next(figure for figure in ROUND_FIGURES if figure >= most)
    return [figure for figure in ROUND_FIGURES if least <= figure <= last]
