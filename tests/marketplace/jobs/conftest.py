"""What the tests of jobs share: a market whose books balance in the end."""

import pytest

from marketplace.kernel.database import transaction
from tests.factories.jobs import make_market, make_partner
from tests.plugins.racing import broken_checks


@pytest.fixture
def market(app, sandbox, request):
    """A market in which every test ends with books that balance; but for twins of races: they are about broken ones."""
    with transaction() as session:
        market = make_market(session)
    yield market
    assert "guards" in request.fixturenames or not broken_checks()


@pytest.fixture
def add_partner(market):
    """Give a function that adds a partner and tells its id."""

    def add(**facts):
        with transaction() as session:
            return make_partner(session, market, **facts).id

    return add
