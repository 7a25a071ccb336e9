"""Offers."""

from marketplace.matching.models import Offer
from tests.factories import HOUR, NOON
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request


def make_offer(session, *, support_request=None, provider=None, **overrides):
    """Make an offer that is open from `NOON` for an hour."""
    support_request = support_request or make_request(session)
    facts = {
        "request_id": support_request.id,
        "provider_id": (provider or make_provider(session)).id,
        "price_minor": 4900,
        "currency": support_request.currency,
        "reasons": [],
        "made_at": NOON,
        "expires_at": NOON + HOUR,
        **overrides,
    }
    offer = Offer(**facts)
    session.add(offer)
    session.flush()
    return offer
