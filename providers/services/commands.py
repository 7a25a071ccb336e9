"""Selling help: what, and for how much. What was offered or agreed keeps its terms, whatever is changed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import Layer
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.money import is_payable, smallest_step
from marketplace.kernel.translate import _, _l
from providers.profiles.models import Member
from providers.profiles.rules import check_owner
from providers.services import queries
from providers.services.models import Service
from providers.services.rules import ANY_URGENCY, Terms


class SoldAlready(Conflict):
    """A provider sells one kind of help once for each kind of work, part of the system and urgency."""

    message = _l("You sell this already. Change the service that you have.")


@dataclass(frozen=True, slots=True)
class Place:
    """For which kind of work, on which part of the system, and for requests of which urgency help is sold."""

    niche_id: int
    layer: Layer
    urgency_hours: int = ANY_URGENCY


def add_service(
    session: Session, member: Member, place: Place, terms: Terms, includes: Mapping[str, str], *, now: datetime
) -> None:
    """Sell something more.

    Raises:
        OnlyOwners: the member is no owner.
        InvalidInput: the most that it can cost can not be paid.
        SoldAlready: the provider sells this kind of help for the same.
    """
    check_owner(member.role)
    check_payable(terms)
    where: dict[str, Any] = {"provider_id": member.provider_id, "niche_id": place.niche_id, "layer": place.layer}
    where |= {"kind": terms.kind, "urgency_hours": place.urgency_hours}
    what = {**_columns(terms), "currency": terms.price.currency, "includes": dict(includes)}
    if not insert_new(session, Service, **where, **what):
        raise SoldAlready
    made = queries.service_sold_as(session, **where)
    audit.record(session, made, "add", by=member.person_id, at=now, price=terms.price.minor)


def change_service(
    session: Session, member: Member, service_id: int, terms: Terms, includes: Mapping[str, str], *, now: datetime
) -> None:
    """Ask another price for something, or say more about it.

    Raises:
        NotFound: the provider has no such service.
        OnlyOwners: the member is no owner.
        InvalidInput: the most that it can cost can not be paid.
    """
    check_owner(member.role)
    check_payable(terms)
    service = queries.lock_service(session, service_id, member.provider_id)
    assert (service.kind, service.currency) == (terms.kind, terms.price.currency), "these stay"
    for column, value in _columns(terms).items():
        setattr(service, column, value)
    service.includes = dict(includes)
    audit.record(session, service, "change", by=member.person_id, at=now, price=terms.price.minor)


def sell(session: Session, member: Member, service_id: int, *, is_active: bool, now: datetime) -> None:
    """Stop selling something, or sell it again.

    Raises:
        NotFound: the provider has no such service.
        OnlyOwners: the member is no owner.
    """
    check_owner(member.role)
    service = queries.lock_service(session, service_id, member.provider_id)
    service.is_active = is_active
    audit.record(session, service, "sell" if is_active else "stop", by=member.person_id, at=now)


def check_payable(terms: Terms) -> None:
    """See that a price can be charged, and the most that comes of it as well.

    Raises:
        InvalidInput: names the field.
    """
    if terms.price.minor % smallest_step(terms.price.currency) or not is_payable(terms.price):
        raise InvalidInput({"price": [_("This price can not be paid. Write another one.")]})
    if not is_payable(terms.most):
        raise InvalidInput({"price": [_("So many hours at this price can not be paid. Lower one of them.")]})


def _columns(terms: Terms) -> dict[str, int | None]:
    return {
        "price_minor": terms.price.minor,
        "cap_minutes": terms.cap_minutes,
        "session_minutes": terms.session_minutes,
    }
