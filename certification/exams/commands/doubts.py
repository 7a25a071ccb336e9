"""Passes in doubt: put there by a regrade, and ended by a person, or by another regrade."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from certification.exams import queries_of_regrades as queries
from certification.exams.commands.grading import OwnAttempt, as_columns, move
from certification.exams.models import AskedQuestion, ExamAttempt
from certification.exams.models_of_regrades import PassInDoubt, RegradedAttempt
from certification.exams.rules import AttemptAction
from certification.exams.rules.doubts import DOUBT, DoubtAction, DoubtStatus, PassesAllTheSame
from certification.exams.rules.regrading import After, Before, with_mark
from marketplace.kernel import audit
from marketplace.kernel.errors import IllegalMove


def put_in_doubt(session: Session, regraded: RegradedAttempt, *, now: datetime) -> None:
    """Let a person decide about a pass that would be none by its new marks."""
    doubt = PassInDoubt(regraded_id=regraded.id, status=DoubtStatus.OPEN, made_at=now)
    session.add(doubt)
    session.flush()
    audit.record(session, doubt, "put", by=None, at=now, attempt=regraded.attempt_id)


def end_doubt(
    session: Session, doubt_id: int, action: DoubtAction, *, now: datetime, by: int | None = None, **facts: Any
) -> None:
    """End a doubt in one conditional statement: it is ended once.

    Raises:
        IllegalMove: it was ended before.
    """
    after = DOUBT.after(DoubtStatus.OPEN, action)
    still_open = update(PassInDoubt).filter_by(id=doubt_id, status=DoubtStatus.OPEN)
    ended = still_open.values(status=after, decided_by=by, ended_at=now, **facts).returning(PassInDoubt.id)
    if session.scalars(ended).one_or_none() is None:
        raise IllegalMove(state=session.get_one(PassInDoubt, doubt_id, populate_existing=True).status, action=action)
    audit.record(session, session.get_one(PassInDoubt, doubt_id), action, by=by, at=now)


def keep_pass(session: Session, doubt_id: int, *, answer: str, by: int, now: datetime) -> None:
    """Let a pass in doubt stand: its marks and its certificate stay as they are.

    Raises:
        NotFound: there is no such doubt.
        OwnAttempt: it is about the attempt of whoever decides.
        IllegalMove: it is decided already.
    """
    doubt = queries.doubt(session, doubt_id)
    _check_decider(queries.lock_doubtful(session, doubt), by)
    end_doubt(session, doubt_id, DoubtAction.KEEP, by=by, answer=answer, now=now)


def take_back_pass(session: Session, doubt_id: int, *, answer: str, by: int, now: datetime) -> None:
    """Let a pass in doubt be none, with its new marks; whoever calls this revokes the certificate.

    Raises:
        NotFound: there is no such doubt.
        OwnAttempt: it is about the attempt of whoever decides.
        IllegalMove: it is decided already.
        PassesAllTheSame: by now, with what else was graded anew, it would be enough.
    """
    doubt = queries.doubt(session, doubt_id)
    attempt = queries.lock_doubtful(session, doubt)
    _check_decider(attempt, by)
    asked = queries.asked_in(session, attempt.id, doubt.regraded.regrade.question_id)
    after = by_new_marks(attempt, asked, doubt.regraded)
    end_doubt(session, doubt_id, DoubtAction.TAKE_BACK, by=by, answer=answer, now=now)
    if after.result is None or after.result.is_passed:
        raise PassesAllTheSame
    asked.mark, asked.is_scored = None if after.mark is None else str(after.mark), after.is_scored
    move(session, attempt, AttemptAction.FAIL, by=by, now=now, **as_columns(after.result))


def by_new_marks(attempt: ExamAttempt, asked: AskedQuestion, regraded: RegradedAttempt) -> After:
    """Work out what an attempt would be by a mark that has put its pass in doubt."""
    assert attempt.earned is not None, "a pass is graded"
    assert attempt.possible is not None, "a pass is graded"
    before = Before(
        state=attempt.state,
        mark=asked.marked.mark,
        is_scored=asked.is_scored,
        was_scored=regraded.was_scored,
        others=attempt.possible - asked.is_scored,
        earned=Fraction(attempt.earned),
        pass_percent=attempt.exam.pass_percent,
    )
    return with_mark(before, None if regraded.mark is None else Fraction(regraded.mark), is_scored=regraded.is_scored)


def _check_decider(attempt: ExamAttempt, by: int) -> None:
    if attempt.person_id == by:
        raise OwnAttempt
