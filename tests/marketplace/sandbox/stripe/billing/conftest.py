"""A stand-in within this process, whose clock begins on a day that the tests choose."""

from datetime import UTC, datetime

import pytest

from marketplace.sandbox.stripe import clock
from tests.marketplace.sandbox.stripe.billing.shop import Shop
from tests.stripe_inprocess import StripeInProcess

BEGIN = datetime(2027, 1, 31, 9, 0, tzinfo=UTC)


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setattr(clock, "utcnow", lambda: BEGIN)  # It moves only when a test moves it.
    found = StripeInProcess()
    yield found
    found.close()


@pytest.fixture
def shop(stand_in):
    """Sell something by the month to somebody with a card, from 31 January 2027 on."""
    return Shop(stand_in)
