"""Offers, and the jobs that come of them."""

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs.disputes import DisputeReason
from marketplace.jobs.models import Dispute, ExtraWork, Job
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import OfferStatus
from tests.factories import DAY, HOUR, NOON
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

# Terms of the other two kinds: 60 EUR per hour and at most three, and a session of an hour for 49 EUR.
CAPPED = {"kind": ServiceKind.HOURLY, "price_minor": 18000, "hourly_minor": 6000, "cap_minutes": 180}
BOOKED = {"kind": ServiceKind.SESSION, "session_minutes": 60}


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


def make_quote(session, *, offer=None, **overrides):
    """Make a quote of `NOON` for 45 EUR, which can be chosen for a day; its offer ends with it."""
    offer = offer or make_offer(session, status=OfferStatus.QUOTED, answered_at=NOON, expires_at=NOON + DAY)
    facts = {
        "offer_id": offer.id,
        "member_id": offer.provider.members[0].id,
        "price_minor": 4500,
        "currency": offer.currency,
        "includes": "A backup, the repair and a test.",
        "first_answer_minutes": 60,
        "made_at": NOON,
        "valid_until": NOON + DAY,
        **overrides,
    }
    quote = Quote(**facts)
    session.add(quote)
    session.flush()
    session.expire(offer, ["quotes"])
    return quote


def make_job(session, *, support_request=None, **overrides):
    """Make a job that was accepted at `NOON` for 49 EUR, of which the vendor keeps 15 %."""
    support_request = support_request or make_request(session, status="in_progress")
    provider = support_request.provider
    terms = {name: value for name, value in overrides.items() if name in {*CAPPED, *BOOKED}}
    offer = make_offer(
        session,
        support_request=support_request,
        provider=provider,
        **{"status": OfferStatus.ACCEPTED, "answered_at": NOON, **terms},
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


def make_extra(session, *, job=None, **overrides):
    """Make a proposal of extra work for 30 EUR, of `NOON`."""
    job = job or make_job(session)
    facts = {
        "job_id": job.id,
        "part": 2,
        "member_id": job.member_id,
        "description": "The thumbnails are broken as well.",
        "price_minor": 3000,
        "currency": job.currency,
        "proposed_at": NOON,
        **overrides,
    }
    extra = ExtraWork(**facts)
    session.add(extra)
    session.flush()
    return extra


def make_dispute(session, *, job=None, **overrides):
    """Make a dispute about 20 EUR, four days old and not answered: whoever likes may answer or decide."""
    job = job or make_job(session)
    facts = {
        "job_id": job.id,
        "reason": DisputeReason.NOT_SOLVED,
        "statement": "It broke again the next day.",
        "asked_minor": 2000,
        "currency": job.currency,
        "was_resolved": True,
        "opened_at": NOON - 4 * DAY,
        "answer_by": NOON - DAY,
        **overrides,
    }
    dispute = Dispute(**facts)
    session.add(dispute)
    session.flush()
    return dispute
