"""What the tests of money share: a till whose books agree with Stripe's in the end."""

import pytest

from tests.factories.till import open_till


@pytest.fixture
def till(app):
    """Payments against a Stripe within this process; at the end both books say the same."""
    with open_till(app) as till:
        yield till
        till.check()
