"""What providers sell."""

from marketplace.catalogue.rules import Layer
from providers.services.models import Service
from tests.factories.catalogue import make_niche
from tests.factories.profiles import make_provider


def make_service(session, *, provider=None, niche=None, **overrides):
    facts = {
        "provider_id": (provider or make_provider(session)).id,
        "niche_id": (niche or make_niche(session)).id,
        "layer": Layer.APPLICATION,
        "price_minor": 4900,
        "currency": "EUR",
        "includes": {"en": "One problem, solved."},
        **overrides,
    }
    service = Service(**facts)
    session.add(service)
    session.flush()
    return service
