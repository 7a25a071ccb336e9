"""What must always hold of exams; `handrail check` and the worker ask every day."""

from collections import defaultdict
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certification.exams.models import AskedQuestion, Exam, ExamAttempt
from certification.exams.models_of_regrades import PassInDoubt, RegradedAttempt
from certification.exams.rules import GRADED, AttemptState
from certification.exams.rules.doubts import DoubtStatus


def results_that_are_not_the_sum_of_their_marks(session: Session) -> list[str]:
    """List graded attempts whose result is not what their answers have earned."""
    graded = select(ExamAttempt.id, ExamAttempt.earned, ExamAttempt.possible).where(ExamAttempt.state.in_(GRADED))
    marks = select(AskedQuestion.attempt_id, AskedQuestion.mark).where(AskedQuestion.is_scored)
    earned: defaultdict[int, list[Fraction]] = defaultdict(list)
    for attempt_id, mark in session.execute(marks):
        if mark is not None:
            earned[attempt_id].append(Fraction(mark))
    sums = {attempt_id: (str(sum(found, Fraction(0))), len(found)) for attempt_id, found in earned.items()}
    return [
        f"attempt {attempt_id}"
        for attempt_id, *result in session.execute(graded.order_by(ExamAttempt.id))
        if tuple(result) != sums.get(attempt_id)
    ]


def attempts_that_ask_nothing(session: Session) -> list[str]:
    """List attempts without a question that is scored, or whose questions are not numbered from 1 without a gap."""
    counted = func.count(AskedQuestion.id)
    scored = func.count(AskedQuestion.id).filter(AskedQuestion.is_scored)
    numbered = (
        select(ExamAttempt.id)
        .join(AskedQuestion, AskedQuestion.attempt_id == ExamAttempt.id, isouter=True)
        .group_by(ExamAttempt.id)
        .having((scored == 0) | (func.max(AskedQuestion.position) != counted))
    )
    return [f"attempt {attempt_id}" for attempt_id in session.scalars(numbered)]


def outcomes_that_do_not_follow_from_their_marks(session: Session) -> list[str]:
    """List graded attempts that are passed with too few marks, or failed with enough."""
    columns = select(ExamAttempt.id, ExamAttempt.state, ExamAttempt.earned, ExamAttempt.possible, Exam.pass_percent)
    graded = columns.join(ExamAttempt.exam).where(ExamAttempt.state.in_(GRADED)).order_by(ExamAttempt.id)
    return [
        f"attempt {attempt_id}"
        for attempt_id, state, earned, possible, percent in session.execute(graded)
        if (state is AttemptState.PASSED) != (100 * Fraction(earned or 0) >= percent * (possible or 1))
    ]


def doubts_about_what_is_no_pass(session: Session) -> list[str]:
    """List passes in doubt that wait for a decision, though their attempt is no pass."""
    joined = select(PassInDoubt.id).join(PassInDoubt.regraded).join(RegradedAttempt.attempt)
    is_open = PassInDoubt.status == DoubtStatus.OPEN
    broken = joined.where(is_open, ExamAttempt.state != AttemptState.PASSED).order_by(PassInDoubt.id)
    return [f"doubt {doubt_id}" for doubt_id in session.scalars(broken)]


CHECKS = (
    results_that_are_not_the_sum_of_their_marks,
    attempts_that_ask_nothing,
    outcomes_that_do_not_follow_from_their_marks,
    doubts_about_what_is_no_pass,
)
