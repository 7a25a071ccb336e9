"""What must always hold of banks; `handrail check` and the worker ask every day."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certification.banks.models import Question, QuestionVersion


def questions_whose_versions_have_gaps(session: Session) -> list[str]:
    """List questions whose versions are not numbered from 1 without a gap, or that have none."""
    counted = func.count(QuestionVersion.id)
    numbered = (
        select(Question.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id, isouter=True)
        .group_by(Question.id)
        .having((counted == 0) | (func.max(QuestionVersion.number) != counted))
    )
    return [f"question {question_id}" for question_id in session.scalars(numbered)]


CHECKS = (questions_whose_versions_have_gaps,)
