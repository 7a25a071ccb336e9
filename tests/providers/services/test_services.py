"""What providers sell."""

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from providers.services import queries
from providers.services.rules import Terms
from tests.factories.catalogue import make_niche
from tests.factories.profiles import make_provider
from tests.factories.services import make_service


def test_services_come_by_provider_in_the_order_of_niches(session):
    late, early = make_niche(session, position=9), make_niche(session, position=1)
    provider, other = make_provider(session), make_provider(session)
    second = make_service(session, provider=provider, niche=late)
    first = make_service(session, provider=provider, niche=early, price_minor=7000, currency="JPY")
    make_service(session, provider=provider, niche=early, layer=Layer.PLATFORM, is_active=False)
    assert queries.services_by_provider(session, [provider.id, other.id]) == {provider.id: [first, second]}
    assert first.terms == Terms(ServiceKind.INCIDENT, Money(7000, "JPY"))


def test_services_of_a_niche_are_those_on_sale(session):
    niche = make_niche(session)
    on_sale = make_service(session, niche=niche)
    make_service(session, niche=niche, is_active=False)
    make_service(session)
    assert queries.services_in_niche(session, niche.id, ServiceKind.INCIDENT) == [on_sale]


def test_a_provider_has_one_price_for_the_same_thing(session):
    niche, provider = make_niche(session), make_provider(session)
    make_service(session, niche=niche, provider=provider)
    with pytest.raises(IntegrityError):
        make_service(session, niche=niche, provider=provider, price_minor=1)
    session.rollback()


@pytest.mark.parametrize(
    "facts",
    [
        {"urgency_hours": -1},
        {"urgency_hours": 169},
        {"kind": ServiceKind.SESSION, "session_minutes": 60, "urgency_hours": 24},  # It has its start.
    ],
)
def test_how_soon_an_answer_comes_is_said_of_what_has_no_start(session, facts):
    with pytest.raises(IntegrityError):
        make_service(session, **facts)
    session.rollback()


@pytest.mark.parametrize("price_minor", [0, -1, 100_000_000])
def test_a_price_can_be_paid(session, price_minor):
    with pytest.raises(IntegrityError):
        make_service(session, price_minor=price_minor)
    session.rollback()
