"""Saying what is sold and for how much; what was offered keeps its terms."""

from dataclasses import replace

import pytest

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from providers.profiles.rules import OnlyOwners
from providers.services import commands, queries
from providers.services.commands import Place, SoldAlready
from providers.services.rules import Terms
from tests.factories import NOON
from tests.factories.catalogue import make_niche
from tests.factories.matching import make_offer
from tests.factories.profiles import make_member, make_provider
from tests.factories.services import make_service
from tests.factories.support_requests import make_request

FIXED = Terms(ServiceKind.INCIDENT, Money(4900, "EUR"))
DEARER = Terms(ServiceKind.INCIDENT, Money(9900, "EUR"))
HOURLY = Terms(ServiceKind.HOURLY, Money(6000, "EUR"), cap_minutes=180)
INCLUDES = {"en": "One problem, solved."}


@pytest.fixture
def owner(session):
    return make_provider(session).members[0]


@pytest.fixture
def place(session):
    return Place(make_niche(session).id, Layer.APPLICATION)


def test_one_kind_of_help_is_sold_once_for_the_same(session, owner, place):
    for terms in (FIXED, HOURLY):
        commands.add_service(session, owner, place, terms, INCLUDES, now=NOON)
    with pytest.raises(SoldAlready):
        commands.add_service(session, owner, place, FIXED, INCLUDES, now=NOON)
    urgent = replace(place, urgency_hours=4)
    commands.add_service(session, owner, urgent, DEARER, INCLUDES, now=NOON)
    with pytest.raises(SoldAlready):
        commands.add_service(session, owner, urgent, FIXED, INCLUDES, now=NOON)
    commands.add_service(session, owner, replace(place, layer=Layer.PLATFORM), FIXED, INCLUDES, now=NOON)
    sold = queries.services_by_provider(session, [owner.provider_id])[owner.provider_id]
    assert [(one.layer, one.urgency_hours, one.terms) for one in sold] == [
        (Layer.APPLICATION, 0, FIXED),
        (Layer.APPLICATION, 0, HOURLY),
        (Layer.APPLICATION, 4, DEARER),
        (Layer.PLATFORM, 0, FIXED),
    ]


def test_what_was_offered_keeps_its_price(session, owner):
    service = make_service(session, provider=owner.provider)
    offer = make_offer(session, support_request=make_request(session), provider=owner.provider, service_id=service.id)
    commands.change_service(session, owner, service.id, DEARER, {"en": "More."}, now=NOON)
    assert (service.terms, service.includes, offer.price_minor) == (DEARER, {"en": "More."}, 4900)


def test_what_is_not_sold_any_more_is_kept_and_can_be_sold_again(session, owner):
    service = make_service(session, provider=owner.provider)
    commands.sell(session, owner, service.id, is_active=False, now=NOON)
    assert queries.services_by_provider(session, [owner.provider_id]) == {}
    assert queries.services_of(session, owner.provider_id) == [service]
    commands.sell(session, owner, service.id, is_active=True, now=NOON)
    assert queries.services_by_provider(session, [owner.provider_id]) == {owner.provider_id: [service]}


def test_what_others_sell_does_not_exist(session, owner):
    service = make_service(session)
    with pytest.raises(NotFound):
        commands.change_service(session, owner, service.id, FIXED, INCLUDES, now=NOON)
    with pytest.raises(NotFound):
        commands.sell(session, owner, service.id, is_active=False, now=NOON)


def test_prices_are_their_owners_to_say(session, owner, place):
    member = make_member(session, owner.provider)
    with pytest.raises(OnlyOwners):
        commands.add_service(session, member, place, FIXED, INCLUDES, now=NOON)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(ServiceKind.INCIDENT, Money(0, "EUR")),
        Terms(ServiceKind.INCIDENT, Money(1_500_050, "HUF")),
        Terms(ServiceKind.HOURLY, Money(99_999_900, "EUR"), cap_minutes=2400),
    ],
)
def test_a_price_can_be_paid_and_so_can_the_most_of_it(session, owner, place, terms):
    with pytest.raises(InvalidInput):
        commands.add_service(session, owner, place, terms, INCLUDES, now=NOON)
