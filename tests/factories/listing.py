"""Cards as the index reads them: the same facts, column by column."""

from dataclasses import dataclass
from math import inf

import numpy as np

from providers.directory.rules import (
    CEFR,
    KINDS,
    LAYERS,
    PARTNER_LEVELS,
    Alike,
    Coded,
    Columns,
    Lexicon,
    Matches,
    Owned,
    PriceList,
    Segment,
    Sold,
    Spoken,
    View,
    WordIndex,
    Words,
)
from providers.profiles.rules.speech import Medium

NO_NAMES = Lexicon({}, {}, {})


def small(values):
    return np.array(list(values), dtype=np.int32)


def whole(values):
    return np.array(list(values), dtype=np.int64)


def reals(values):
    return np.array(list(values), dtype=np.float64)


def owned(lists):
    """Number the words that each row has, in order of row and number."""
    words = sorted({word for one in lists for word in one})
    pairs = sorted((row, words.index(word)) for row, one in enumerate(lists) for word in one)
    return words, whole(row for row, _code in pairs), small(code for _row, code in pairs)


def alike(sets):
    different = list(dict.fromkeys(sets))
    return Alike(different, small(different.index(one) for one in sets))


def spoken(cards):
    words, owner, code = owned([card.languages for card in cards])
    speeches = [cards[row].languages[words[at]] for row, at in zip(owner, code, strict=True)]
    told = [small(place(one.at(medium, is_proven=False)) for one in speeches) for medium in (None, *Medium)]
    proven = [small(place(one.at(medium, is_proven=True)) for one in speeches) for medium in (None, *Medium)]
    return Spoken(words, owner, code, *told, *proven)


def place(level):
    return -1 if level is None else CEFR.index(level)


def sold(cards):
    words = sorted({one.niche for card in cards for one in card.offerings})
    rows = sorted(
        (row, words.index(one.niche), LAYERS.index(one.layer), KINDS.index(one.terms.kind), one.urgency_hours, number)
        for row, card in enumerate(cards)
        for number, one in enumerate(card.offerings)
    )
    terms = [cards[row].offerings[number].terms for row, *_codes, number in rows]
    owner, *codes, _number = zip(*rows, strict=True) if rows else [()] * 6
    return Sold(words, whole(owner), *map(small, codes), whole(range(len(rows))), terms)


def columns_of(cards):
    """Write cards down in columns; each has a schedule of its own, of which only the number is used."""
    moment = reals(card.break_until.timestamp() if card.break_until else 0 for card in cards)
    opens = reals(card.next_open.timestamp() if card.next_open else inf for card in cards)
    countries = sorted({card.country for card in cards})
    return Columns(
        provider_ids=np.array([card.provider_id for card in cards], dtype=np.int64),
        countries=Coded(countries, small(countries.index(card.country) for card in cards)),
        level=small(PARTNER_LEVELS.index(card.level) for card in cards),
        accepts_cover=np.array([card.accepts_cover for card in cards], dtype=bool),
        created_at=reals(card.created_at.timestamp() for card in cards),
        break_until=moment,
        opens_after_break=np.where(moment > 0, opens, inf),
        stars=reals(card.figures.stars or 0 for card in cards),
        likely_stars=reals(card.figures.likely_stars for card in cards),
        likely_kept_share=reals(card.figures.likely_kept_share for card in cards),
        schedules=[() for _card in cards],
        schedule=whole(range(len(cards))),
        languages=spoken(cards),
        services=sold(cards),
        tracks=Owned(*owned([card.tracks for card in cards])),
        releases=alike([card.releases for card in cards]),
    )


@dataclass(frozen=True)
class Indexed:
    """Cards in one segment, as a reader of euros sees them at a moment."""

    segment: Segment
    view: View
    written: WordIndex

    def matches(self, filters, is_current=None):
        everybody = np.ones(len(self.segment), dtype=bool)
        return Matches(
            self.segment,
            everybody if is_current is None else is_current,
            self.view,
            filters,
            Words(self.written, NO_NAMES),
        )


def indexed(cards, now):
    segment = Segment(columns_of(cards))
    view = View(
        columns=segment.columns,
        rests=segment.rests,
        now=now.timestamp(),
        overlap_minutes=np.array([60 * card.overlap_hours for card in cards], dtype=np.int16),
        opens_at=reals(card.next_open.timestamp() if card.next_open else inf for card in cards),
        prices=segment.prices.on(PriceList("EUR", (("EUR", 1_000_000),))),
        terms_in_use=np.ones(len(segment.columns.services.different_terms), dtype=bool),
    )
    return Indexed(segment, view, WordIndex(*owned([card.words for card in cards])))
