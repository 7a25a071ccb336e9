"""Grading a question anew after it was found wrong: what an answer is worth then, and what comes of its attempt."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from certification.exams.rules.marking import Result
from certification.exams.rules.states import GRADED, AttemptState
from marketplace.kernel.translate import LazyText, _l

ALL = Fraction(1)


class Remedy(StrEnum):
    """What is done about a question that was wrong."""

    NEWEST_KEY = "newest_key"
    FULL_MARKS = "full_marks"
    LEFT_OUT = "left_out"

    @property
    def label(self) -> LazyText:
        """The remedy in words."""
        return REMEDY_LABELS[self]

    @property
    def explanation(self) -> LazyText:
        """What it does."""
        return REMEDY_EXPLANATIONS[self]


REMEDY_LABELS = {
    Remedy.NEWEST_KEY: _l("Mark the answers by the newest version"),
    Remedy.FULL_MARKS: _l("Give everybody the full mark"),
    Remedy.LEFT_OUT: _l("Leave the question out of the score"),
}
REMEDY_EXPLANATIONS = {
    Remedy.NEWEST_KEY: _l("The question was good, what counted as right was not."),
    Remedy.FULL_MARKS: _l("Nobody could know what was wanted; those who gave no answer get it too."),
    Remedy.LEFT_OUT: _l("As if it had not been asked: the score is a share of the other questions."),
}


class Fallback(StrEnum):
    """What is done about an answer that the newest version can't mark: what was chosen says something else now."""

    FULL_MARKS = "full_marks"
    LEFT_OUT = "left_out"

    @property
    def label(self) -> LazyText:
        """The fallback in words."""
        return FALLBACK_LABELS[self]


FALLBACK_LABELS = {
    Fallback.FULL_MARKS: _l("Give the full mark for it"),
    Fallback.LEFT_OUT: _l("Leave the question out of that score"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What staff decide about a question; a fallback belongs to the newest key, and to nothing else."""

    remedy: Remedy
    fallback: Fallback | None = None

    def __post_init__(self) -> None:
        """Hold the fallback to its remedy."""
        assert (self.remedy is Remedy.NEWEST_KEY) == (self.fallback is not None), self


@dataclass(frozen=True, slots=True)
class Before:
    """A question in an attempt, as it stands.

    Attributes:
        state: of the attempt.
        mark: a share of the whole; None as long as there is none.
        is_scored: whether it counts now.
        was_scored: whether it counted as it was asked: what is on trial never does.
        others: so many other questions of the attempt count.
        earned: marks of the whole attempt; None before it is graded.
        pass_percent: 1 to 100.
    """

    state: AttemptState
    mark: Fraction | None
    is_scored: bool
    was_scored: bool
    others: int
    earned: Fraction | None
    pass_percent: int


@dataclass(frozen=True, slots=True)
class After:
    """What a question is worth in an attempt, and what that makes of the attempt; no result before it is graded."""

    mark: Fraction | None
    is_scored: bool
    result: Result | None

    def brings(self, state: AttemptState) -> bool:
        """Tell whether an attempt in this state is passed by it, and was not before."""
        return state is AttemptState.FAILED and self.result is not None and self.result.is_passed

    def endangers(self, state: AttemptState) -> bool:
        """Tell whether an attempt in this state was passed, and would not be by it."""
        return state is AttemptState.PASSED and self.result is not None and not self.result.is_passed


def remedied(
    decision: Decision, mark: Fraction | None, carried: Fraction | None, *, was_scored: bool, others: int
) -> tuple[Fraction | None, bool]:
    """Give the mark of an answer, and whether its question counts.

    Where nothing else counts in an attempt, a question that is left out brings the full mark instead: a score needs
    something to be a share of.

    Args:
        decision: what staff have decided.
        mark: that there is; None as long as there is none.
        carried: the mark by the newest key; None if that can't mark the answer.
        was_scored: whether the question counted as it was asked.
        others: so many other questions of the attempt count.
    """
    if decision.remedy is Remedy.NEWEST_KEY and carried is not None:
        return carried, was_scored
    if Remedy.LEFT_OUT.value in (decision.remedy.value, decision.fallback) and (others or not was_scored):
        return mark, False
    return ALL, was_scored


def regraded(before: Before, decision: Decision, carried: Fraction | None) -> After:
    """Work out what a decision makes of a question in an attempt; `carried` is the mark by the newest key, if any."""
    mark, is_scored = remedied(decision, before.mark, carried, was_scored=before.was_scored, others=before.others)
    return with_mark(before, mark, is_scored=is_scored)


def with_mark(before: Before, mark: Fraction | None, *, is_scored: bool) -> After:
    """Work out what another mark for a question makes of an attempt."""
    if before.state not in GRADED:
        return After(mark, is_scored, None)
    assert before.earned is not None, "what is graded has marks"
    lost = before.mark if before.is_scored and before.mark is not None else Fraction(0)
    won = mark if is_scored and mark is not None else Fraction(0)
    earned, possible = before.earned - lost + won, before.others + is_scored
    return After(mark, is_scored, Result(earned, possible, 100 * earned >= before.pass_percent * possible))
