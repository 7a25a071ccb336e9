"""Ending attempts, and working out what they are worth."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from certification.banks.kinds import Kind
from certification.exams import queries
from certification.exams.commands.remedies import hold_to_remedies
from certification.exams.events import ExamFailed, ExamPassed
from certification.exams.models import ExamAttempt
from certification.exams.rules import LIFECYCLE, AttemptAction, AttemptState, Result, is_marked, result
from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _l


class NotAllMarked(Conflict):
    """A result rests on all answers."""

    message = _l("Some answers are not marked yet. Mark them first, then conclude.")


class OwnAttempt(NotAllowed):
    """Nobody decides about an attempt of their own."""

    message = _l("This is your own attempt. Somebody else has to decide about it.")


class AttemptMoved(Conflict):
    """Somebody was faster."""


def end(session: Session, attempt: ExamAttempt, *, by: int | None, now: datetime) -> None:
    """End an attempt that is locked, mark what was saved, and tell what came of it unless a person has to look first.

    Args:
        session: the transaction in which it is done.
        attempt: in progress.
        by: who ends it; None: its time is up.
        now: the present moment.
    """
    for one in attempt.questions:
        mark = one.version.content.mark(tuple(one.response))
        one.mark = None if mark is None else str(mark)
    hold_to_remedies(session, attempt)
    facts = {"ended_at": min(now, attempt.deadline_at)}
    if attempt.exam.is_reviewed or not is_marked([one.marked for one in attempt.questions]):
        move(session, attempt, AttemptAction.REVIEW, by=by, now=now, **facts)
    else:
        _grade(session, attempt, by=by, now=now, **facts)


def mark_text(session: Session, attempt: ExamAttempt, position: int, mark: Fraction, *, by: int, now: datetime) -> None:
    """Mark an answer that only a person can mark.

    Args:
        session: the transaction in which it is done.
        attempt: locked, and under review.
        position: of the question, counted from 1.
        mark: 0 to 1.
        by: who marks.
        now: the present moment.

    Raises:
        NotFound: it has no such question, or a person does not mark it.
        IllegalMove: the attempt is not under review.
        OwnAttempt: it is that of whoever marks.
    """
    _check_reviewer(attempt, by)
    LIFECYCLE.after(attempt.state, AttemptAction.MARK)
    asked = queries.asked(session, attempt.id, position)
    if asked.version.kind is not Kind.ESSAY:
        raise NotFound(position=position)
    asked.mark, asked.marked_by_id = str(mark), by
    session.flush()
    audit.record(session, attempt, AttemptAction.MARK, by=by, at=now, position=position, mark=str(mark))


def _check_reviewer(attempt: ExamAttempt, by: int) -> None:
    if attempt.person_id == by:
        raise OwnAttempt


def conclude(session: Session, attempt: ExamAttempt, *, by: int, now: datetime) -> None:
    """Tell the result of an attempt that is locked and under review.

    Raises:
        IllegalMove: it is not under review.
        NotAllMarked: some answers are not marked yet.
        OwnAttempt: it is that of whoever concludes.
    """
    _check_reviewer(attempt, by)
    LIFECYCLE.after(attempt.state, AttemptAction.MARK)
    if not is_marked([one.marked for one in attempt.questions]):
        raise NotAllMarked
    _grade(session, attempt, by=by, now=now)


def void(session: Session, attempt: ExamAttempt, *, reason: str, by: int, now: datetime) -> None:
    """Let an attempt that is locked count for nothing, as if it had not been: no wait follows from it.

    Raises:
        IllegalMove: it was passed, or does not count already.
        OwnAttempt: it is that of whoever decides.
    """
    _check_reviewer(attempt, by)
    ended = {} if attempt.ended_at else {"ended_at": min(now, attempt.deadline_at)}
    move(session, attempt, AttemptAction.VOID, by=by, now=now, void_reason=reason, **ended)


def _grade(session: Session, attempt: ExamAttempt, *, by: int | None, now: datetime, **facts: Any) -> None:
    worth = result([one.marked for one in attempt.questions], pass_percent=attempt.exam.pass_percent)
    action = AttemptAction.PASS if worth.is_passed else AttemptAction.FAIL
    move(session, attempt, action, by=by, now=now, **as_columns(worth), graded_at=now, **facts)
    tell(session, attempt, now=now)


def as_columns(worth: Result) -> dict[str, Any]:
    """Write a result as an attempt keeps it."""
    return {"earned": str(worth.earned), "possible": worth.possible}


def move(
    session: Session, attempt: ExamAttempt, action: AttemptAction, *, by: int | None, now: datetime, **facts: Any
) -> None:
    """Bring an attempt to its next state, in one conditional statement: a repeat changes nothing.

    Raises:
        IllegalMove: the state does not allow it.
        AttemptMoved: it was moved at the same time.
    """
    state = LIFECYCLE.after(attempt.state, action)
    session.flush()
    changed = update(ExamAttempt).where(ExamAttempt.id == attempt.id, ExamAttempt.state == attempt.state)
    moved = session.scalars(changed.values(state=state, **facts).returning(ExamAttempt.id)).one_or_none()
    if moved is None:
        raise AttemptMoved
    session.refresh(attempt)
    audit.record(session, attempt, action, by=by, at=now, **_told(facts))


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if not isinstance(value, datetime)}


def tell(session: Session, attempt: ExamAttempt, *, after_regrade: bool = False, now: datetime) -> None:
    """Announce what came of an attempt, be it after a question was graded anew."""
    exam = attempt.exam
    if attempt.state is AttemptState.PASSED:
        facts = (attempt.id, attempt.person_id, exam.track_id, exam.release_id, exam.valid_for)
        announce(session, ExamPassed(*facts, at=now, after_regrade=after_regrade))
    else:
        again = queries.opens_at(session, exam, attempt.person_id)
        announce(session, ExamFailed(attempt.id, attempt.person_id, again, at=now))


def let_lapse(session: Session, person_id: int, track_id: int, *, now: datetime) -> None:
    """Let the passes of a person for a track stand no more, since the certificate was revoked: they may try again."""
    theirs = update(ExamAttempt).where(ExamAttempt.person_id == person_id, ExamAttempt.track_id == track_id)
    standing = theirs.where(ExamAttempt.state == AttemptState.PASSED, ExamAttempt.lapsed_at.is_(None))
    session.execute(standing.values(lapsed_at=now))


def let_stand_again(session: Session, person_id: int, track_id: int, *, since: datetime) -> None:
    """Let the passes stand again that have lapsed since a moment, since the certificate was given back."""
    theirs = update(ExamAttempt).where(ExamAttempt.person_id == person_id, ExamAttempt.track_id == track_id)
    session.execute(theirs.where(ExamAttempt.lapsed_at >= since).values(lapsed_at=None))
