"""Reading about people."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import ApiToken, Attempt, EndedSession, Person
from marketplace.accounts.rules import StaffRole, Tried, email_key
from marketplace.kernel.access import Role
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import NotFound

OFFICES = {
    StaffRole.ADMIN: {Role.ADMIN, Role.SUPPORT, Role.CERTIFICATION, Role.FINANCE},
    StaffRole.SUPPORT: {Role.SUPPORT},
    StaffRole.CERTIFICATION: {Role.CERTIFICATION},
    StaffRole.FINANCE: {Role.FINANCE},
}


def person(session: Session, person_id: int) -> Person:
    """Find a person, or raise `NotFound`."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound(person_id=person_id)
    return found


def lock_person(session: Session, person_id: int) -> Person:
    """Hold on to a person until the transaction ends, or raise `NotFound`."""
    found = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(person_id=person_id)
    return found


def person_by_email(session: Session, email: str) -> Person | None:
    """Find whoever has an address, in whatever spelling."""
    return session.scalar(select(Person).filter_by(email_key=email_key(email)))


def lock_person_by_email(session: Session, email: str) -> Person | None:
    """Find whoever has an address, and hold on to that person until the transaction ends."""
    mine = select(Person).filter_by(email_key=email_key(email))
    return session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def person_by_session_key(session: Session, key: str, session_id: str = "") -> Person | None:
    """Find whoever is signed in with this session, unless it was ended."""
    ended = select(EndedSession.digest).filter_by(digest=token_digest(session_id))
    return session.scalar(select(Person).filter_by(session_key=key).where(~ended.exists()))


def person_by_token(session: Session, token: str) -> Person | None:
    """Find whoever a program acts for."""
    mine = select(Person).join(ApiToken).where(ApiToken.digest == token_digest(token), ApiToken.revoked_at.is_(None))
    return session.scalar(mine)


def token_digest(token: str) -> str:
    """Digest a token, to look it up; it is long and random, so there is nothing to guess from a digest."""
    return hashlib.sha256(token.encode()).hexdigest()


def tokens(session: Session, person_id: int) -> list[ApiToken]:
    """List the tokens of a person that still open something, the newest first."""
    valid = select(ApiToken).filter_by(person_id=person_id, revoked_at=None)
    return list(session.scalars(valid.order_by(ApiToken.id.desc())))


def password_hash(session: Session, email: str) -> str | None:
    """Give what is kept of the password of an address, if anything."""
    return session.scalar(select(Person.password_hash).filter_by(email_key=email_key(email)))


def roles_of(person: Person, *, at_work: Collection[Role]) -> set[Role]:
    """Tell what a person may be; without a confirmed address that is what anyone is.

    Args:
        person: who it is.
        at_work: what this person may be for a provider.
    """
    if person.confirmed_at is None:
        return {Role.ANYONE}
    roles = {Role.ANYONE, Role.PERSON, *at_work}
    if person.staff_role is not None:
        roles |= {Role.STAFF} | OFFICES[person.staff_role]
    return roles


def officers(session: Session, role: Role) -> list[Person]:
    """List the vendor's people who may be `role`, those who joined first at the top."""
    offices = [office for office, roles in OFFICES.items() if role in roles]
    staff = select(Person).where(Person.staff_role.in_(offices), Person.confirmed_at.is_not(None))
    return list(session.scalars(staff.order_by(Person.id)))


def nth_last_attempt(session: Session, kind: Tried, nth: int, *, since: datetime, **who: str) -> datetime | None:
    """Tell when the `nth` last try was, if there were as many after `since`.

    Args:
        session: for reading.
        kind: what was tried.
        nth: 1 for the last try.
        since: earlier tries do not count.
        who: columns of `Attempt` that say whose tries.
    """
    tries = select(Attempt.at).filter_by(kind=kind, **who).where(Attempt.at > since)
    return session.scalar(tries.order_by(Attempt.at.desc()).offset(nth - 1).limit(1))


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that was done, and the name of who did it; None for the house itself."""

    entry: AuditEntry
    by_name: str | None


def traces(session: Session, *about: ColumnElement[bool], limit: int) -> list[Trace]:
    """List the latest things that were done, as far as they are about something."""
    done = select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.by_person_id)
    latest = done.where(*about).order_by(AuditEntry.id.desc()).limit(limit)
    return [Trace(entry, by_name) for entry, by_name in session.execute(latest)]


def traces_of(session: Session, record: Any, *, limit: int = 100) -> list[Trace]:
    """List the latest things that were done to one record, an instance of a model."""
    about = AuditEntry.subject_kind == record.__tablename__, AuditEntry.subject_id == record.id
    return traces(session, *about, limit=limit)
