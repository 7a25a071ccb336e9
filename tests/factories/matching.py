"""Offers, and the jobs that come of them."""

from marketplace.jobs.models import Job
from marketplace.matching.models import Offer
from marketplace.matching.rules import OfferStatus
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


def make_job(session, *, support_request=None, **overrides):
    """Make a job that was accepted at `NOON` for 49 EUR, of which the vendor keeps 15 %."""
    support_request = support_request or make_request(session, status="in_progress")
    provider = support_request.provider
    offer = make_offer(
        session,
        support_request=support_request,
        provider=provider,
        price_minor=overrides.get("price_minor", 4900),
        status=OfferStatus.ACCEPTED,
        answered_at=NOON,
    )
    facts = {
        "request_id": support_request.id,
        "provider_id": provider.id,
        "member_id": provider.members[0].id,
        "offer_id": offer.id,
        "price_minor": offer.price_minor,
        "currency": offer.currency,
        "commission_percent": 15,
        "accepted_at": NOON,
        **overrides,
    }
    job = Job(**facts)
    session.add(job)
    session.flush()
    return job
