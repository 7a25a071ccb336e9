"""Reading what attempts left behind, as columns, and what was noticed in it; only staff may, and never their own."""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from certification.banks.kinds import Kind
from certification.banks.models import Question
from certification.banks.rules import QuestionState
from certification.exams.models import AskedQuestion, Exam, ExamAttempt
from certification.exams.models_of_signals import ExamSignal
from certification.exams.rules import ASKED_STATES, AttemptState
from certification.exams.rules.signals import Trace
from certification.exams.rules.signals.answers import MAX_ATTEMPTS
from certification.tracks.models import Track
from marketplace.kernel.errors import NotFound

LOOKED_AT = (AttemptState.PASSED, AttemptState.FAILED, AttemptState.UNDER_REVIEW)
_IN_ORDER = {Kind.ORDERING, Kind.MATCHING}  # Kinds in whose answers the order counts.
_WRITTEN = {Kind.SHORT_ANSWER, Kind.NUMERICAL}


@dataclass(slots=True)
class Answered:
    """An answer that was given: when, and what it is worth, from 0 to 1."""

    question_id: int
    at: datetime
    mark: float
    said: Hashable  # The same for the same answer, in whatever order it was shown.


@dataclass(slots=True)
class Left:
    """What an attempt has left behind."""

    trace: Trace
    exam_id: int
    percent: float | None
    answers: list[Answered] = field(default_factory=list)
    marks: dict[int, float] = field(default_factory=dict)  # Of all that was asked, what was left open included.
    on_trial: set[int] = field(default_factory=set)  # Questions that were not scored.


def tracks_with_attempts(session: Session, since: datetime) -> Sequence[int]:
    """List the tracks in which an attempt has ended since a moment."""
    ended = select(ExamAttempt.track_id).where(ExamAttempt.ended_at >= since)
    return session.scalars(ended.distinct().order_by(ExamAttempt.track_id)).all()


def left_behind(session: Session, track_id: int, since: datetime) -> list[Left]:
    """Read the latest attempts of a track that have ended since a moment and were not voided, the first one first."""
    wanted = select(ExamAttempt.id).where(
        ExamAttempt.track_id == track_id, ExamAttempt.state.in_(LOOKED_AT), ExamAttempt.ended_at >= since
    )
    latest = wanted.order_by(ExamAttempt.id.desc()).limit(MAX_ATTEMPTS).subquery()
    found = {one.trace.attempt_id: one for one in _attempts(session, select(latest.c.id))}
    columns = select(
        AskedQuestion.attempt_id,
        AskedQuestion.question_id,
        AskedQuestion.version_id,
        Question.kind,
        AskedQuestion.response,
        AskedQuestion.answered_at,
        AskedQuestion.mark,
        AskedQuestion.is_scored,
    ).join(Question, Question.id == AskedQuestion.question_id)
    for row in session.execute(columns.where(AskedQuestion.attempt_id.in_(select(latest.c.id)))):
        if row.mark is None:
            continue
        mark, one = float(Fraction(row.mark)), found[row.attempt_id]
        one.marks[row.question_id] = mark
        if not row.is_scored:
            one.on_trial.add(row.question_id)
        if row.response and row.answered_at is not None:
            said = (row.version_id, _said(row.kind, row.response))
            one.answers.append(Answered(row.question_id, row.answered_at, mark, said))
    return list(found.values())


def _attempts(session: Session, ids: Select[int]) -> list[Left]:
    columns = select(
        ExamAttempt.id,
        ExamAttempt.person_id,
        ExamAttempt.network,
        ExamAttempt.device,
        ExamAttempt.started_at,
        ExamAttempt.ended_at,
        ExamAttempt.exam_id,
        ExamAttempt.earned,
        ExamAttempt.possible,
    )
    rows = session.execute(columns.where(ExamAttempt.id.in_(ids)).order_by(ExamAttempt.id))
    return [
        Left(
            Trace(row.id, row.person_id, row.network, row.device, row.started_at, row.ended_at),
            row.exam_id,
            _percent(row.earned, row.possible),
        )
        for row in rows
        if row.ended_at is not None
    ]


