"""What the attempts at an exam say about it and its questions: read in few statements, and worked out.

Counted are attempts that were graded and do count, of each person the first one at an edition: what somebody has
learned from the first says nothing about the questions. How often a question was shown is counted over all attempts.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, String, Subquery, and_, cast, func, select
from sqlalchemy.orm import Session, joinedload

from certification.banks.kinds import Response
from certification.banks.models import Question, QuestionVersion
from certification.exams.models import AskedQuestion, Exam, ExamAttempt
from certification.exams.rules import GRADED, AttemptState, Figures, ItemFigures
from certification.exams.rules.judging import LATELY_DAYS, LEAST_ANSWERS, Evidence, badness, told, told_item
from certification.exams.rules.marking import first_of
from certification.exams.rules.options import Chosen, chosen, guess, options_of
from certification.exams.rules.statistics import Column, Marks, analyse_columns, rests, sums

MOST = 1.0  # Every question is worth the same.


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers to a question that count: the marks, and what was answered to which version."""

    question_id: int
    column: Column
    version_ids: list[int]
    responses: list[Response]


@dataclass(frozen=True, slots=True)
class Counted:
    """The attempts that count.

    Attributes:
        attempts: how many.
        passed: how many of them.
        answers: by question.
    """

    attempts: int
    passed: int
    answers: list[Answers]

    @property
    def columns(self) -> list[Column]:
        """The marks by question."""
        return [one.column for one in self.answers]

    @property
    def totals(self) -> Marks:
        """What each attempt has earned."""
        return sums(self.columns, self.attempts)

    def figures(self, names: Sequence[str]) -> Figures:
        """Work out what the marks say, without what too few of them make of chance."""
        most = [MOST] * len(self.answers)
        return told(analyse_columns(names, most, self.columns, self.attempts))


