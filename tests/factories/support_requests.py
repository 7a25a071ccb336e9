"""Requests."""

import itertools

from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode, Status
from providers.profiles.rules import Cefr
from tests.factories import HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_category
from tests.factories.profiles import make_provider

_numbers = itertools.count(1)
_TAKEN = {Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}


def make_request(session, *, customer=None, category=None, provider=None, **overrides):
    """Make a request that looks for the best fit at `NOON`; once somebody has taken it, that is `provider`."""
    status = Status(overrides.pop("status", Status.IN_PROGRESS if provider else Status.MATCHING))
    if status in _TAKEN and provider is None:
        provider = make_provider(session)
    facts = {
        "reference": f"req{next(_numbers):07}",
        "customer_id": (customer or make_person(session)).id,
        "category_id": (category or make_category(session)).id,
        "title": "Uploads stop at 99 %",
        "description": "Since the update no picture arrives.",
        "fields": {},
        "language": "en",
        "level": Cefr.B1,
        "zone": "Europe/Madrid",
        "urgency_hours": 24,
        "currency": "EUR",
        "mode": None if status is Status.DRAFT else Mode.BEST_FIT,
        "ceiling_minor": None if status is Status.DRAFT else 6000,
        "status": status,
        "provider_id": provider.id if provider else None,
        "created_at": NOON - 2 * HOUR,
        "submitted_at": None if status is Status.DRAFT else NOON - HOUR,
        **overrides,
    }
    support_request = SupportRequest(**facts)
    session.add(support_request)
    session.flush()
    return support_request
