"""Each self-check finds what is broken, and nothing else."""

from providers.profiles import selfchecks as profiles
from providers.profiles.rules import MemberRole
from providers.services import selfchecks as services
from tests.factories.catalogue import make_rates
from tests.factories.profiles import make_provider
from tests.factories.services import make_service


def found(session, checks):
    return {check.__name__ for check in checks if check(session)}


def test_nothing_is_found_where_all_is_well(session):
    make_rates(session)
    make_service(session)
    assert found(session, (*profiles.CHECKS, *services.CHECKS)) == set()


def test_ratings_need_reviews(session):
    make_provider(session, slug="ana", ratings=1, stars_sum=5)
    assert found(session, profiles.CHECKS) == {"ratings_that_disagree_with_reviews"}
    assert "ana" in profiles.ratings_that_disagree_with_reviews(session)[0]


def test_a_business_needs_an_owner(session):
    make_provider(session).members[0].role = MemberRole.MEMBER
    session.flush()
    assert found(session, profiles.CHECKS) == {"providers_without_an_owner"}


def test_hours_need_a_zone(session):
    make_provider(session, zone="Mars/Olympus")
    assert found(session, profiles.CHECKS) == {"members_in_unknown_zones"}


def test_prices_need_a_rate_while_they_are_on_sale(session):
    make_rates(session)
    make_service(session, currency="CLP", is_active=False)
    assert found(session, services.CHECKS) == set()
    make_service(session, currency="CLP")
    assert found(session, services.CHECKS) == {"prices_without_an_exchange_rate"}


def test_prices_must_be_chargeable(session):
    make_rates(session, HUF=400_000_000)
    make_service(session, currency="HUF", price_minor=1_500_050)
    assert found(session, services.CHECKS) == {"prices_that_can_not_be_charged"}
