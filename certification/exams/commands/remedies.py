"""Holding attempts that end to what was decided about their questions while they were in progress."""

from sqlalchemy.orm import Session

from certification.exams import queries_of_regrades as queries
from certification.exams.models import AskedQuestion, ExamAttempt
from certification.exams.models_of_regrades import RegradedAttempt
from certification.exams.rules.dry_runs import carried_mark
from certification.exams.rules.regrading import remedied


def hold_to_remedies(session: Session, attempt: ExamAttempt) -> None:
    """Mark the questions of an attempt that ends as was decided meanwhile about those that were wrong."""
    found = queries.remedies(session, attempt.id)
    for asked in attempt.questions:
        if asked.question_id in found:
            _remedy(attempt, asked, found[asked.question_id])


def _remedy(attempt: ExamAttempt, asked: AskedQuestion, regraded: RegradedAttempt) -> None:
    made = regraded.regrade
    newest = None if made.version is None else made.version.content
    mark, asked.is_scored = remedied(
        made.decision,
        asked.marked.mark,
        carried_mark(tuple(asked.response), newest, asked.version.content),
        was_scored=regraded.was_scored,
        others=sum(one.is_scored for one in attempt.questions if one is not asked),
    )
    asked.mark = None if mark is None else str(mark)
