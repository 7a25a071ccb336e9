"""What the tests of papers share: a market in which every payment has its papers in the end."""

import pytest

from marketplace.accounts.models import Person
from marketplace.kernel.database import reading, transaction
from tests.factories.jobs import Life, choose, make_market, make_partner
from tests.plugins.racing import broken_checks


@pytest.fixture
def market(app, sandbox):
    """A market in which every test ends with books and papers that agree."""
    with transaction() as session:
        market = make_market(session)
    yield market
    assert not broken_checks()


@pytest.fixture
def partner_id(market):
    """A partner who helps for 49 EUR, of which the vendor keeps 15 %."""
    with transaction() as session:
        return make_partner(session, market, name="Bo Helps").id


@pytest.fixture
def customer(market):
    """Whoever asks and pays."""
    person = reading().get_one(Person, market.customer_id)
    reading().rollback()
    return person


@pytest.fixture
def life(market, partner_id):
    """A request that is paid, and waits for the partner's yes."""
    return paid(market, partner_id)


def paid(market, partner_id, **draft):
    """Ask, and pay."""
    life = Life(market, **draft)
    life.submit(choose(partner_id))
    life.pay()
    return life
