"""Reading what judges say about the questions of an exam; only staff may."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from certification.banks import queries as banks
from certification.banks.models import QuestionVersion
from certification.exams import queries
from certification.exams.models import Exam
from certification.exams.models_of_angoff import AngoffEstimate
from certification.exams.rules import ASKED_STATES, pool
from certification.exams.rules.angoff import Estimates, Pool
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.kernel.access import Role


def pools(session: Session, exam: Exam) -> list[Pool]:
    """List the questions that each part of an exam may ask, and how many it does; parts without any are left out."""
    candidates = queries.candidates(session, exam.track.bank_id)
    found = [
        Pool(tuple(one.question_id for one in pool(part, candidates)), part.questions) for part in exam.blueprint
    ]  # fmt: skip
    return [one for one in found if one.questions]


def versions(session: Session, exam: Exam, question_ids: Sequence[int]) -> list[QuestionVersion]:
    """Give some questions of an exam in their latest version, in this order."""
    assert exam.track.bank_id is not None, "it has questions"
    latest = {one.question_id: one for one in banks.latest_versions(session, exam.track.bank_id, ASKED_STATES)}
    return [latest[one] for one in question_ids]


def estimates(session: Session, exam_id: int) -> dict[int, Estimates]:
    """Give what each judge says about the questions of an exam."""
    found: dict[int, dict[int, int]] = {}
    told = select(AngoffEstimate.judge_id, AngoffEstimate.question_id, AngoffEstimate.percent)
    for judge_id, question_id, percent in session.execute(told.filter_by(exam_id=exam_id)):
        found.setdefault(judge_id, {})[question_id] = percent
    return dict(found)


def is_judged(session: Session, exam_id: int) -> bool:
    """Tell whether a judge has said anything about an exam."""
    return session.scalar(select(AngoffEstimate.id).filter_by(exam_id=exam_id).limit(1)) is not None


def judges(session: Session, exam_id: int) -> list[Person]:
    """List who may judge, and who has judged though they may not any more."""
    officers = accounts.officers(session, Role.CERTIFICATION)
    told = select(AngoffEstimate.judge_id).filter_by(exam_id=exam_id)
    others = select(Person).where(Person.id.in_(told), Person.id.not_in([one.id for one in officers]))
    return [*officers, *session.scalars(others.order_by(Person.id))]