def _percent(earned: str | None, possible: int | None) -> float | None:
    return None if earned is None or not possible else float(100 * Fraction(earned) / possible)


def _said(kind: Kind, response: Sequence[str]) -> str:
    """Give an answer so that the same is equal: what was chosen, in whatever order it stood there."""
    if kind in _WRITTEN:
        return " ".join(response).casefold()
    return json.dumps(list(response) if kind in _IN_ORDER else sorted(response))


def questions_to_draw(session: Session, exam_id: int) -> int:
    """Count the questions from which an exam draws what it scores."""
    bank = select(Track.bank_id).join(Exam, Exam.track_id == Track.id).where(Exam.id == exam_id).scalar_subquery()
    there = select(func.count()).select_from(Question)
    return session.scalar(there.where(Question.bank_id == bank, Question.state == QuestionState.LIVE)) or 0


_Other = aliased(ExamAttempt)


def open_signals(session: Session, *, but_of: int, offset: int = 0, limit: int) -> Sequence[ExamSignal]:
    """List what waits for a look, the newest first; nothing of a person's own."""
    in_order = _open(but_of).order_by(ExamSignal.happened_at.desc(), ExamSignal.id.desc())
    return session.scalars(in_order.offset(offset).limit(limit)).all()


def count_open(session: Session, *, but_of: int) -> int:
    """Count what waits for a look."""
    return session.scalar(select(func.count()).select_from(_open(but_of).subquery())) or 0


def _open(but_of: int) -> Select[ExamSignal]:
    """What was not put aside, and whose attempts and questions still count."""
    return _others(but_of).where(
        ExamSignal.aside_at.is_(None),
        or_(ExamSignal.attempt_id.is_(None), ExamAttempt.state != AttemptState.VOIDED),
        or_(ExamSignal.other_id.is_(None), _Other.state != AttemptState.VOIDED),
        or_(ExamSignal.question_id.is_(None), Question.state.in_(ASKED_STATES)),
    )


def _others(but_of: int) -> Select[ExamSignal]:
    joined = (
        select(ExamSignal)
        .outerjoin(ExamAttempt, ExamAttempt.id == ExamSignal.attempt_id)
        .outerjoin(_Other, _Other.id == ExamSignal.other_id)
        .outerjoin(Question, Question.id == ExamSignal.question_id)
    )
    with_all = joined.options(
        joinedload(ExamSignal.track), joinedload(ExamSignal.question), joinedload(ExamSignal.aside_by)
    )
    return with_all.where(_is_no_own(ExamAttempt.person_id, but_of), _is_no_own(_Other.person_id, but_of))


def _is_no_own(whose: InstrumentedAttribute[int], person_id: int) -> ColumnElement[bool]:
    return or_(whose.is_(None), whose != person_id)


def put_aside(session: Session, *, but_of: int, limit: int) -> Sequence[ExamSignal]:
    """List what was put aside, the latest first; nothing of a person's own."""
    done = _others(but_of).where(ExamSignal.aside_at.is_not(None))
    return session.scalars(done.order_by(ExamSignal.aside_at.desc(), ExamSignal.id.desc()).limit(limit)).all()


def signal(session: Session, signal_id: int, *, but_of: int) -> ExamSignal:
    """Find what was noticed, or raise `NotFound`: there is no such thing, or it is about the reader."""
    found = session.scalar(_others(but_of).where(ExamSignal.id == signal_id))
    if found is None:
        raise NotFound(signal_id=signal_id)
    return found


def of_attempt(session: Session, attempt_id: int, *, but_of: int) -> Sequence[ExamSignal]:
    """List what waits for a look and is about an attempt."""
    about = or_(ExamSignal.attempt_id == attempt_id, ExamSignal.other_id == attempt_id)
    return session.scalars(_open(but_of).where(about).order_by(ExamSignal.id)).all()
