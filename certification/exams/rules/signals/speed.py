"""Attempts that were far faster than those of others, and good: whoever gives up is fast as well."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

LEAST_ATTEMPTS = 10  # Fewer have no usual time.
FAST_SHARE = 0.25  # Of the usual time; below it, somebody should look.
LEAST_ANSWERS = 5  # Right answers; of fewer nothing follows.
FAST_ANSWERS_SHARE = 0.5  # So many of the right answers came within `FAST_SHARE` of the time usual for their question.


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an attempt took.

    Attributes:
        attempt_id: whose pace it is.
        seconds: from the beginning to the last answer.
        is_good: whether its score is at least that of half of the attempts.
        answers: of each question that was answered, how long after the answer before it, and whether it is right.
    """

    attempt_id: int
    seconds: float
    is_good: bool
    answers: Mapping[int, tuple[float, bool]]


@dataclass(frozen=True, slots=True)
class TooFast:
    """An attempt that was far faster than usual.

    Attributes:
        attempt_id: which.
        seconds: that it took.
        usual_seconds: the median over all attempts.
        fast_answers: right answers that came far faster than usual for their question.
        right_answers: of so many.
    """

    attempt_id: int
    seconds: float
    usual_seconds: float
    fast_answers: int
    right_answers: int


def too_fast(paces: Sequence[Pace]) -> list[TooFast]:
    """Find good attempts that took a fraction of the usual time, as a whole or answer by answer.

    Args:
        paces: of attempts at one edition of an exam: with other minutes or questions the usual time is another one.
    """
    if len(paces) < LEAST_ATTEMPTS:
        return []
    usual = median(one.seconds for one in paces)
    by_question = _usual_by_question(paces)
    return [found for one in paces if one.is_good and (found := _judged(one, usual, by_question)) is not None]


def _usual_by_question(paces: Sequence[Pace]) -> dict[int, float]:
    times: defaultdict[int, list[float]] = defaultdict(list)
    for one in paces:
        for question_id, (seconds, _is_right) in one.answers.items():
            times[question_id].append(seconds)
    return {question_id: median(found) for question_id, found in times.items() if len(found) >= LEAST_ATTEMPTS}


def _judged(pace: Pace, usual: float, by_question: Mapping[int, float]) -> TooFast | None:
    right = [(by_question[one], seconds) for one, (seconds, is_right) in _known(pace, by_question) if is_right]
    fast = sum(seconds < FAST_SHARE * usual_there for usual_there, seconds in right)
    is_fast_by_answers = len(right) >= LEAST_ANSWERS and fast >= FAST_ANSWERS_SHARE * len(right)
    if pace.seconds >= FAST_SHARE * usual and not is_fast_by_answers:
        return None
    return TooFast(pace.attempt_id, pace.seconds, usual, fast, len(right))


def _known(pace: Pace, by_question: Mapping[int, float]) -> list[tuple[int, tuple[float, bool]]]:
    return [(question_id, found) for question_id, found in pace.answers.items() if question_id in by_question]
