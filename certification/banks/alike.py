"""Which questions ask nearly the same: how many of their words they share, the long ones counting more."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.kernel.typography import fold

# Measured on the pairs of `tests/certification/banks/test_alike.py`: the same question in other words shares 0.61 and
# more, different questions of one shape share 0.42 and less.
NEARLY_THE_SAME = 0.5
SHOWN = 3
_MARKUP = re.compile(r"<[^>]*>|&\w+;|@@PLUGINFILE@@/\S+")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")  # Without spaces, each sign.


@dataclass(frozen=True, slots=True)
class Alike:
    """A question that says nearly the same; from 0 to 1."""

    question_id: int
    name: str
    likeness: float


def likeness(one: str, other: str) -> float:
    """Tell how much two texts have in common, from 0 to 1; a text without words is like another one without."""
    mine, theirs = _words(one), _words(other)
    return _weight(mine & theirs) / _weight(mine | theirs) if mine | theirs else 1.0


def nearly_the_same(text: str, known: Iterable[tuple[int, str, Mapping[str, str]]]) -> list[Alike]:
    """List the questions that say nearly the same as a text, in whatever language, the likest first.

    Args:
        text: what is asked.
        known: questions by id, with their names and what they ask by language.
    """
    if not _words(text):
        return []
    found = (
        Alike(question_id, name, max((likeness(text, words) for words in said.values()), default=0.0))
        for question_id, name, said in known
    )
    near = (one for one in found if one.likeness >= NEARLY_THE_SAME)
    return sorted(near, key=lambda one: (-one.likeness, one.question_id))[:SHOWN]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(_MARKUP.sub(" ", text))))


def _weight(words: set[str]) -> int:
    """Weigh words by their length: the short ones are those that every question has."""
    return sum(map(len, words))
