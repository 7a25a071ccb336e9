"""Questions that may have got out: shown to many, or known by more and more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean, variance

LATELY = timedelta(days=90)
LEAST_ASKED = 30  # Attempts, lately or before; of fewer nothing follows.
EXPOSED_SHARE = 0.8  # Of the attempts of this time.
LEAST_RISE = 0.15  # Of the mark.
LEAST_Z = 3.29  # Standard errors: once in 2,000 by chance.


@dataclass(frozen=True, slots=True)
class Exposed:
    """A question that most attempts ask."""

    question_id: int
    asked: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Risen:
    """A question that is answered better than before, held against the rest of the attempts.

    Attributes:
        question_id: which.
        before: the mean mark before, 0 to 1.
        lately: the mean mark lately, 0 to 1.
        standard_errors: by so many the difference is above nothing, when better candidates are allowed for.
    """

    question_id: int
    before: float
    lately: float
    standard_errors: float


@dataclass(frozen=True, slots=True)
class _Answer:
    at: datetime
    mark: float
    rest: float


def exposed(attempts: Sequence[tuple[datetime, Mapping[int, float]]], *, drawn: int, now: datetime) -> list[Exposed]:
    """Find questions that nearly everybody was asked lately, though there are others.

    Args:
        attempts: when each was handed in, and its marks by question.
        drawn: how many questions there are to draw from; when all are asked each time, there is nothing to find.
        now: the present moment.
    """
    lately = [marks for at, marks in attempts if at > now - LATELY]
    if len(lately) < LEAST_ASKED or all(len(marks) >= drawn for marks in lately):
        return []
    asked: dict[int, int] = {}
    for marks in lately:
        for question_id in marks:
            asked[question_id] = asked.get(question_id, 0) + 1
    return [Exposed(one, times, len(lately)) for one, times in asked.items() if times > EXPOSED_SHARE * len(lately)]


def risen(attempts: Sequence[tuple[datetime, Mapping[int, float]]], *, now: datetime) -> list[Risen]:
    """Find questions that are answered better lately than before, by more than the candidates have become better.

    The mark of each answer is held against the mean of the rest of its attempt; the means of that difference before and
    lately are compared as Welch does.
    """
    by_question: dict[int, list[_Answer]] = {}
    for at, marks in attempts:
        total = sum(marks.values())
        for question_id, mark in marks.items():
            if len(marks) > 1:
                rest = (total - mark) / (len(marks) - 1)
                by_question.setdefault(question_id, []).append(_Answer(at, mark, rest))
    found = (_rise(question_id, answers, now) for question_id, answers in by_question.items())
    return [one for one in found if one is not None]


def _rise(question_id: int, answers: Sequence[_Answer], now: datetime) -> Risen | None:
    before = [one for one in answers if one.at <= now - LATELY]
    lately = [one for one in answers if one.at > now - LATELY]
    if min(len(before), len(lately)) < LEAST_ASKED:
        return None
    old, new = ([one.mark - one.rest for one in part] for part in (before, lately))
    error = sqrt(variance(old) / len(old) + variance(new) / len(new))
    rise = fmean(new) - fmean(old)
    if rise < LEAST_RISE or rise <= LEAST_Z * error:
        return None
    old_mark, new_mark = (fmean(one.mark for one in part) for part in (before, lately))
    return Risen(question_id, old_mark, new_mark, rise / error if error else LEAST_Z)
