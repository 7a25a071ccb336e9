"""What the tests of jobs share: a market whose books balance in the end."""

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.site.wiring import SELF_CHECKS
from tests.factories.jobs import make_market, make_partner


@pytest.fixture
def market(app, sandbox):
    """A market in which every test ends with books that balance, here and at Stripe."""
    with transaction() as session:
        market = make_market(session)
    yield market
    broken = {check.__name__: lines for check in SELF_CHECKS if (lines := check(reading()))}
    assert not broken


@pytest.fixture
def add_partner(market):
    """Give a function that adds a partner and tells its id."""

    def add(**facts):
        with transaction() as session:
            return make_partner(session, market, **facts).id

    return add
