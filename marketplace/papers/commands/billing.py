"""Whom a customer wants to stand on the papers."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.kernel.vat_numbers import read_vat_number
from marketplace.papers import queries
from marketplace.papers.models import BillingDetails


def set_billing_details(
    session: Session,
    person_id: int,
    *,
    name: str,
    address: str,
    country: str,
    vat_number: str | None = None,
    now: datetime,
) -> None:
    """Name whom the customer's papers are for from now on; what was issued stays as it is.

    Raises:
        InvalidInput: there is no such VAT number in that country.
    """
    vat_number = read_vat_number(vat_number, country) if vat_number else None
    accounts.lock_person(session, person_id).country = country  # Whose tax the customer pays is decided by it.
    told = {"name": name, "address": address, "country": country, "vat_number": vat_number, "updated_at": now}
    known = queries.billing_details(session, person_id)
    if known is None:
        session.add(BillingDetails(person_id=person_id, **told))
        return
    for field, value in told.items():
        setattr(known, field, value)


def drop_billing_details(session: Session, person_id: int) -> None:
    """Name nobody any more: from now on the customer gets receipts."""
    accounts.lock_person(session, person_id)
    known = queries.billing_details(session, person_id)
    if known is not None:
        session.delete(known)
