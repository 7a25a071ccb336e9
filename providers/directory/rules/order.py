"""In which order the list stands, and where a page of it ends."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

from providers.directory.rules.cards import ANYBODY, MAX_OVERLAP_HOURS, Filters, Sort
from providers.directory.rules.columns import CEFR, Reals, Whole
from providers.directory.rules.matches import Matches

# Of ten points each: language comes first, then hours, then the rest.
LANGUAGE_WEIGHT, HOURS_WEIGHT, STARS_WEIGHT, PROMISES_WEIGHT = 4, 2, 1, 1
POINTS = 10
MOST = 2.0**53  # Of whole numbers that survive being a float.
LAST = 1000.0  # More than all points together.
MARK_LENGTH = 16


class BrokenCursor(ValueError):
    """A cursor that is not ours, or belongs to another question."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the day by which ties were broken, and the key of the last provider on it."""

    day: int
    rank: float
    turn: int
    provider_id: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """Providers with what they are ordered by, small first: rank, then whose turn it is on a day, then the id."""

    provider_id: Whole
    rank: Reals
    day: int

    @property
    def turn(self) -> Whole:
        """Tell whose turn it is; asked only of those who are tied."""
        return turns(self.provider_id, self.day)

    def take(self, rows: Whole) -> "Ranked":
        """Keep some of them."""
        return Ranked(self.provider_id[rows], self.rank[rows], self.day)

    def after(self, place: Place) -> "Ranked":
        """Keep those that come after a place."""
        tied = np.flatnonzero(self.rank == place.rank)
        ids = self.provider_id[tied]
        turn = turns(ids, self.day)
        later = tied[(turn > place.turn) | ((turn == place.turn) & (ids > place.provider_id))]
        return self.take(np.concatenate([np.flatnonzero(self.rank > place.rank), later]))

    def first(self, limit: int) -> "Ranked":
        """Give the first few in order; the others are never sorted."""
        found = self._least(self.rank, limit)
        if len(found) > limit:
            last = self.rank[found].max()
            is_tied = self.rank[found] == last
            tied = found[is_tied]
            wanted = limit - (len(found) - len(tied))
            found = np.concatenate([found[~is_tied], tied[self._least(self.take(tied).turn, wanted)]])
        kept = self.take(found)
        return kept.take(np.lexsort((kept.provider_id, kept.turn, kept.rank))[:limit])

    @staticmethod
    def _least(values: Reals | Whole, limit: int) -> Whole:
        """List the places of the smallest few, and of all that equal the last of them."""
        if len(values) <= limit:
            return np.arange(len(values))
        return np.flatnonzero(values <= np.partition(values, limit - 1)[limit - 1])


def ranked(found: Matches, sort: Sort, day: int) -> Ranked:
    """Give what those who meet everything are ordered by."""
    rows = found.meeting().rows
    return Ranked(found.segment.columns.provider_ids[rows], _RANKS[sort](found, rows), day)


def turns(provider_ids: Whole, day: int) -> Whole:
    """Shuffle providers anew every day, so that among equals nobody is always first.

    The mixing is that of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014).
    """
    mixed = provider_ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(day)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(32)).astype(np.int64)


def together(parts: Sequence[Ranked]) -> Ranked:
    """Put providers of several segments together."""
    return Ranked(
        np.concatenate([one.provider_id for one in parts]),
        np.concatenate([one.rank for one in parts]),
        parts[0].day,
    )


def day_of(moment: date) -> int:
    """Number the days, for whose turn it is."""
    return moment.toordinal()


# What is small for those who come first


def _by_match(found: Matches, rows: Whole) -> Reals:
    """Who sells nothing comes last, and who is on a break before them; of the others, who has the most points.

    Points are whole, so that small differences count as none and turns are taken.
    """
    columns = found.segment.columns
    wanted = {word: found.filters.wanted_level(word) for word in found.filters.languages}
    spoken = found.best_level(rows, wanted) / (len(CEFR) - 1) if wanted else np.zeros(len(rows))
    shared = np.minimum(found.view.overlap_of(rows) / MAX_OVERLAP_HOURS, 1)
    points = (
        LANGUAGE_WEIGHT * spoken
        + HOURS_WEIGHT * shared
        + STARS_WEIGHT * (columns.likely_stars[rows] - 1) / 4
        + PROMISES_WEIGHT * columns.likely_kept_share[rows]
    )
    sells = found.sells[rows]
    rests = columns.break_until[rows] > 0
    rank: Reals = 2 * LAST * ~sells + LAST * rests - np.floor(POINTS * points)
    return rank


def _by_opening(found: Matches, rows: Whole) -> Reals:
    opening = found.view.opening_of(rows)
    return np.where(opening <= found.view.now, 0, opening)  # Not the moment itself: another one on the next page.


def _by_price(found: Matches, rows: Whole) -> Reals:
    sellers, lowest = found.lowest_prices()
    price = np.full(len(found.segment), np.inf)
    price[sellers] = found.view.prices.different[lowest]
    return price[rows]


_RANKS: Mapping[Sort, Callable[[Matches, Whole], Reals]] = {
    Sort.BEST: _by_match,
    Sort.SOONEST: _by_opening,
    Sort.PRICE: _by_price,
    Sort.SATISFACTION: lambda found, rows: -found.segment.columns.likely_stars[rows],
    Sort.NEWEST: lambda found, rows: -found.segment.columns.created_at[rows],
}


# Cursors


_ASKED = tuple(one.name for one in dataclass_fields(Filters))


def mark_of(filters: Filters, reader: str) -> str:
    """Tell one question from another, whatever the order in which its values were written.

    Args:
        filters: what is asked, the order of the list included.
        reader: for whom hours and prices are worked out.
    """
    told = [(name, _plain(value)) for name in _ASKED if (value := getattr(filters, name)) != getattr(ANYBODY, name)]
    return hashlib.sha256(repr((reader, told)).encode()).hexdigest()[:MARK_LENGTH]


def _plain(asked: Any) -> Any:
    if isinstance(asked, frozenset):
        return sorted(asked)
    if isinstance(asked, Mapping):
        return sorted((word, level or "") for word, level in asked.items())
    return [one.prefix for one in asked] if isinstance(asked, tuple) else asked


def write_cursor(last: Ranked, mark: str, day: int) -> str:
    """Write down where a page ended, of the list that answers a question."""
    rank = float(last.rank[-1])
    key = [mark, day, rank if isfinite(rank) else None, int(last.turn[-1]), int(last.provider_id[-1])]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(cursor: str, mark: str) -> Place:
    """Tell where the page before ended, or raise `BrokenCursor`: another question has another list."""
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BrokenCursor(cursor) from error
    if not isinstance(read, list) or len(read) != len(_KEY) or read[0] != mark:
        raise BrokenCursor(cursor)
    if not all(is_ours(value) for is_ours, value in zip(_KEY, read, strict=True)):
        raise BrokenCursor(cursor)
    _mark, day, rank, turn, provider_id = read
    return Place(day, np.inf if rank is None else rank, turn, provider_id)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST


def _is_rank(value: Any) -> bool:
    is_figure = isinstance(value, float | int) and not isinstance(value, bool)
    return value is None or (is_figure and -MOST < value < MOST)


_KEY: Sequence[Callable[[Any], bool]] = (
    lambda value: isinstance(value, str),
    _is_count,
    _is_rank,
    _is_count,
    _is_count,
)
