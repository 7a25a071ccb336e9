"""Where words lead: to providers by what is written of them, and to niches, languages and countries by their names."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from providers.directory.rules.columns import Mask, Small, Whole
from providers.directory.rules.words import AskedWord

_AFTER_ALL = "\U0010ffff"


class WordIndex:
    """The words of a segment, in order, each with the rows in which it stands."""

    def __init__(self, words: Sequence[str], owner: Small, code: Small) -> None:
        """Turn rows with words into words with rows.

        Args:
            words: all that there are.
            owner: a row, once or more often for each of its words.
            code: the place of the word among them all.
        """
        order = np.argsort(code, kind="stable")
        self._owners = owner[order]
        self._first = np.searchsorted(code[order], np.arange(len(words) + 1)).astype(np.int64)
        by_name = sorted(range(len(words)), key=words.__getitem__)
        self._names = [words[place] for place in by_name]
        self._codes = np.array(by_name, dtype=np.int64)

    def owners(self, word: AskedWord, providers: int) -> Mask:
        """Tell which of so many rows a word stands in."""
        found = np.zeros(providers, dtype=bool)
        for code in self._meant(word):
            found[self._owners[self._first[code] : self._first[code + 1]]] = True
        return found

    def _meant(self, word: AskedWord) -> Whole:
        first, last = (bisect_left(self._names, end) for end in (word.prefix, word.prefix + _AFTER_ALL))
        places = set(range(first, last))
        for stem in word.stems:
            at = bisect_left(self._names, stem)
            if at < len(self._names) and self._names[at] == stem:
                places.add(at)
        return self._codes[sorted(places)]


Names = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words in the names of niches, by slug, and of languages and countries, by code."""

    of_niches: Names
    of_languages: Names
    of_countries: Names

    def niches(self, word: AskedWord) -> frozenset[str]:
        """List the slugs of the niches that a word can mean."""
        return _meant(self.of_niches, word)

    def languages(self, word: AskedWord) -> frozenset[str]:
        """List the codes of the languages that a word can mean."""
        return _meant(self.of_languages, word)

    def countries(self, word: AskedWord) -> frozenset[str]:
        """List the codes of the countries that a word can mean."""
        return _meant(self.of_countries, word)


@dataclass(frozen=True, slots=True)
class Words:
    """All words by which providers of a segment are found."""

    written: WordIndex
    lexicon: Lexicon


def _meant(names: Names, word: AskedWord) -> frozenset[str]:
    return frozenset(code for code, words in names.items() if word.is_in(words))
