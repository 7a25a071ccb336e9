"""Moving sessions to another time: at once by the published rules, or when the other side agrees."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation.rules import Side
from marketplace.jobs import events, queries
from marketplace.jobs.commands import booking
from marketplace.jobs.models import Job, SessionMove
from marketplace.jobs.moving import (
    MOST_PROPOSALS,
    MOVING,
    AnswerIsTheirs,
    EnoughProposed,
    MoveAction,
    MoveOpen,
    MoveStatus,
    NothingToMove,
)
from marketplace.jobs.terms import TimeIsGone
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.events import announce
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from marketplace.support_requests.starts import what_is_wrong
from providers.availability import commands as availability
from providers.profiles import queries as profiles


def move_session(
    session: Session, reference: str, *, person_id: int, starts_at: datetime, now: datetime
) -> SessionMove | None:
    """Move a session to another time, or propose it where the other side has to agree.

    What the other side has proposed is declined by that. Nothing is done if it is at that time, or proposed already.

    Raises:
        NotFound: it is no session of which this person is a side.
        NothingToMove: it has begun, or is over.
        InvalidInput: no session can start then; names `starts_at`.
        MoveOpen: this side has proposed another time before.
        EnoughProposed: it has done so too often.
        TimeIsGone: whoever holds it is not free then.
    """
    support_request, job, side = queries.lock_session(session, reference, person_id)
    _check_to_come(support_request, job, now)
    problem = what_is_wrong(starts_at, now)
    if problem is not None:
        raise InvalidInput({"starts_at": [problem]})
    moves = queries.moves_of(session, job)
    waiting = next((one for one in moves if one.status is MoveStatus.PROPOSED), None)
    if starts_at == job.starts_at or _is_same(waiting, side, starts_at):
        return waiting
    is_free = side is Side.CUSTOMER and queries.may_move_freely(job, moves, now)
    _check_may_propose(side, moves, is_free=is_free)
    _check_free(session, job, starts_at, now, asks=not is_free)
    if waiting is not None:
        _end(waiting, MoveAction.DECLINE, now)
        session.flush()  # Only one proposal is open at any moment.
    made = SessionMove(
        job_id=job.id,
        number=len(moves) + 1,
        side=side,
        person_id=person_id,
        is_free=is_free,
        from_at=job.starts_at,
        to_at=starts_at,
        status=MoveStatus.MOVED if is_free else MoveStatus.PROPOSED,
        proposed_at=now,
        answered_at=now if is_free else None,
    )
    session.add(made)
    session.flush()  # The record and the event need its id.
    audit.record(session, made, "move" if is_free else "propose", by=person_id, at=now, to=starts_at.isoformat())
    if is_free:
        _carry_out(session, support_request, job, made, now)
    else:
        announce(session, events.MoveProposed(made.id, support_request.id, now))
    support_request.version += 1
    return made


def _check_may_propose(side: Side, moves: Sequence[SessionMove], *, is_free: bool) -> None:
    own = [one for one in moves if one.side is side and not one.is_free]
    if any(one.status is MoveStatus.PROPOSED for one in own):
        raise MoveOpen
    if not is_free and len(own) >= MOST_PROPOSALS:
        raise EnoughProposed


def agree_to_move(session: Session, reference: str, number: int, *, person_id: int, now: datetime) -> None:
    """Agree to the other side's time.

    Raises:
        NotFound: it is no session of which this person is a side, or nothing of that number was proposed.
        AnswerIsTheirs: this side has proposed it.
        IllegalMove: it was answered, or is over.
        NothingToMove: the session has begun, or one of the two times is over.
        TimeIsGone: whoever holds it is not free then any more.
    """
    support_request, job, side = queries.lock_session(session, reference, person_id)
    proposed = _find(session, job, number)
    if proposed.side is side:
        raise AnswerIsTheirs
    MOVING.after(proposed.status, MoveAction.AGREE)
    _check_to_come(support_request, job, now)
    if now >= proposed.answer_by:
        raise NothingToMove
    _check_free(session, job, proposed.to_at, now, asks=True)
    _end(proposed, MoveAction.AGREE, now)
    audit.record(session, proposed, "agree", by=person_id, at=now)
    _carry_out(session, support_request, job, proposed, now)
    support_request.version += 1


def decline_move(session: Session, reference: str, number: int, *, person_id: int, now: datetime) -> None:
    """Leave a session where it is though the other side would like to move it.

    Raises:
        NotFound, AnswerIsTheirs, IllegalMove: see `agree_to_move`.
    """
    _answer(session, reference, number, MoveAction.DECLINE, person_id=person_id, now=now)


def withdraw_move(session: Session, reference: str, number: int, *, person_id: int, now: datetime) -> None:
    """Take back what one has proposed.

    Raises:
        NotFound, IllegalMove: see `agree_to_move`.
        AnswerIsTheirs: the other side has proposed it.
    """
    _answer(session, reference, number, MoveAction.WITHDRAW, person_id=person_id, now=now)


def lapse_move(session: Session, request_id: int, *, now: datetime) -> None:
    """End a proposal that nobody has answered in time; the session stays where it is."""
    support_request = requests.lock_request(session, request_id)
    job = queries.job_of(session, request_id)
    for one in queries.moves_of(session, job):
        if one.status is MoveStatus.PROPOSED and now >= one.answer_by:
            _end(one, MoveAction.LAPSE, now)
            support_request.version += 1
            if support_request.status is Status.IN_PROGRESS:
                announce(session, events.MoveEnded(one.id, request_id, now))


def overtake_moves(session: Session, job: Job | None, now: datetime) -> None:
    """End what waits for an answer on a request that is locked: there is no such session any more."""
    for one in queries.moves_of(session, job):
        if one.status is MoveStatus.PROPOSED:
            _end(one, MoveAction.LAPSE, now)


def _answer(
    session: Session, reference: str, number: int, action: MoveAction, *, person_id: int, now: datetime
) -> None:
    support_request, job, side = queries.lock_session(session, reference, person_id)
    proposed = _find(session, job, number)
    if (proposed.side is side) != (action is MoveAction.WITHDRAW):
        raise AnswerIsTheirs
    _end(proposed, action, now)
    audit.record(session, proposed, action.value, by=person_id, at=now)
    announce(session, events.MoveEnded(proposed.id, support_request.id, now))
    support_request.version += 1


def _find(session: Session, job: Job, number: int) -> SessionMove:
    found = next((one for one in queries.moves_of(session, job) if one.number == number), None)
    if found is None:
        raise NotFound(number=number)
    return found


def _is_same(waiting: SessionMove | None, side: Side, starts_at: datetime) -> bool:
    return waiting is not None and waiting.side is side and waiting.to_at == starts_at


def _check_to_come(support_request: SupportRequest, job: Job, now: datetime) -> None:
    assert job.starts_at is not None, "it is a session"
    if support_request.status is not Status.IN_PROGRESS or now >= job.starts_at:
        raise NothingToMove


def _check_free(session: Session, job: Job, starts_at: datetime, now: datetime, *, asks: bool) -> None:
    """Look while the member is locked: nobody books what is looked at meanwhile."""
    profiles.lock_member(session, job.member_id)
    if not queries.is_free_to_move(session, job, starts_at, now, asks=asks):
        raise TimeIsGone


def _end(proposed: SessionMove, action: MoveAction, now: datetime) -> None:
    proposed.status = MOVING.after(proposed.status, action)
    proposed.answered_at = now


def _carry_out(session: Session, support_request: SupportRequest, job: Job, move: SessionMove, now: datetime) -> None:
    """Book the new time in place of the old one; calendars are to learn of it."""
    availability.free(session, job.request_id)
    job.starts_at = support_request.starts_at = move.to_at
    job.sequence += 1
    booking.take_time(session, job, now)
    announce(session, events.SessionMoved(move.id, support_request.id, now))
