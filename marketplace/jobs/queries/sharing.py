"""How the price of a job is to be shared: read from the vendor's tables, and frozen when the job is agreed."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.money import Money
from marketplace.matching.models import Offer
from marketplace.payments import queries as money
from marketplace.payments.rules import NO_RESERVE, Reserve, Shares, Terms, share_out
from marketplace.support_requests.models import SupportRequest
from marketplace.tariffs import queries as tariffs
from marketplace.tariffs.rules import Commission, Tax
from providers.profiles import queries as profiles


@dataclass(frozen=True, slots=True)
class Sharing:
    """By what the price of an offer is shared."""

    commission: Commission
    tax: Tax
    commission_tax: Tax

    @property
    def terms(self) -> Terms:
        """The figures of it."""
        return Terms(self.commission.percent, self.tax.rate, self.commission_tax.rate)

    def of(self, price: Money) -> Shares:
        """Share a price."""
        return share_out(price, self.terms)


def tax_of_request(session: Session, support_request: SupportRequest, now: datetime) -> Tax:
    """Tell what tax the price of a request includes, if it is agreed today."""
    return tariffs.tax_of_sale(session, support_request.customer.country, now.date())


def sharing(session: Session, offer: Offer, now: datetime) -> Sharing:
    """Tell by what the price of an offer is shared, if it is accepted today.

    The commission is that of the day on which the offer was made, at the level of that moment, for it was named there.
    Taxes are those of the day.
    """
    provider = offer.provider
    level = profiles.level_at(session, provider, offer.made_at)
    return Sharing(
        tariffs.commission_of(session, provider.id, level, offer.made_at.date()),
        tax_of_request(session, offer.support_request, now),
        tariffs.tax_of_commission(
            session,
            provider.tax_country,
            provider.vat_number,
            now.date(),
            home=current_app.config["VENDOR_COUNTRY"],
        ),
    )


def reserve_of(session: Session, provider_id: int, subject_id: int, agreed_at: datetime) -> Reserve:
    """Tell what is kept back of a share: by the rule of the day on which the job was agreed, from new partners."""
    rule = tariffs.reserve_on(session, agreed_at.date())
    if rule is None:
        return NO_RESERVE
    return rule.of_next(money.settled_besides(session, provider_id, PURPOSE, subject_id))
