"""What all letters share: who gets them, and how they speak of moments, amounts and pages."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.rules import StaffRole
from marketplace.kernel import mail
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_clock, format_day, reader, use_reader, zone_city
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Member


def tell(session: Session, person: Person, write: Callable[[], Letter], now: datetime) -> None:
    """Owe somebody a letter; `write` is called as if that person read already."""
    with use_reader(person.language, person.zone):
        letter = write()
        greeting = _("Hello %(name)s,") % {"name": person.name}
        subject = " ".join(letter.subject.split())  # A title may have lines, a header may not.
        greeted = Letter(subject, [greeting, *letter.paragraphs], letter.action)
        mail.send(session, greeted, to=person.email, name=person.name, language=person.language, now=now)


def tell_all(session: Session, people: Sequence[Person], write: Callable[[], Letter], now: datetime) -> None:
    """Owe each of several people the same letter, each in their own language."""
    for person in people:
        tell(session, person, write, now)


def request_of(session: Session, request_id: int) -> SupportRequest:
    """Find the request that an event is about."""
    return session.get_one(SupportRequest, request_id)


def members_of(session: Session, provider_id: int | None) -> list[Person]:
    """List the members of a provider who read letters: they have confirmed their address and can sign in."""
    mine = select(Person).join(Member, Member.person_id == Person.id).where(Member.provider_id == provider_id)
    reachable = mine.where(Person.confirmed_at.is_not(None), Person.password_hash.is_not(None))
    return list(session.scalars(reachable.order_by(Person.id)))


def support_staff(session: Session) -> list[Person]:
    """List the vendor's people who look after requests."""
    offices = {StaffRole.ADMIN, StaffRole.SUPPORT}
    staff = select(Person).where(Person.staff_role.in_(offices), Person.confirmed_at.is_not(None))
    return list(session.scalars(staff.order_by(Person.id)))


def finance_staff(session: Session) -> list[Person]:
    """List the vendor's people who look after the money."""
    offices = {StaffRole.ADMIN, StaffRole.FINANCE}
    staff = select(Person).where(Person.staff_role.in_(offices), Person.confirmed_at.is_not(None))
    return list(session.scalars(staff.order_by(Person.id)))


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
