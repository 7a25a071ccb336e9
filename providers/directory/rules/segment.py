"""A part of the index: providers in columns, and what is looked up in them again and again.

Few rows are looked at one by one, many in one pass over the whole table.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from providers.directory.rules.columns import Columns, Mask, Owned, Small, Sold, Spoken, Use, Whole, begins
from providers.directory.rules.lexicon import WordIndex
from providers.directory.rules.prices import Prices
from providers.directory.rules.tally import Packed, Tally, packed

Bits: TypeAlias = NDArray[np.uint8]
Values: TypeAlias = NDArray[Any]

NO_ANSWER = 255  # Hours: more than anybody can ask for.
MAX_WORDS = 64  # Niches, and languages in ways to use them, of which what holds for everybody is kept.
MAX_TALLIES = 16  # Of languages: most people ask at one of few levels, and want no proof.
FEW = 32  # Counting over a whole table costs as much as looking at the rows of one provider in so many.


class Segment:
    """Columns, and what is looked up in them again and again.

    `written` are the words of names and profiles, once somebody has looked for words: reading them takes as long as
    all else.
    """

    def __init__(self, columns: Columns) -> None:
        """Index `columns`."""
        self.columns = columns
        self.written: WordIndex | None = None
        self.prices = Prices(columns.services, len(columns))
        self.rests = np.flatnonzero(columns.break_until)
        self.by_language = ByLanguage(columns.languages, len(columns))
        self.by_niche = ByWord(columns.services, len(columns))
        self.by_track = ByWord(columns.tracks, len(columns))
        tables = (columns.languages, columns.services, columns.tracks)
        self._begin = {id(table): _first_rows(table.owner, len(columns)) for table in tables}
        self._count = {table: np.diff(begin) for table, begin in self._begin.items()}

    def __len__(self) -> int:
        """So many providers."""
        return len(self.columns)

    def rows_owned(self, table: Owned, owners: "Selection") -> Whole:
        """List the rows of a table that belong to some providers, in order."""
        if not owners.are_few:
            return np.flatnonzero(owners.mask.take(table.owner))
        first, count = self._begin[id(table)].take(owners.rows), self._count[id(table)].take(owners.rows)
        last = np.cumsum(count)
        rows = np.arange(last[-1] if len(last) else 0)
        rows += np.repeat(first - last + count, count)
        return rows

    @cached_property
    def sellers(self) -> Mask:
        """Tell who sells anything, at whatever price."""
        return owners(self, self.columns.services.owner)

    @cached_property
    def layers_of(self) -> Bits:
        """Give the layers in which providers sell something, each as a bit by its place in `LAYERS`."""
        return self._of_all(self.layer_bits)

    @cached_property
    def kinds_of(self) -> Bits:
        """Give the kinds of what providers sell, each as a bit by its place in `KINDS`."""
        return self._of_all(self.kind_bits)

    @cached_property
    def soonest_of(self) -> Bits:
        """Give within how many hours providers answer what they sell, the soonest of it; `NO_ANSWER` for nothing."""
        services = self.columns.services
        found = np.full(len(self), NO_ANSWER, dtype=np.uint8)
        first = begins(services.owner)
        if len(first):
            found[services.owner[first]] = np.minimum.reduceat(services.urgency_hours, first)
        return found

    @cached_property
    def layer_bits(self) -> Bits:
        """Give the layer of each service, as a bit by its place in `LAYERS`."""
        return np.left_shift(1, self.columns.services.layer).astype(np.uint8)

    @cached_property
    def kind_bits(self) -> Bits:
        """Give the kind of each service, as a bit by its place in `KINDS`."""
        return np.left_shift(1, self.columns.services.kind).astype(np.uint8)

    def _of_all(self, bits: Bits) -> Bits:
        found = np.zeros(len(self), dtype=np.uint8)
        owner = self.columns.services.owner
        first = begins(owner)
        if len(first):
            found[owner[first]] = np.bitwise_or.reduceat(bits, first)
        return found


def _first_rows(values: Whole | Small, count: int) -> Whole:
    """Tell where each of so many numbers begins in a sorted column."""
    return np.searchsorted(values, np.arange(count + 1)).astype(np.int64)


class ByWord:
    """The rows of a table by their word; those of a word are sorted by owner."""

    def __init__(self, table: Owned, providers: int) -> None:
        """Put the rows in order; so many providers own them."""
        self.words, self._providers = table.words, providers
        self._has: dict[str, Mask] = {}
        self._codes = {word: code for code, word in enumerate(table.words)}
        self._rows = np.argsort(table.code, kind="stable")
        self._owner = table.owner[self._rows]
        self._first = _first_rows(table.code[self._rows], len(table.words))

    def code(self, word: str) -> int | None:
        """Tell the place of a word, if it is there."""
        return self._codes.get(word)

    def _part(self, word: str) -> slice:
        code = self.code(word)
        return slice(0, 0) if code is None else slice(self._first[code], self._first[code + 1])

    def rows(self, word: str) -> Whole:
        """List the rows of a word in the table, sorted by owner."""
        return self._rows[self._part(word)]

    def owners(self, word: str) -> Whole:
        """List who has a word, once for each of its rows."""
        return self._owner[self._part(word)]

    def has(self, word: str) -> Mask:
        """Tell who has a word; kept for those that are asked for most, as few are."""
        if word not in self._has:
            if len(self._has) >= MAX_WORDS:
                self._has.clear()
            found = np.zeros(self._providers, dtype=bool)
            found[self.owners(word)] = True
            self._has[word] = found
        return self._has[word]

    @cached_property
    def _is_first(self) -> Mask | None:
        """Tell which rows are the first ones of a word and an owner; None if all are."""
        anew = np.diff(self._owner, prepend=-1) != 0
        anew[self._first[np.flatnonzero(np.diff(self._first))]] = True
        return None if anew.all() else anew

    @cached_property
    def _tally(self) -> Tally:
        return Tally(self._owner, self._first, self._is_first, self._providers)

    def count(self, among: "Selection") -> Whole:
        """Count for each word who has it, of some providers."""
        return self._tally.count(among.mask, among.bits)


class ByLanguage(ByWord):
    """Languages that are known, by their codes."""

    def __init__(self, table: Spoken, providers: int) -> None:
        """Put the rows in order, and the levels with them, once they are asked for."""
        super().__init__(table, providers)
        self._table = table
        self._levels: dict[Use, NDArray[np.int8]] = {}
        self._level_of: dict[tuple[str, Use], NDArray[np.int8]] = {}
        self._tallies: dict[tuple[Use, int], Tally] = {}

    def level(self, use: Use) -> NDArray[np.int8]:
        """Give the levels of all languages, in this order, if they are used in some way."""
        if use not in self._levels:
            self._levels[use] = self._table.levels(use)[self._rows].astype(np.int8)
        return self._levels[use]

    def level_of(self, language: str, use: Use) -> NDArray[np.int8]:
        """Give the level at which each provider knows a language, as a place in `CEFR`; -1 for none.

        Most people ask for one of few languages.
        """
        key = language, use
        if key not in self._level_of:
            if len(self._level_of) >= MAX_WORDS:
                self._level_of.clear()
            known = np.full(self._providers, -1, dtype=np.int8)
            known[self.owners(language)] = self.level(use)[self._part(language)]  # Each provider is there once.
            self._level_of[key] = known
        return self._level_of[key]

    def count_at(self, among: "Selection", use: Use, least: int) -> Whole:
        """Count for each language who knows it, of some providers, if it is used in some way.

        Args:
            among: of whom.
            use: how.
            least: the lowest level that counts, as a place in `CEFR`.
        """
        key = use, least
        if key not in self._tallies:
            if len(self._tallies) >= MAX_TALLIES:
                self._tallies.clear()
            self._tallies[key] = Tally(self._owner, self._first, self.level(use) >= least, self._providers)
        return self._tallies[key].count(among.mask, among.bits)


class Selection:
    """Some providers of a segment."""

    def __init__(self, segment: Segment, mask: Mask) -> None:
        """Select those for whom `mask` is true."""
        self.segment, self.mask = segment, mask
        self._owned: dict[int, Whole] = {}

    @cached_property
    def rows(self) -> Whole:
        """Their rows, in order."""
        return np.flatnonzero(self.mask)

    @cached_property
    def bits(self) -> Packed:
        """Write them as bits."""
        return packed(self.mask)

    @cached_property
    def size(self) -> int:
        """Tell how many they are."""
        return int(np.count_nonzero(self.mask))

    @property
    def are_few(self) -> bool:
        """Tell whether looking at them one by one is less work than going through a whole table."""
        return self.size * FEW < len(self.mask)

    def count(self, others: Mask) -> int:
        """Count those who are among others."""
        return int(np.count_nonzero(self.mask & others))

    def owned(self, table: Owned) -> Whole:
        """List what they have of a table."""
        if id(table) not in self._owned:
            self._owned[id(table)] = self.segment.rows_owned(table, self)
        return self._owned[id(table)]


class Offers:
    """Some services, in the order of their table: by owner and niche."""

    def __init__(self, services: Sold, rows: Whole) -> None:
        """Take rows of the table."""
        self.services, self.rows = services, rows

    @cached_property
    def owner(self) -> Whole:
        """Tell whose each is."""
        owner: Whole = self.services.owner.take(self.rows)
        return owner

    @cached_property
    def first(self) -> Whole:
        """Tell where those of each owner begin."""
        return begins(self.owner)

    @cached_property
    def sellers(self) -> Whole:
        """List whose they are, each once."""
        return self.owner.take(self.first)

    def least(self, values: Values) -> Values:
        """Give the least value of each seller's services."""
        return np.minimum.reduceat(values, self.first) if len(self.rows) else values

    def any_of(self, bits: Bits) -> Bits:
        """Give the bits of each seller's services together."""
        return np.bitwise_or.reduceat(bits, self.first) if len(self.rows) else bits


def among(words: Sequence[str], asked: Collection[str], codes: Small) -> Mask:
    """Tell which codes stand for one of some words."""
    is_asked = np.array([word in asked for word in words], dtype=bool)
    return is_asked[codes] if len(words) else np.zeros(len(codes), dtype=bool)


def owners(segment: Segment, rows: Whole) -> Mask:
    """Tell who is among some rows."""
    found = np.zeros(len(segment), dtype=bool)
    found[rows] = True
    return found
