"""Noticing what is worth a look, and putting it aside. Nothing follows for a candidate from either."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from certification.exams import queries_of_signals as queries
from certification.exams.models_of_signals import ExamSignal
from certification.exams.queries_of_signals import Left
from certification.exams.rules.signals import (
    Pace,
    SignalKind,
    answers_alike,
    exposed,
    risen,
    same_places,
    too_fast,
)
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l

LOOKS_BACK = timedelta(days=365)


class PutAsideAlready(Conflict):
    """Somebody was faster."""

    message = _l("Somebody has put this aside already.")


def notice(session: Session, track_id: int, *, now: datetime) -> int:
    """Look at the attempts of a track, and keep what a person should look at; what is known already stays as it is.

    Gives how much is new.
    """
    left = queries.left_behind(session, track_id, now - LOOKS_BACK)
    return sum(
        insert_new(session, ExamSignal, **_row(facts), track_id=track_id, noticed_at=now)
        for facts in (*_about_attempts(left), *_about_questions(session, left, now))
    )


def _row(facts: dict[str, Any]) -> dict[str, Any]:
    about = [facts[name] for name in ("attempt_id", "other_id", "question_id") if facts.get(name) is not None]
    key = ":".join(map(str, (facts["kind"], *about)))
    return {"key": key, "attempt_id": None, "other_id": None, "question_id": None, **facts}


def _about_attempts(left: Sequence[Left]) -> Iterator[dict[str, Any]]:
    ended = {one.trace.attempt_id: one.trace.ended_at for one in left}
    for place in same_places([one.trace for one in left]):
        told: dict[str, Any] = {
            "same_network": place.same_network,
            "same_device": place.same_device,
            "apart_s": int(place.apart.total_seconds()),
        }
        yield _pair(SignalKind.SAME_PLACE, place.attempt_id, place.other_id, ended, told)
    for alike in answers_alike({one.trace.attempt_id: one.trace.person_id for one in left}, _wrong(left)):
        told = {"same": alike.same, "both_wrong": alike.both_wrong, "expected": round(alike.expected, 2)}
        yield _pair(SignalKind.SAME_ANSWERS, alike.attempt_id, alike.other_id, ended, told)
    for exam_id in sorted({one.exam_id for one in left}):
        for fast in too_fast(_paces([one for one in left if one.exam_id == exam_id])):
            told = asdict(fast)
            about = told.pop("attempt_id")
            yield {"kind": SignalKind.SPEED, "attempt_id": about, "happened_at": ended[about], "facts": told}


def _pair(kind: SignalKind, one: int, other: int, ended: dict[int, datetime], facts: dict[str, Any]) -> dict[str, Any]:
    first, second = sorted((one, other))
    happened_at = max(ended[first], ended[second])
    return {"kind": kind, "attempt_id": first, "other_id": second, "happened_at": happened_at, "facts": facts}


def _wrong(left: Sequence[Left]) -> dict[int, dict[int, Any]]:
    return {
        one.trace.attempt_id: {given.question_id: given.said for given in one.answers if given.mark < 1} for one in left
    }


def _paces(left: Sequence[Left]) -> list[Pace]:
    scores = [one.percent for one in left if one.percent is not None]
    enough = median(scores) if scores else 0.0
    return [_pace(one, enough) for one in left if one.answers]


def _pace(left: Left, enough: float) -> Pace:
    """Tell how long each answer took: since the one that was given before it."""
    in_order = sorted(left.answers, key=lambda one: one.at)
    moments = [left.trace.started_at, *(one.at for one in in_order)]
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    answers = {one.question_id: (step, one.mark == 1) for one, step in zip(in_order, steps, strict=True)}
    is_good = left.percent is not None and left.percent >= enough
    return Pace(left.trace.attempt_id, (moments[-1] - moments[0]).total_seconds(), is_good, answers)


def _about_questions(session: Session, left: Sequence[Left], now: datetime) -> Iterator[dict[str, Any]]:
    if not left:
        return
    told = [(one.trace.ended_at, one.marks, one.on_trial) for one in left]
    attempts = [(at, marks) for at, marks, _on_trial in told]
    # Of the few on trial each is asked often, and that is what they are for.
    scored = [(at, {one: mark for one, mark in marks.items() if one not in on_trial}) for at, marks, on_trial in told]
    for often in exposed(scored, drawn=queries.questions_to_draw(session, left[-1].exam_id), now=now):
        yield _question(SignalKind.EXPOSED, often.question_id, now, asked=often.asked, attempts=often.attempts)
    for one in risen(attempts, now=now):
        figures = {name: round(value, 3) for name, value in asdict(one).items() if name != "question_id"}
        yield _question(SignalKind.RISEN, one.question_id, now, **figures)


def _question(kind: SignalKind, question_id: int, now: datetime, **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "question_id": question_id, "happened_at": now, "facts": facts}


def put_aside(session: Session, signal_id: int, *, note: str, by: int, now: datetime) -> None:
    """Put something aside after a look: it does not come back.

    Raises:
        NotFound: there is no such signal, or it is about an attempt of whoever looks.
        PutAsideAlready: somebody else has put it aside.
    """
    found = queries.signal(session, signal_id, but_of=by)
    waiting = update(ExamSignal).where(ExamSignal.id == found.id, ExamSignal.aside_at.is_(None))
    moved = session.scalars(waiting.values(aside_at=now, aside_by_id=by, aside_note=note).returning(ExamSignal.id))
    if moved.one_or_none() is None:
        raise PutAsideAlready
    audit.record(session, found, "put_aside", by=by, at=now)
