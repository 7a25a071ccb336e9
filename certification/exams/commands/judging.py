"""Finding a pass mark by judges."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from certification.exams import queries
from certification.exams import queries_of_angoff as angoff
from certification.exams.models import Exam
from certification.exams.models_of_angoff import AngoffEstimate
from certification.exams.rules import EXAM_LIFECYCLE, ExamAction
from certification.exams.rules.angoff import NoCutYet, OtherCut, cut, questions_of
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import NotFound


def estimate(
    session: Session, exam_id: int, percents: Mapping[int, int | None], *, judge_id: int, now: datetime
) -> None:
    """Keep what a judge says about some questions of a draft.

    Args:
        session: the transaction in which it is done.
        exam_id: of the draft.
        percents: by question, 0 to 100; None takes an estimate back.
        judge_id: who says so.
        now: the present moment.

    Raises:
        NotFound: there is no such exam, or it asks no such question.
        IllegalMove: it was published, so its pass mark never changes any more.
    """
    draft = _lock_draft(session, exam_id)
    if set(percents) - set(questions_of(angoff.pools(session, draft))):
        raise NotFound(exam_id=exam_id)
    for question_id, percent in percents.items():
        own = {"exam_id": exam_id, "question_id": question_id, "judge_id": judge_id}
        if percent is None:
            session.execute(delete(AngoffEstimate).filter_by(**own))
        elif not insert_new(session, AngoffEstimate, **own, percent=percent, at=now):
            session.execute(update(AngoffEstimate).filter_by(**own).values(percent=percent, at=now))


def take_cut(session: Session, exam_id: int, *, seen: int, by: int, now: datetime) -> int:
    """Make the judges' cut the pass mark of a draft, and give it; the estimates stay.

    Args:
        session: the transaction in which it is done.
        exam_id: of the draft.
        seen: the pass mark that the person has seen, in percent.
        by: who decides.
        now: the present moment.

    Raises:
        NotFound: there is no such exam.
        IllegalMove: it was published.
        NoCutYet: no judge has estimated all questions.
        OtherCut: it is another one by now.
    """
    draft = _lock_draft(session, exam_id)
    found = cut(angoff.pools(session, draft), angoff.estimates(session, exam_id))
    if found is None:
        raise NoCutYet
    if found.pass_percent != seen:
        raise OtherCut
    before, draft.pass_percent = draft.pass_percent, found.pass_percent
    facts = {"percent": found.pass_percent, "before": before, "judges": found.judges, "cut": str(found.mean)}
    audit.record(session, draft, "take_cut", by=by, at=now, **facts)
    return found.pass_percent


def _lock_draft(session: Session, exam_id: int) -> Exam:
    draft, _published = queries.lock_exams(session, exam_id)
    draft.state = EXAM_LIFECYCLE.after(draft.state, ExamAction.CHANGE)
    return draft
