"""Reading what staff allow; each person sees their own, staff see all."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from certification.exams import queries
from certification.exams.models import Allowance, Exam, ExamAttempt
from certification.exams.rules import COUNTED, AttemptState
from certification.exams.rules.allowances import Allowed
from certification.tracks.models import Track
from marketplace.kernel.errors import NotFound

_ALL = (joinedload(Allowance.person), joinedload(Allowance.by), joinedload(Allowance.track))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is allowed for a track at present, and by which row; it may all be used up."""

    allowance: Allowance
    allowed: Allowed


def left(session: Session, person_id: int, track_id: int) -> Allowed:
    """Tell what a person is allowed for a track and has not used; nothing, if nobody allowed anything."""
    latest = queries.allowance(session, person_id, track_id)
    if latest is None:
        return Allowed()
    had = queries.attempts_of(session, person_id, track_id)
    return latest.left([one.as_try(one.exam.release_id) for one in had if one.state in COUNTED])


def standing(session: Session, *, offset: int, limit: int) -> list[Standing]:
    """List what holds or waits to be used, the latest first; what was taken back is left out."""
    newest = select(func.max(Allowance.id)).group_by(Allowance.person_id, Allowance.track_id)
    gives = or_(Allowance.extra_percent > 0, Allowance.may_try_from.is_not(None))
    rows = session.scalars(
        select(Allowance)
        .where(Allowance.id.in_(newest), gives)
        .order_by(Allowance.id.desc())
        .offset(offset)
        .limit(limit)
        .options(*_ALL)
    )
    return [Standing(one, left(session, one.person_id, one.track_id)) for one in rows]


def of_person(session: Session, person_id: int) -> Sequence[Allowance]:
    """List all that a person was ever allowed, the latest first."""
    theirs = select(Allowance).filter_by(person_id=person_id).order_by(Allowance.id.desc())
    return session.scalars(theirs.options(*_ALL)).all()


def allowance(session: Session, allowance_id: int) -> Allowance:
    """Find what was allowed, or raise `NotFound`."""
    found = session.scalar(select(Allowance).filter_by(id=allowance_id).options(*_ALL))
    if found is None:
        raise NotFound(allowance_id=allowance_id)
    return found


def running(session: Session, person_id: int) -> set[int]:
    """Tell for which tracks a person has an attempt in progress: its deadline stands, whatever is allowed meanwhile."""
    theirs = select(ExamAttempt.track_id).filter_by(person_id=person_id, state=AttemptState.IN_PROGRESS)
    return set(session.scalars(theirs))


def examined_tracks(session: Session) -> Sequence[Track]:
    """List the tracks that have or had an exam: for another one there is nothing to allow."""
    in_order = select(Track).where(Track.id.in_(select(Exam.track_id))).order_by(Track.niche_id, Track.level, Track.id)
    return session.scalars(in_order).all()
