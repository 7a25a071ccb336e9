"""Whole partners: everything that a provider needs to be found and asked; and searches that somebody has saved."""

from providers.directory.models import SavedSearch
from tests.factories import NOON
from tests.factories.availability import make_hours
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_provider
from tests.factories.services import make_service


def make_partner(session, niche, *, price_minor=4900, currency="EUR", layer=None, **overrides):
    """Make a provider who works nine to five, is certified for `niche` and sells help with it."""
    provider = make_provider(session, **overrides)
    member = provider.members[0]
    make_hours(session, member)
    make_credential(session, person=member.person, niche=niche)
    facts = {"layer": layer} if layer else {}
    make_service(session, provider=provider, niche=niche, price_minor=price_minor, currency=currency, **facts)
    return provider


def make_saved_search(session, *, person, **overrides):
    """Make a search that somebody has saved."""
    facts = {"query": "language=fr", "zone": "Europe/Madrid", "currency": "EUR", "saved_at": NOON, **overrides}
    saved = SavedSearch(person_id=person.id, **{"looked_at": facts["saved_at"], **facts})
    session.add(saved)
    session.flush()
    return saved
