"""What the marks of many attempts say about the questions, and about the exam as a whole.

The formulas are those of Moodle's quiz statistics (docs.moodle.org/dev, "Quiz statistics calculations"), so that its
users can compare. All variances and covariances are over S - 1. What the marks can't tell is None: never a guess.

Where each attempt has a draw of its own, a question is only in some of the attempts. Its marks are then held against
the rest of the attempts that it was in. Moodle holds them against the whole, question included, which can turn the
sign. Alpha and the weights are told of a fixed form alone: of a draw they would be about places, not about questions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Marks: TypeAlias = NDArray[np.float64]

LEAST_FOR_SKEWNESS = 3  # Attempts.
LEAST_FOR_KURTOSIS = 4
LEAST_FOR_ALPHA = 3
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What the marks say about one question.

    Attributes:
        name: of the question.
        max_mark: the most that can be got for it.
        answers: in how many attempts it was.
        facility: the mean mark as a share of the most, 0 to 1; None if there is nothing to get.
        sd: standard deviation of the marks; None of a single answer.
        discrimination_index: correlation of the marks with the rest of the attempt, in percent.
        discriminative_efficiency: how much of the covariance with the rest is there that could be, in percent.
        effective_weight: its part in what sets attempts apart, in percent; None if it works against the others.
        is_against_the_others: whether those who do well otherwise do worse here.
    """

    name: str
    max_mark: float
    answers: int
    facility: float | None
    sd: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    effective_weight: float | None
    is_against_the_others: bool


@dataclass(frozen=True, slots=True)
class ExamFigures:
    """What the marks say about the exam.

    Attributes:
        attempts: how many.
        mean, median, sd: of the sums of marks; the median of an even number is between the two in the middle.
        skewness, kurtosis: of the sums, by k-statistics; 0 and 0 of a normal distribution.
        alpha: Cronbach's alpha in percent, also called coefficient of internal consistency; it may be negative.
        error_ratio: how much of the spread is chance, in percent.
        standard_error: of the sum of one attempt, in marks.
    """

    attempts: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the marks say about an exam and each of its questions."""

    exam: ExamFigures
    items: list[ItemFigures]


@dataclass(frozen=True, slots=True)
class Column:
    """The marks of one question.

    Attributes:
        places: of the attempts that it was in, counted from 0.
        marks: what it was worth in each of them.
        is_scored: whether the mark counts in the sum of the attempt; on trial it does not.
    """

    places: NDArray[np.intp]
    marks: Marks
    is_scored: NDArray[np.bool_]


def analyse(names: Sequence[str], max_marks: Sequence[float], marks: Marks) -> Figures:
    """Work out what marks say; 1,000 questions in 100,000 attempts take some seconds.

    Args:
        names: of the questions.
        max_marks: the most that can be got for each.
        marks: one row for each attempt, one column for each question; NaN where a question was not in an attempt.
    """
    assert marks.shape[1:] == (len(names),) == (len(max_marks),), (marks.shape, len(names), len(max_marks))
    is_fixed = not any(np.isnan(column).any() for column in marks.T)
    totals = np.zeros(len(marks))
    for column in marks.T:  # One after the other: a copy of all of them would need as much memory again.
        totals += column if is_fixed else np.nan_to_num(column)
    found = [_spread_in(column, totals) for column in marks.T]
    return _figures(names, max_marks, found, totals, is_fixed=is_fixed)


def analyse_columns(
    names: Sequence[str], max_marks: Sequence[float], columns: Sequence[Column], attempts: int
) -> Figures:
    """Work out what marks say of which most cells would be empty, or of which some are not scored.

    What is not scored is held against the whole attempts, of which it is no part; it has no weight in them.

    Args:
        names: of the questions.
        max_marks: the most that can be got for each.
        columns: their marks.
        attempts: how many there are.
    """
    totals = sums(columns, attempts)
    found = [_spread(one.marks, rests(one, totals), is_part=bool(one.is_scored.any())) for one in columns]
    is_fixed = all(len(one.marks) == attempts and one.is_scored.all() for one in columns if one.is_scored.any())
    return _figures(names, max_marks, found, totals, is_fixed=is_fixed)


def sums(columns: Sequence[Column], attempts: int) -> Marks:
    """Add up the marks of each attempt that are scored."""
    totals = np.zeros(attempts)
    for one in columns:
        totals[one.places] += np.where(one.is_scored, one.marks, 0)
    return totals


def rests(column: Column, totals: Marks) -> Marks:
    """Give the sums of the attempts that a question was in, without its own mark."""
    rest: Marks = totals[column.places] - np.where(column.is_scored, column.marks, 0)
    return rest


def _figures(
    names: Sequence[str], max_marks: Sequence[float], found: Sequence["_Spread"], totals: Marks, *, is_fixed: bool
) -> Figures:
    roots = [one.root for one in found]
    whole = sum(root for root in roots if root is not None) if is_fixed else 0
    items = [
        _item(name, float(most), one, weight=None if root is None or not whole else 100 * root / whole)
        for name, most, one, root in zip(names, max_marks, found, roots, strict=True)
    ]
    return Figures(_exam(totals, [one for one in found if one.is_part] if is_fixed else []), items)


@dataclass(frozen=True, slots=True)
class _Spread:
    """How the marks of a question vary, alone and with the rest of the attempts that it was in; None of too few."""

    answers: int
    mean: float | None
    own: float | None
    of_rest: float | None
    together: float | None
    together_at_most: float | None  # If the best marks came with the best rests.
    is_part: bool  # Whether it counts in the sums.

    @property
    def with_whole(self) -> float | None:
        """The covariance with the whole attempts."""
        if self.together is None or self.own is None:
            return None
        return self.together + (self.own if self.is_part else 0)

    @property
    def root(self) -> float | None:
        """What the question adds to the spread of the attempts; None if it adds none, or works against the others."""
        if not self.is_part or self.with_whole is None or self.with_whole < 0:
            return None
        return math.sqrt(self.with_whole)


def _spread_in(column: Marks, totals: Marks) -> _Spread:
    is_in = ~np.isnan(column)
    x = column[is_in]
    return _spread(x, totals[is_in] - x, is_part=True)


def _spread(x: Marks, rest: Marks, *, is_part: bool) -> _Spread:
    return _Spread(
        answers=len(x),
        mean=float(x.mean()) if len(x) else None,
        own=_covariance(x, x),
        of_rest=_covariance(rest, rest),
        together=_covariance(x, rest),
        together_at_most=_covariance(np.sort(x), np.sort(rest)),
        is_part=is_part,
    )


def _item(name: str, most: float, found: _Spread, *, weight: float | None) -> ItemFigures:
    together, at_most = found.together, found.together_at_most
    spreads = (found.own or 0) * (found.of_rest or 0)
    return ItemFigures(
        name=name,
        max_mark=most,
        answers=found.answers,
        facility=found.mean / most if found.mean is not None and most else None,
        sd=None if found.own is None else math.sqrt(found.own),
        discrimination_index=100 * together / math.sqrt(spreads) if together is not None and spreads else None,
        discriminative_efficiency=100 * together / at_most if together is not None and at_most else None,
        effective_weight=weight,
        is_against_the_others=(found.with_whole or 0) < 0,
    )


def _exam(totals: Marks, fixed: Sequence[_Spread]) -> ExamFigures:
    spread = _covariance(totals, totals)
    sd = None if spread is None else math.sqrt(spread)
    alpha = _alpha(fixed, spread, len(totals))
    error_ratio = None if alpha is None else 100 * math.sqrt(max(0.0, 1 - alpha / 100))
    return ExamFigures(
        attempts=len(totals),
        mean=float(totals.mean()) if len(totals) else None,
        median=float(np.median(totals)) if len(totals) else None,
        sd=sd,
        skewness=_skewness(totals),
        kurtosis=_kurtosis(totals),
        alpha=alpha,
        error_ratio=error_ratio,
        standard_error=None if error_ratio is None or sd is None else error_ratio / 100 * sd,
    )


def _alpha(fixed: Sequence[_Spread], spread: float | None, attempts: int) -> float | None:
    """Cronbach's alpha (Psychometrika 16, 1951): over all questions, also those without a mark to get."""
    questions = len(fixed)
    if attempts < LEAST_FOR_ALPHA or questions < 2 or not spread:  # noqa: PLR2004 -- One has nothing to agree with.
        return None
    spreads = sum(one.own or 0 for one in fixed)
    return 100 * questions / (questions - 1) * (1 - spreads / spread)


