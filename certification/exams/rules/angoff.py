"""A pass mark by judges, after Angoff: how many of those who know just enough would get each question right?

Each judge says so for each question, in percent. The cut is the sum, over the questions, of the mean over the judges:
W. H. Angoff, “Scales, norms, and equivalent scores”, in R. L. Thorndike (ed.), Educational Measurement, 2nd edition,
1971. Where an attempt draws from a pool, a question counts by the chance with which it is drawn: the mean of the pool
counts for each question that is asked of it. The judges are a sample of all who could have judged: the standard error
of the cut is their spread divided by the root of their number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt
from statistics import mean, stdev

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l

LEAST_JUDGES = 5  # Fewer say more about themselves than about the exam.
MAX_PERCENT = 100
Estimates = Mapping[int, int]  # Of one judge: percent by question.


class NoCutYet(Conflict):
    """No judge has estimated all questions."""

    message = _l("There is no cut yet: no judge has estimated all questions.")


class OtherCut(Conflict):
    """An estimate has changed since the person looked."""

    message = _l("The estimates have changed since you looked: the cut is another one by now. Look at it again.")


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions of which an attempt draws so many."""

    questions: tuple[int, ...]
    asked: int


@dataclass(frozen=True, slots=True)
class Spread:
    """What several judges say, as a share of the whole.

    Attributes:
        judges: how many.
        mean: exact.
        sd: how far they are apart, over one less than their number; None for a single one.
    """

    judges: int
    mean: Fraction
    sd: float | None

    @property
    def error(self) -> float | None:
        """How far the mean may be off because others could have judged; None for a single judge."""
        return None if self.sd is None else self.sd / sqrt(self.judges)

    @property
    def are_too_few(self) -> bool:
        """Tell whether so few judges decide nothing."""
        return self.judges < LEAST_JUDGES

    @property
    def pass_percent(self) -> int:
        """The mean as a pass mark: whole percent, rounded up, 1 at least."""
        return max(1, ceil(100 * self.mean))


def questions_of(pools: Sequence[Pool]) -> list[int]:
    """List the questions to be estimated, each once."""
    return list(dict.fromkeys(one for pool in pools for one in pool.questions))


def has_judged(pools: Sequence[Pool], estimates: Estimates) -> bool:
    """Tell whether a judge has estimated every question that may be asked, and there is one."""
    wanted = questions_of(pools)
    return bool(wanted) and all(one in estimates for one in wanted)


def cut_of(pools: Sequence[Pool], estimates: Estimates) -> Fraction:
    """Give the share that somebody who knows just enough would reach, by a judge who has estimated all."""
    assert has_judged(pools, estimates), "an estimate is missing"
    reached = sum(
        (pool.asked * Fraction(sum(estimates[one] for one in pool.questions), len(pool.questions)) for pool in pools),
        Fraction(0),
    )
    return reached / (MAX_PERCENT * sum(pool.asked for pool in pools))


def spread(shares: Sequence[Fraction]) -> Spread | None:
    """Put together what several judges say; None if nobody does."""
    if not shares:
        return None
    sd = stdev(map(float, shares)) if len(shares) > 1 else None
    return Spread(len(shares), mean(shares), sd)


def cut(pools: Sequence[Pool], by_judge: Mapping[int, Estimates]) -> Spread | None:
    """Give the cut by all judges who have estimated all; None if there is none."""
    return spread([cut_of(pools, one) for one in by_judge.values() if has_judged(pools, one)])


def about(question_id: int, by_judge: Mapping[int, Estimates]) -> Spread | None:
    """Put together what all judges say about a question; None if nobody has estimated it."""
    return spread([Fraction(one[question_id], MAX_PERCENT) for one in by_judge.values() if question_id in one])
