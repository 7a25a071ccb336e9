"""Writes questions in the site's three languages, each kind in one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from certification.banks.formats import Entry
from certification.banks.kinds import (
    Choice,
    Content,
    Item,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    Pattern,
    Range,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    pair_up,
)
from certification.banks.rules import Difficulty

Words = Mapping[str, str]  # By language.
EASY, MEDIUM, HARD = Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD
RIGHT, NOTHING = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Topic:
    """Where questions stand; `code` begins their numbers."""

    name: str
    code: str

    def ask(self, number: int, name: str, difficulty: Difficulty, content: Content) -> Entry:
        """Put a question into the topic; `number` counts from 1."""
        idnumber = f"{self.code}{number:02}"
        return Entry(name=name, content=content, idnumber=idnumber, topic=self.name, difficulty=difficulty)


def one_of(stem: Words, right: Words, *wrong: Words) -> Content:
    """Ask for the one right answer."""
    graded = [(right, RIGHT), *((words, NOTHING) for words in wrong)]
    return Multichoice(stem=_text(stem), choices=_choices(graded))


def some_of(stem: Words, *, right: tuple[Words, ...], wrong: tuple[Words, ...]) -> Content:
    """Ask for all that is right; whoever chooses everything earns nothing."""
    graded = [(words, RIGHT / len(right)) for words in right] + [(words, -RIGHT / len(wrong)) for words in wrong]
    return Multichoice(stem=_text(stem), choices=_choices(graded), is_single=False)


def is_so(stem: Words, *, is_true: bool) -> Content:
    """Ask whether something is true."""
    return TrueFalse(stem=_text(stem), is_true=is_true)


def in_words(stem: Words, *patterns: Words) -> Content:
    """Ask for a word; `*` in a pattern stands for anything."""
    accepted = tuple(Pattern(f"a{place}", _text(words), RIGHT) for place, words in enumerate(patterns, start=1))
    return ShortAnswer(stem=_text(stem), patterns=accepted)


def in_figures(stem: Words, value: str, tolerance: str = "0") -> Content:
    """Ask for a number."""
    return Numerical(stem=_text(stem), ranges=(Range("n1", Decimal(value), Decimal(tolerance), RIGHT),))


def belongs(stem: Words, *pairs: tuple[Words, Words], misleading: Words) -> Content:
    """Ask what belongs together; one answer belongs to nothing."""
    sides = [(_text(prompt), _text(match)) for prompt, match in pairs]
    made, matches = pair_up([*sides, (Text(), _text(misleading))])
    return Matching(stem=_text(stem), pairs=made, matches=matches)


def in_order(stem: Words, *items: Words) -> Content:
    """Ask for the right order, which is that of the items."""
    return Ordering(
        stem=_text(stem), items=tuple(Item(f"i{place}", _text(words)) for place, words in enumerate(items, start=1))
    )


def _choices(graded: list[tuple[Words, Fraction]]) -> tuple[Choice, ...]:
    return tuple(Choice(f"c{place}", _text(words), grade) for place, (words, grade) in enumerate(graded, start=1))


def _text(words: Words) -> Text:
    return Text(words, TextFormat.PLAIN)
