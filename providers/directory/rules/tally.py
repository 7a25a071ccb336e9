"""Counting words among some providers in one pass, however many there are.

Of a word that many have, every provider is one bit, and 64 are counted at once; of the others, rows are looked at one
by one.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from providers.directory.rules.columns import Mask, Whole

Packed: TypeAlias = NDArray[np.uint64]

MANY = 32  # Going through a word's rows costs as much as counting the bits of so many times as many providers.
_WORD = 64


def packed(mask: Mask) -> Packed:
    """Write a mask as bits, with none set after its end."""
    found = np.zeros(-(-len(mask) // _WORD) * _WORD // 8, dtype=np.uint8)
    bits = np.packbits(mask)
    found[: len(bits)] = bits
    return found.view(np.uint64)


class Tally:
    """Who has which word, ready to be counted among any."""

    def __init__(self, owner: Whole, first: Whole, kept: Mask | None, providers: int) -> None:
        """Go through rows that are sorted by word.

        Args:
            owner: whose each row is.
            first: where the rows of each word begin, and where the last one's end.
            kept: which rows count, no two of one word and owner; None for all.
            providers: so many may own rows.
        """
        sizes = np.diff(first)
        is_many = sizes * MANY > providers
        self._words = len(sizes)
        self._many = np.flatnonzero(is_many)
        self._bits = np.zeros((len(self._many), -(-providers // _WORD)), dtype=np.uint64)
        for place, word in enumerate(self._many):
            part = slice(first[word], first[word + 1])
            mask = np.zeros(providers, dtype=bool)
            mask[owner[part] if kept is None else owner[part][kept[part]]] = True
            self._bits[place] = packed(mask)
        is_rare = np.repeat(~is_many, sizes)
        if kept is not None:
            is_rare &= kept
        self._owner = owner[is_rare]
        code = np.repeat(np.arange(self._words), sizes)[is_rare]
        self._first = np.searchsorted(code, np.arange(self._words))
        self._few = np.flatnonzero(np.diff(self._first, append=len(code)))
        self._first = self._first[self._few]

    def count(self, among: Mask, bits: Packed) -> Whole:
        """Count for each word who has it, of those in a mask that is given in both ways of writing it."""
        counts = np.zeros(self._words, dtype=np.int64)
        counts[self._many] = np.bitwise_count(self._bits & bits).sum(axis=1, dtype=np.int64)
        if len(self._few):
            counts[self._few] = np.add.reduceat(among.take(self._owner), self._first, dtype=np.int32)
        return counts
