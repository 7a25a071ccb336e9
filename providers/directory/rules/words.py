"""The words by which a provider is found: the same for what is written and for what is asked.

A text becomes a stream of folded words (`fold`: NFKD, no case, no accents). Words of a text in a known language are
brought to their stem (Snowball); scripts that leave no space between words become pairs of characters.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import snowballstemmer

from marketplace.kernel.translate import country_name, language_name, languages, own_name, use_reader
from marketplace.kernel.typography import fold

MAX_WORDS = 12  # Of a question; what comes after is not looked for.
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


def _marks() -> str:
    """List the characters that belong to a word though they are no letters, such as the vowels of Thai."""
    return "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in {"Mn", "Mc"})


_WORD = re.compile(rf"[\w{re.escape(_marks())}]+")
# Chinese and Japanese, Thai, Lao, Khmer and Burmese.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word that is looked for: found at the beginning of a written one, or by one of its stems."""

    prefix: str
    stems: frozenset[str]

    def is_in(self, words: Iterable[str]) -> bool:
        """Tell whether one of some written words is meant."""
        return any(word.startswith(self.prefix) or word in self.stems for word in words)


def written_words(text: str, language: str = "") -> list[str]:
    """Give the words of a text, each as often as it is there.

    Args:
        text: of any length.
        language: BCP 47 code of the language that it is in. In those of the site words are brought to their stems; in
            others, and without one, such as in a name, they stay as they are.
    """
    return [stem(word, language) for word in plain_words(text)]


def stem(word: str, language: str) -> str:
    """Bring a plain word to its stem, if it is of a language of the site."""
    stems = _stems(language)
    return word if stems is None else stems[word]


def asked_words(text: str) -> tuple[AskedWord, ...]:
    """Read what is looked for, as somebody has typed it."""
    known = [stems for code in languages() if (stems := _stems(code)) is not None]
    words = dict.fromkeys(plain_words(text))
    return tuple(AskedWord(word, frozenset(stems[word] for stems in known)) for word in list(words)[:MAX_WORDS])


def name_words(names: Mapping[str, str]) -> frozenset[str]:
    """Give the words of what is named in several languages: as they stand, and by their stems."""
    plain = {word for name in names.values() for word in written_words(name)}
    return frozenset(plain).union(word for language, name in names.items() for word in written_words(name, language))


@cache
def language_words(code: str) -> frozenset[str]:
    """Give the words by which a language is called: in the languages of the site, and in itself."""
    return _words_in_all(lambda: f"{language_name(code)} {own_name(code)}")


@cache
def country_words(code: str) -> frozenset[str]:
    """Give the words by which a country is called, in the languages of the site."""
    return _words_in_all(lambda: country_name(code))


def _words_in_all(name: Callable[[], str]) -> frozenset[str]:
    found: set[str] = set()
    for language in languages():
        with use_reader(language, "UTC"):
            found.update(written_words(name()))
    return frozenset(found)


def plain_words(text: str) -> list[str]:
    """Cut a text into folded words."""
    if text.isascii():
        return _WORD.findall(text.lower())
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        end = 0
        for unspaced in _UNSPACED.finditer(word):
            found += [word[end : unspaced.start()]] if unspaced.start() > end else []
            found += _pairs(unspaced.group())
            end = unspaced.end()
        found += [word[end:]] if end < len(word) else []
    return found


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]


class _Stems(dict[str, str]):
    """The stems of a language's words, each worked out once: stemming costs fifty times as much as looking."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self._stem = snowballstemmer.stemmer(algorithm).stemWord

    def __missing__(self, word: str) -> str:
        stem = sys.intern(fold(self._stem(word)))
        if len(self) < MAX_KNOWN_STEMS:
            self[word] = stem
        return stem


MAX_KNOWN_STEMS = 200_000


@cache
def _stems(language: str) -> _Stems | None:
    known = language in languages() and language.partition("-")[0] in _STEMMERS
    return _Stems(_STEMMERS[language.partition("-")[0]]) if known else None
