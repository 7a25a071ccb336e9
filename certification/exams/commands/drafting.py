"""Preparing the next edition of an exam."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from certification.exams import queries
from certification.exams.models import Exam, ExamPart
from certification.exams.models_of_angoff import AngoffEstimate
from certification.exams.rules import EXAM_LIFECYCLE, FRESH, ExamAction, ExamState, Terms
from certification.tracks import queries as tracks
from marketplace.kernel import audit


def make_draft(session: Session, track_slug: str, *, is_fresh: bool, by: int, now: datetime) -> Exam:
    """Begin the next edition of a track's exam; a draft that is there is gone on with.

    Args:
        session: the transaction in which it is done.
        track_slug: whose exam it will be.
        is_fresh: whether it begins with nothing decided, and not as a copy of the last edition.
        by: who begins it.
        now: the present moment.

    Raises:
        NotFound: there is no such track.
    """
    known = tracks.track_by_slug(session, track_slug)
    track = tracks.lock_track(session, known.id)  # Two at once: the second one finds the draft of the first.
    last = next(iter(queries.editions(session, track.id)), None)
    if last is not None and last.state is ExamState.DRAFT:
        return last
    terms = FRESH if last is None or is_fresh else last.terms
    draft = Exam(
        track_id=track.id,
        edition=last.edition + 1 if last else 1,
        state=ExamState.DRAFT,
        made_at=now,
        published_at=None,
    )
    _set(draft, terms)
    session.add(draft)
    session.flush()
    audit.record(session, draft, "make", by=by, at=now)
    return draft


def change_draft(session: Session, exam_id: int, terms: Terms, *, by: int, now: datetime) -> None:
    """Decide anew what a draft asks, and by which rules.

    Raises:
        NotFound: there is no such exam.
        IllegalMove: it was published, so it never changes any more.
    """
    draft, _published = queries.lock_exams(session, exam_id)
    draft.state = EXAM_LIFECYCLE.after(draft.state, ExamAction.CHANGE)
    draft.parts.clear()
    session.flush()  # Their places are free for those that follow.
    _set(draft, terms)
    session.flush()
    audit.record(
        session, draft, ExamAction.CHANGE, by=by, at=now, questions=draft.questions, percent=terms.pass_percent
    )


def discard_draft(session: Session, exam_id: int, *, by: int, now: datetime) -> None:
    """Throw a draft away, with what judges have estimated; the record of it stays.

    Raises:
        NotFound: there is no such exam.
        IllegalMove: it was published, so it stays for good.
    """
    draft, _published = queries.lock_exams(session, exam_id)
    EXAM_LIFECYCLE.after(draft.state, ExamAction.CHANGE)
    session.execute(delete(AngoffEstimate).filter_by(exam_id=draft.id))
    audit.record(session, draft, "discard", by=by, at=now, track=draft.track_id, edition=draft.edition)
    session.delete(draft)
    session.flush()


def _set(draft: Exam, terms: Terms) -> None:
    draft.release_id = terms.release_id
    draft.minutes = terms.minutes
    draft.pass_percent = terms.pass_percent
    draft.valid_days = terms.valid_days
    draft.waits_days = list(terms.retakes.waits_days)
    draft.tries_max = terms.retakes.tries_max
    draft.window_days = terms.retakes.window_days
    draft.trial_questions = terms.trial_questions
    draft.is_reviewed = terms.is_reviewed
    draft.parts = [
        ExamPart(position=position, topic=part.topic, difficulty=part.difficulty, questions=part.questions)
        for position, part in enumerate(terms.parts, start=1)
    ]
