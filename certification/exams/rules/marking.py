"""What an attempt is worth: its score, whether it is passed, and how each topic went."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from marketplace.kernel.translate import LazyText, _l

LEAST_FOR_A_BAND = 3  # Fewer questions say nothing about a topic, and much about a question.
STRONG, FAIR = Fraction(4, 5), Fraction(3, 5)


class Band(StrEnum):
    """How a topic went."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    UNKNOWN = "unknown"

    @property
    def label(self) -> LazyText:
        """The band in words."""
        return BAND_LABELS[self]


BAND_LABELS = {
    Band.STRONG: _l("Strong"),
    Band.FAIR: _l("Fair"),
    Band.WEAK: _l("Needs work"),
    Band.UNKNOWN: _l("Too few questions to say"),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A question that was asked; its mark is a share of the whole, and None as long as a person has to give it."""

    topic: str
    is_scored: bool
    mark: Fraction | None


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt is worth.

    Attributes:
        earned: marks, of those that are scored; exact.
        possible: so many could be earned.
        is_passed: whether the share reaches the pass mark.
    """

    earned: Fraction
    possible: int
    is_passed: bool

    @property
    def percent(self) -> int:
        """The score, rounded down: a score that is shown as the pass mark is passed."""
        return floor(100 * self.earned / self.possible)


def is_marked(questions: Sequence[Marked]) -> bool:
    """Tell whether no person has to mark anything any more that counts."""
    return all(one.mark is not None for one in questions if one.is_scored)


def result(questions: Sequence[Marked], *, pass_percent: int) -> Result:
    """Work out an attempt of which all is marked; each question is worth the same.

    Args:
        questions: that were asked; some are scored.
        pass_percent: 1 to 100.
    """
    marks = [one.mark for one in questions if one.is_scored and one.mark is not None]
    assert marks, "an attempt in which nothing is scored cannot be marked"
    earned = sum(marks, Fraction(0))
    return Result(earned, len(marks), 100 * earned >= pass_percent * len(marks))


def bands(questions: Sequence[Marked]) -> dict[str, Band]:
    """Tell how each topic went, by the first part of its path; what is not scored is left out."""
    by_topic: defaultdict[str, list[Fraction]] = defaultdict(list)
    for one in questions:
        if one.is_scored and one.mark is not None:
            by_topic[first_of(one.topic)].append(one.mark)
    return {topic: _band(marks) for topic, marks in sorted(by_topic.items())}


def first_of(topic: str) -> str:
    """Give the first part of the path of a topic."""
    return topic.replace("//", "\0").split("/")[0].replace("\0", "/")


def _band(marks: Sequence[Fraction]) -> Band:
    if len(marks) < LEAST_FOR_A_BAND:
        return Band.UNKNOWN
    share = sum(marks, Fraction(0)) / len(marks)
    return Band.STRONG if share >= STRONG else Band.FAIR if share >= FAIR else Band.WEAK
