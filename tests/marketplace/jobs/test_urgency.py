"""How soon an answer is needed decides which of a partner's services is asked for, and at which price."""

import pytest

from marketplace.catalogue.models import Niche
from marketplace.jobs import queries as jobs
from marketplace.jobs.rules import NobodyFits, PartnerNotFree
from marketplace.kernel.database import reading, transaction
from marketplace.matching import queries as matching
from marketplace.matching.rules import Unfit
from marketplace.payments.rules import HoldStatus
from providers.profiles.models import Provider
from providers.services.models import Service
from tests.factories import NOON
from tests.factories.jobs import FOR_QUOTES, Life, choose
from tests.factories.services import make_service

USUAL, URGENT = 4900, 8000


@pytest.fixture
def partner_id(market, add_partner):
    """A partner who answers within a day, and for more within four hours."""
    provider_id = add_partner(price_minor=USUAL, sells={"urgency_hours": 24})
    with transaction() as session:
        provider, niche = session.get_one(Provider, provider_id), session.get_one(Niche, market.niche_id)
        make_service(session, provider=provider, niche=niche, price_minor=URGENT, urgency_hours=4)
    return provider_id


@pytest.mark.parametrize(("hours", "price_minor"), [(4, URGENT), (23, URGENT), (24, USUAL), (72, USUAL)])
def test_the_cheapest_service_that_is_soon_enough_is_agreed(market, partner_id, hours, price_minor):
    life = Life(market, urgency_hours=hours)
    life.submit(choose(partner_id))
    life.pay()
    assert (life.hold.status, life.hold.asked.minor) == (HoldStatus.HELD, price_minor)
    life.accept()
    assert jobs.job_of(reading(), life.id).price.minor == price_minor
    assert reading().get_one(Service, life.offer_to(partner_id).service_id).price_minor == price_minor


def test_the_cheapest_is_that_of_the_prices_in_the_currency_of_the_request(market, partner_id):
    with transaction() as session:
        session.query(Service).filter_by(urgency_hours=4).one().price_minor = USUAL - 1
    [match] = matching.matches(reading(), Life(market, urgency_hours=72).request, NOON)
    assert match.price.minor == USUAL - 1


def test_who_needs_it_sooner_than_anybody_sells_it_reads_why(market, partner_id):
    life = Life(market, urgency_hours=2)
    with pytest.raises(PartnerNotFree):
        life.submit(choose(partner_id))
    with pytest.raises(NobodyFits):
        life.submit(FOR_QUOTES)
    assert matching.gap(reading(), life.request, NOON) == [Unfit.URGENCY]


def test_what_is_sold_for_any_urgency_fits_every_request(market, add_partner):
    partner_id = add_partner()
    [match] = matching.matches(reading(), Life(market, urgency_hours=1).request, NOON)
    assert match.provider_id == partner_id
