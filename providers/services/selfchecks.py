"""What must always hold of services; `handrail check` asks every day. Each check names what is broken."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.kernel.money import is_payable, smallest_step
from providers.services.models import Service


def prices_without_an_exchange_rate(session: Session) -> list[str]:
    """A service that nobody can buy, because its price can not be converted."""
    known = catalogue.currencies(session)
    lost = select(Service.id, Service.currency).where(Service.is_active, Service.currency.not_in(known))
    return [
        f"service {service_id} is priced in {currency}, which has no rate"
        for service_id, currency in session.execute(lost)
    ]


def prices_that_can_not_be_charged(session: Session) -> list[str]:
    """A price with fractions that its currency does not have, or hours that add up to more than can be charged."""
    prices = session.scalars(select(Service).where(Service.is_active))
    return [
        f"service {one.id} costs {one.price_minor} {one.currency}, which can not be charged"
        for one in prices
        if one.price_minor % smallest_step(one.currency) or not is_payable(one.terms.most)
    ]


CHECKS = (prices_without_an_exchange_rate, prices_that_can_not_be_charged)
