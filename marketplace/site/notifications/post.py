"""What all letters share: who gets them, and how they speak of moments, amounts and pages."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.kernel import mail
from marketplace.kernel.access import Role
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_clock, format_day, reader, use_reader, zone_city
from marketplace.support_requests.models import SupportRequest
from providers.availability import queries as availability
from providers.availability.models import Absence
from providers.profiles.models import Member
from providers.profiles.queries import IS_HERE, TAKES_JOBS
from providers.profiles.rules import MemberRole


def tell(session: Session, person: Person, write: Callable[[], Letter], now: datetime) -> None:
    """Owe somebody a letter; `write` is called as if that person read already."""
    with use_reader(person.language, person.zone):
        letter = write()
        greeting = _("Hello %(name)s,") % {"name": person.name}
        subject = " ".join(letter.subject.split())  # A title may have lines, a header may not.
        greeted = replace(letter, subject=subject, paragraphs=[greeting, *letter.paragraphs])
        mail.send(session, greeted, to=person.email, name=person.name, language=person.language, now=now)


def tell_all(session: Session, people: Sequence[Person], write: Callable[[], Letter], now: datetime) -> None:
    """Owe each of several people the same letter, each in their own language."""
    for person in people:
        tell(session, person, write, now)


def tell_member(session: Session, member: Member, write: Callable[[], Letter], now: datetime) -> None:
    """Owe a letter to one who works for a provider, or has; nobody writes to an address that was never confirmed."""
    if member.person.confirmed_at and member.person.password_hash:
        tell(session, member.person, write, now)


def tell_workers(
    session: Session,
    provider_id: int | None,
    write: Callable[[], Letter],
    now: datetime,
    *,
    but: Collection[int | None] = (),
) -> None:
    """Owe a letter about a request to those of a provider who take jobs, except some people, by their ids.

    Whoever is away gets none while somebody stands in: that one is told for whom the letter is, too.
    """
    readers = [one for one in workers_of(session, provider_id) if one.id not in but]
    reached = {one.id for one in readers}
    away = availability.away_now(session, provider_id, now).values() if provider_id is not None else ()
    covered = [one for one in away if one.stand_in is not None and one.stand_in.person_id in reached]
    for person in readers:
        if person.id not in {one.absence.member.person_id for one in covered}:
            absences = [one.absence for one in covered if one.stand_in and one.stand_in.person_id == person.id]
            tell(session, person, partial(_standing_in, write, absences), now)


def _standing_in(write: Callable[[], Letter], absences: Sequence[Absence]) -> Letter:
    letter = write()
    told = [
        _("You stand in for %(name)s, who is away until %(day)s.")
        % {"name": one.member.person.name, "day": format_day(one.last_day)}
        for one in absences
    ]
    return replace(letter, paragraphs=[*letter.paragraphs, *told])


def request_of(session: Session, request_id: int) -> SupportRequest:
    """Find the request that an event is about."""
    return session.get_one(SupportRequest, request_id)


def members_of(session: Session, provider_id: int | None) -> list[Person]:
    """List the members of a provider who read letters: they have confirmed their address and can sign in."""
    return _those(session, provider_id, IS_HERE)


def workers_of(session: Session, provider_id: int | None) -> list[Person]:
    """List those of them who take jobs: what is about requests is for nobody else."""
    return _those(session, provider_id, *TAKES_JOBS)


def _those(session: Session, provider_id: int | None, *which: ColumnElement[bool]) -> list[Person]:
    mine = select(Person).join(Member, Member.person_id == Person.id).where(Member.provider_id == provider_id, *which)
    reachable = mine.where(Person.confirmed_at.is_not(None), Person.password_hash.is_not(None))
    return list(session.scalars(reachable.order_by(Person.id)))


def owners_of(session: Session, provider_id: int) -> list[Person]:
    """List those members who speak for the whole business, and read letters."""
    return _those(session, provider_id, IS_HERE, Member.role == MemberRole.OWNER)


def support_staff(session: Session) -> list[Person]:
    """List the vendor's people who look after requests."""
    return accounts.officers(session, Role.SUPPORT)


def finance_staff(session: Session) -> list[Person]:
    """List the vendor's people who look after the money."""
    return accounts.officers(session, Role.FINANCE)


def certification_staff(session: Session) -> list[Person]:
    """List the vendor's people who look after certificates, and decide who is a partner."""
    return accounts.officers(session, Role.CERTIFICATION)


def decision_staff(session: Session) -> list[Person]:
    """List support and finance, each of them once: an admin is both."""
    return list({one.id: one for one in (*support_staff(session), *finance_staff(session))}.values())


def page(path: str) -> str:
    """Give the address of a page of this site."""
    return f"{current_app.config['BASE_URL']}{path}"


def page_of(support_request: SupportRequest) -> str:
    """Give the address of a request."""
    return page(f"/requests/{support_request.reference}")


def when(moment: datetime) -> str:
    """Write a moment in full in the reader's time zone, and name the zone."""
    return _("%(day)s, %(time)s (%(city)s time)") % {
        "day": format_day(moment, "full"),
        "time": format_clock(moment),
        "city": zone_city(reader().zone.key),
    }