def _skewness(totals: Marks) -> float | None:
    s = len(totals)
    if s < LEAST_FOR_SKEWNESS or not _varies(totals):
        return None
    k2, k3 = s * _moment(totals, 2) / (s - 1), s**2 * _moment(totals, 3) / ((s - 1) * (s - 2))
    return float(k3 / k2**1.5)


def _kurtosis(totals: Marks) -> float | None:
    s = len(totals)
    if s < LEAST_FOR_KURTOSIS or not _varies(totals):
        return None
    m2 = _moment(totals, 2)
    k2 = s * m2 / (s - 1)
    k4 = s**2 * ((s + 1) * _moment(totals, 4) - 3 * (s - 1) * m2**2) / ((s - 1) * (s - 2) * (s - 3))
    return float(k4 / k2**2)


def _varies(marks: Marks) -> bool:
    """Tell whether numbers differ by more than what adding them up in another order can make of them."""
    low, high = float(marks.min()), float(marks.max())
    return high - low > _ROUNDING * max(1.0, abs(low), abs(high))


def _moment(totals: Marks, power: int) -> float:
    return float(((totals - totals.mean()) ** power).mean())


def _covariance(one: Marks, other: Marks) -> float | None:
    """Give the covariance over S - 1; None of fewer than two."""
    if len(one) < 2:  # noqa: PLR2004 -- One alone does not vary.
        return None
    if not (_varies(one) and _varies(other)):
        return 0.0
    products = (one - one.mean()) * (other - other.mean())
    return float(products.sum()) / (len(one) - 1)  # Added up in pairs, which keeps more digits than a dot product.