@dataclass(frozen=True, slots=True)
class Topic:
    """How the questions about a topic were answered; without a share if that was too rarely."""

    name: str
    questions: int
    answers: int
    facility: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of an exam; the worst questions first."""

    counted: Counted
    figures: Figures
    questions: list[tuple[Question, Evidence]]
    topics: list[Topic]


def report(session: Session, exam_id: int, now: datetime) -> Report:
    """Tell all that attempts at an edition say."""
    counted = count(session, [exam_id])
    questions = {one.id: one for one in session.scalars(_questions([one.question_id for one in counted.answers]))}
    figures = counted.figures([questions[one.question_id].name for one in counted.answers])
    versions = _versions(session, {version_id for one in counted.answers for version_id in one.version_ids})
    totals, shown = counted.totals, _shown(session, exam_id, now)
    found = [
        (questions[one.question_id], _evidence(one, item, versions, totals, *shown[one.question_id]))
        for one, item in zip(counted.answers, figures.items, strict=True)
    ]
    worst_first = sorted(found, key=lambda one: (*badness(one[1]), one[0].id))
    return Report(counted, figures, worst_first, _topics(counted, questions))


def _topics(counted: Counted, questions: Mapping[int, Question]) -> list[Topic]:
    """Tell how each topic went, by the first part of its path."""
    by_topic: defaultdict[str, list[Marks]] = defaultdict(list)
    for one in counted.answers:
        by_topic[first_of(questions[one.question_id].topic)].append(one.column.marks)
    return [_topic(name, marks) for name, marks in sorted(by_topic.items())]


def _topic(name: str, marks: Sequence[Marks]) -> Topic:
    given = np.concatenate(marks)
    return Topic(name, len(marks), len(given), float(given.mean()) if len(given) >= LEAST_ANSWERS else None)


def marks_of(session: Session, exam_id: int) -> Figures:
    """Work out what marks say about an edition and its questions."""
    counted = count(session, [exam_id])
    names = {one.id: one.name for one in session.scalars(_questions([one.question_id for one in counted.answers]))}
    return counted.figures([names[one.question_id] for one in counted.answers])


def _questions(question_ids: Collection[int]) -> Select[Question]:
    return select(Question).where(Question.id.in_(question_ids))


def count(session: Session, exam_ids: Collection[int]) -> Counted:
    """Read the attempts that count at one or several editions."""
    first = _first_attempts(exam_ids)
    attempts = session.execute(select(first.c.id, first.c.state).order_by(first.c.id)).all()
    wanted = select(
        AskedQuestion.question_id,
        AskedQuestion.attempt_id,
        AskedQuestion.version_id,
        AskedQuestion.is_scored,
        AskedQuestion.mark,
        cast(AskedQuestion.response, String),
    )
    marked = wanted.join(first, first.c.id == AskedQuestion.attempt_id).where(AskedQuestion.mark.is_not(None))
    rows = session.execute(marked.order_by(AskedQuestion.question_id, AskedQuestion.attempt_id))
    ids = np.array([one.id for one in attempts], dtype=np.int64)
    answers = [_answers(question_id, list(group), ids) for question_id, group in groupby(rows, key=itemgetter(0))]
    return Counted(len(attempts), sum(one.state == AttemptState.PASSED for one in attempts), answers)


def _first_attempts(exam_ids: Collection[int]) -> Subquery:
    """Find the first attempt of each person at an edition that was graded; one that was voided does not count."""
    in_order = func.row_number().over(
        partition_by=(ExamAttempt.exam_id, ExamAttempt.person_id), order_by=(ExamAttempt.started_at, ExamAttempt.id)
    )
    columns = (ExamAttempt.id, ExamAttempt.exam_id, ExamAttempt.state, ExamAttempt.earned, in_order.label("place"))
    graded = select(*columns).where(ExamAttempt.exam_id.in_(exam_ids), ExamAttempt.state.in_(GRADED)).subquery()
    return select(graded).where(graded.c.place == 1).subquery()


def _answers(question_id: int, rows: Sequence[Any], ids: NDArray[np.int64]) -> Answers:
    _question_ids, attempt_ids, version_ids, is_scored, marks, responses = zip(*rows, strict=True)
    column = Column(
        np.searchsorted(ids, attempt_ids),
        np.array([_mark(one) for one in marks]),
        np.array(is_scored, dtype=bool),
    )
    return Answers(question_id, column, list(version_ids), [_response(one) for one in responses])


@lru_cache(maxsize=4096)
def _mark(written: str) -> float:
    return float(Fraction(written))


@lru_cache(maxsize=4096)
def _response(written: str) -> Response:
    return tuple(json.loads(written))


def _versions(session: Session, version_ids: Collection[int]) -> dict[int, QuestionVersion]:
    return {one.id: one for one in session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(version_ids)))}


def _shown(session: Session, exam_id: int, now: datetime) -> dict[int, tuple[int, float | None]]:
    """Count in how many attempts each question was asked, and in which share of the last ones it was scored.

    One on trial is meant to be asked often: there are few of them at a time.
    """
    is_late = ExamAttempt.started_at >= now - timedelta(days=LATELY_DAYS)
    lately = session.scalar(select(func.count()).where(ExamAttempt.exam_id == exam_id, is_late)) or 0
    is_scored_late = and_(is_late, AskedQuestion.is_scored)
    columns = (AskedQuestion.question_id, func.count(), func.count().filter(is_scored_late))
    counted = (
        select(*columns)
        .join(AskedQuestion.attempt)
        .where(ExamAttempt.exam_id == exam_id)
        .group_by(AskedQuestion.question_id)
    )
    return {
        question_id: (all_of_them, late / lately if lately >= LEAST_ANSWERS else None)
        for question_id, all_of_them, late in session.execute(counted)
    }


def _evidence(
    answers: Answers,
    figures: ItemFigures,
    versions: dict[int, QuestionVersion],
    totals: Marks,
    shown: int,
    shown_lately: float | None,
) -> Evidence:
    latest = max((versions[one] for one in answers.version_ids), key=lambda one: one.number)
    choices = _choices(answers, latest, versions, rests(answers.column, totals))
    return Evidence(figures, guess(latest.content), choices, shown, shown_lately)


def _choices(
    answers: Answers, latest: QuestionVersion, versions: dict[int, QuestionVersion], rest: Marks
) -> list[Chosen]:
    """Tell what was chosen in the latest version that was answered, and in those before it with the same options."""
    options = options_of(latest.content)
    if not options:
        return []
    alike = {one for one in set(answers.version_ids) if options_of(versions[one].content) == options}
    is_alike = [one in alike for one in answers.version_ids]
    responses = [one for one, counts in zip(answers.responses, is_alike, strict=True) if counts]
    return chosen(options, responses, rest[np.array(is_alike)]) if len(responses) >= LEAST_ANSWERS else []


@dataclass(frozen=True, slots=True)
class Performance:
    """What attempts at one edition say about a question."""

    exam: Exam
    figures: ItemFigures
    shown: int


def performances(session: Session, question_id: int) -> Iterator[Performance]:
    """Tell what each edition that has asked a question says about it, the last one first."""
    asked = select(ExamAttempt.exam_id, func.count()).join(AskedQuestion, AskedQuestion.attempt_id == ExamAttempt.id)
    counted = session.execute(asked.where(AskedQuestion.question_id == question_id).group_by(ExamAttempt.exam_id))
    shown = {exam_id: times for exam_id, times in counted}  # noqa: C416 - mypy takes no rows for pairs
    first = _first_attempts(shown)
    rows = select(first.c.exam_id, AskedQuestion.mark, AskedQuestion.is_scored, first.c.earned)
    joined = rows.join(first, first.c.id == AskedQuestion.attempt_id)
    marked = joined.where(AskedQuestion.question_id == question_id, AskedQuestion.mark.is_not(None))
    found = session.execute(marked.order_by(first.c.exam_id, first.c.id))
    by_exam = {exam_id: list(group) for exam_id, group in groupby(found, key=itemgetter(0))}
    exams = select(Exam).where(Exam.id.in_(shown)).options(joinedload(Exam.track)).order_by(Exam.id.desc())
    for exam in session.scalars(exams):
        yield Performance(exam, _item(by_exam.get(exam.id, [])), shown[exam.id])


def _item(rows: Sequence[Any]) -> ItemFigures:
    """Work out one question alone: the sums of the attempts are known."""
    places = np.arange(len(rows))
    own = np.array([_mark(one.mark) for one in rows])
    is_scored = np.array([one.is_scored for one in rows], dtype=bool)
    rest = np.array([_mark(one.earned) for one in rows]) - np.where(is_scored, own, 0)
    columns = [Column(places, own, is_scored), Column(places, rest, np.ones(len(rows), dtype=bool))]
    return told_item(analyse_columns(["", ""], [MOST, MOST], columns, len(rows)).items[0])
