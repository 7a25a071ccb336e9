"""Bringing exams before candidates, and out of their sight."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.exams import queries
from certification.exams.events import ExamPublished
from certification.exams.rules import EXAM_LIFECYCLE, CannotPublish, ExamAction, missing
from marketplace.kernel import audit
from marketplace.kernel.events import announce


def publish(session: Session, exam_id: int, *, by: int, now: datetime) -> None:
    """Let a track ask by this exam from now on; the edition before it is retired, attempts at it go on.

    Raises:
        NotFound: there is no such exam.
        IllegalMove: it was published before.
        CannotPublish: says what is missing.
    """
    exam, published = queries.lock_exams(session, exam_id)
    state = EXAM_LIFECYCLE.after(exam.state, ExamAction.PUBLISH)
    lacks = list(missing(exam.blueprint, queries.candidates(session, exam.track.bank_id)))
    if lacks:
        raise CannotPublish(missing=" ".join(lacks))
    for one in published:
        one.state = EXAM_LIFECYCLE.after(one.state, ExamAction.RETIRE)
    session.flush()  # One at most is published.
    exam.state, exam.published_at = state, now
    audit.record(session, exam, ExamAction.PUBLISH, by=by, at=now)
    announce(session, ExamPublished(exam.id, exam.track_id, exam.release_id, now))


def withdraw(session: Session, exam_id: int, *, by: int, now: datetime) -> None:
    """Let nobody begin this exam any more, without another in its place; attempts at it go on.

    Raises:
        NotFound: there is no such exam.
        IllegalMove: it is not published.
    """
    exam, _published = queries.lock_exams(session, exam_id)
    exam.state = EXAM_LIFECYCLE.after(exam.state, ExamAction.RETIRE)
    audit.record(session, exam, ExamAction.RETIRE, by=by, at=now)
