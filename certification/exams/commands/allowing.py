"""Allowing a person more time or one more try, and taking it back; every change is a row of its own."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.exams import allowances
from certification.exams.models import Allowance
from certification.exams.rules.allowances import Allowed, ChangesNothing, OwnAllowance
from certification.tracks import queries as tracks
from marketplace.accounts import queries as accounts
from marketplace.kernel import audit


def allow(
    session: Session,
    person_id: int,
    track_slug: str,
    *,
    extra_percent: int | None,
    may_try_from: datetime | None,
    reason: str,
    by: int,
    now: datetime,
) -> Allowance:
    """Allow a person something for a track, from the next start on; a deadline that runs is not moved.

    Args:
        session: the transaction in which it is done.
        person_id: who is allowed it.
        track_slug: for whose exam.
        extra_percent: of the time that everybody has; None: as it was.
        may_try_from: from when one more try may begin; None: as it was.
        reason: for those who look at it later.
        by: who allows it.
        now: the present moment.

    Raises:
        NotFound: there is no such person, or no such track.
        OwnAllowance: it is for whoever allows it.
        ChangesNothing: all of it holds already.
    """
    _check_other(person_id, by)
    person = accounts.lock_person(session, person_id)  # Nobody begins the try meanwhile that is still to be used.
    track = tracks.track_by_slug(session, track_slug)
    before = allowances.left(session, person.id, track.id)
    after = before.with_more(extra_percent, may_try_from)
    if after == before:
        raise ChangesNothing
    return _write(session, person.id, track.id, after, "allow", reason=reason, by=by, now=now)


def take_back(session: Session, allowance_id: int, *, reason: str, by: int, now: datetime) -> Allowance:
    """Let the rules hold for a person again as for all; a deadline that runs is not moved.

    Raises:
        NotFound: nothing of the kind was allowed.
        OwnAllowance: it is that of whoever takes it back.
        ChangesNothing: it does not hold any more.
    """
    found = allowances.allowance(session, allowance_id)
    _check_other(found.person_id, by)
    accounts.lock_person(session, found.person_id)
    if allowances.left(session, found.person_id, found.track_id) == Allowed():
        raise ChangesNothing
    return _write(session, found.person_id, found.track_id, Allowed(), "take_back", reason=reason, by=by, now=now)


def _check_other(person_id: int, by: int) -> None:
    if person_id == by:
        raise OwnAllowance


def _write(
    session: Session,
    person_id: int,
    track_id: int,
    allowed: Allowed,
    action: str,
    *,
    reason: str,
    by: int,
    now: datetime,
) -> Allowance:
    facts = {"extra_percent": allowed.extra_percent, "may_try_from": allowed.may_try_from}
    made = Allowance(person_id=person_id, track_id=track_id, **facts, reason=reason, by_person_id=by, at=now)
    session.add(made)
    session.flush()
    told = allowed.may_try_from.isoformat() if allowed.may_try_from else None
    audit.record(
        session,
        made,
        action,
        by=by,
        at=now,
        person=person_id,
        track=track_id,
        extra_percent=allowed.extra_percent,
        may_try_from=told,
    )
    return made
