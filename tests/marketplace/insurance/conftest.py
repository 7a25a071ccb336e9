"""What the tests of insurance share: a till, whose books and policies agree in the end."""

import pytest

from marketplace.insurance.selfchecks import CHECKS
from marketplace.kernel.database import reading
from tests.factories.insurance import Insured
from tests.factories.till import open_till


@pytest.fixture
def till(app):
    """Payments against a Stripe within this process; at the end all books say the same."""
    with open_till(app) as till:
        yield till
        till.check()
        reading().rollback()
        broken = {check.__name__: lines for check in CHECKS if (lines := check(reading()))}
        assert not broken


@pytest.fixture
def insured(till):
    """Somebody with a policy: 1,000 euros a year, of which 25 of each event are their own."""
    return Insured(till)
