"""What is odd about a question, by what it did in attempts; and how sure a share is.

Facility above 95 % is "extremely easy" in Moodle's guide to its report, and an index of discrimination below 20 % is
weak there, below 0 % probably a mistake. A wrong answer to which those are drawn who do better otherwise is the
likeliest sign of a wrong key.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from certification.exams.rules.options import Chosen
from certification.exams.rules.statistics import ExamFigures, Figures, ItemFigures
from marketplace.kernel.translate import LazyText, _l

LEAST_ANSWERS = 30  # With fewer, chance alone moves an index by a fifth (a standard error).
TOO_EASY, TOO_HARD = 0.95, 0.2  # Facility.
WEAK_INDEX = 20.0  # Percent.
SHOWN_TOO_OFTEN = 0.75  # Of the attempts of the last days.
LATELY_DAYS = 90
_Z = 1.959963984540054  # Of 95 %.


class Oddity(StrEnum):
    """What is odd about a question, the worst first."""

    AGAINST = "against"
    DRAWN_TO_WRONG = "drawn_to_wrong"
    TOO_HARD = "too_hard"
    WEAK = "weak"
    TOO_EASY = "too_easy"
    UNCHOSEN = "unchosen"
    EXPOSED = "exposed"

    @property
    def label(self) -> LazyText:
        """The oddity in words."""
        return ODDITY_LABELS[self]

    @property
    def tone(self) -> str:
        """How it is marked."""
        return ODDITY_TONES[self]


ODDITY_LABELS = {
    Oddity.AGAINST: _l("Works against the others"),
    Oddity.DRAWN_TO_WRONG: _l("A wrong answer draws the better ones"),
    Oddity.TOO_HARD: _l("Too hard"),
    Oddity.WEAK: _l("Does not tell good from bad"),
    Oddity.TOO_EASY: _l("Too easy"),
    Oddity.UNCHOSEN: _l("A wrong answer that nobody chooses"),
    Oddity.EXPOSED: _l("Shown too often"),
}
ODDITY_TONES = {
    Oddity.AGAINST: "bad",
    Oddity.DRAWN_TO_WRONG: "bad",
    Oddity.TOO_HARD: "warn",
    Oddity.WEAK: "warn",
    Oddity.TOO_EASY: "warn",
    Oddity.UNCHOSEN: "neutral",
    Oddity.EXPOSED: "neutral",
}
SEVERITY = {oddity: place for place, oddity in enumerate(Oddity)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What attempts say about a question.

    Attributes:
        figures: of its marks; None where there are too few.
        guess: the mark that guessing brings on average; None where nothing can be guessed.
        choices: what was chosen, if there is something to choose.
        shown: in how many attempts it was asked.
        shown_lately: in which share of those of the last days it was asked and scored; None if there were too few.
    """

    figures: ItemFigures
    guess: float | None = None
    choices: Sequence[Chosen] = ()
    shown: int = 0
    shown_lately: float | None = None

    @property
    def is_enough(self) -> bool:
        """Tell whether it was answered often enough to say something."""
        return self.figures.answers >= LEAST_ANSWERS


def oddities(found: Evidence) -> list[Oddity]:
    """Name what is odd about a question, the worst first; of too few answers nothing but how often it is shown."""
    is_shown_too_often = found.shown_lately is not None and found.shown_lately > SHOWN_TOO_OFTEN
    named = _of_marks(found) if found.is_enough else []
    return [*named, Oddity.EXPOSED] if is_shown_too_often else named


def _of_marks(found: Evidence) -> list[Oddity]:
    figures, index = found.figures, found.figures.discrimination_index
    facility = 1.0 if figures.facility is None else figures.facility
    too_hard = TOO_HARD if found.guess is None else max(TOO_HARD, found.guess)
    is_told_apart = index is not None and TOO_HARD < facility < TOO_EASY
    named = {
        Oddity.AGAINST: index is not None and index < 0,
        Oddity.DRAWN_TO_WRONG: any(one.draws_the_better for one in found.choices),
        Oddity.TOO_HARD: facility <= too_hard,
        Oddity.WEAK: is_told_apart and index is not None and 0 <= index < WEAK_INDEX,
        Oddity.TOO_EASY: facility >= TOO_EASY,
        Oddity.UNCHOSEN: any(one.is_never_chosen for one in found.choices),
    }
    return [oddity for oddity, is_so in named.items() if is_so]


def badness(found: Evidence) -> tuple[int, int, float]:
    """Give by what questions are sorted, the worst first: what is odd, how much of it, and how it tells apart."""
    named, index = oddities(found), found.figures.discrimination_index
    worst = SEVERITY[named[0]] if named else len(SEVERITY)
    return worst, -len(named), math.inf if index is None or not found.is_enough else index


def told(figures: Figures) -> Figures:
    """Leave out what too few attempts or answers make of chance."""
    return Figures(
        figures.exam if figures.exam.attempts >= LEAST_ANSWERS else _untold_exam(figures.exam),
        [told_item(one) for one in figures.items],
    )


def told_item(item: ItemFigures) -> ItemFigures:
    """Leave out the figures of a question that was answered too rarely."""
    if item.answers >= LEAST_ANSWERS:
        return item
    return ItemFigures(
        item.name, item.max_mark, item.answers, None, None, None, None, None, is_against_the_others=False
    )


def _untold_exam(exam: ExamFigures) -> ExamFigures:
    return ExamFigures(exam.attempts, None, None, None, None, None, None, None, None)


def interval(successes: int, of: int) -> tuple[float, float] | None:
    """Give between what a share may well lie, at 95 % (E. B. Wilson, JASA 22, 1927); None of nothing."""
    if not of:
        return None
    share, spread = successes / of, _Z**2 / of
    middle = share + spread / 2
    around = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - around) / (1 + spread)), min(1.0, (middle + around) / (1 + spread))
