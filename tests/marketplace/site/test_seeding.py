"""A crowd of partners: repeatable, whole, and nobody who could sign in."""

from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from certification.credentials.models import Credential
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Niche
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.site import seeding
from marketplace.site.seeding.crowd import PLACES, partners
from marketplace.site.wiring import SELF_CHECKS
from providers.directory import queries
from providers.directory.queries import Reader, Search
from providers.directory.rules import ANYBODY
from providers.profiles.models import Member, Provider
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner

MANY = 60


def fill(count=MANY, seed=7):
    told = []
    seeding.fill(count, seed, tell=told.append)
    reading().rollback()
    return sum(told)


def names():
    return list(reading().scalars(sa.select(Provider.name).order_by(Provider.id)))


def test_an_empty_database_gets_a_vendor_and_a_crowd(app):
    assert fill() == MANY
    assert reading().scalar(sa.select(sa.func.count()).select_from(Niche)) > 1
    found = queries.find_ids(reading(), Search(ANYBODY, Reader(ZoneInfo("UTC"), "EUR")), utcnow())
    assert found.total == MANY
    assert sum(found.facets["language"].values()) > MANY, "most speak several"
    assert {name: lines for check in SELF_CHECKS if (lines := check(reading())) for name in [check.__name__]} == {}


def test_a_database_with_partners_keeps_them_and_its_own_catalogue(app):
    with transaction() as session:
        make_rates(session)
        make_partner(session, make_niche(session, slug="upgrades"), name="Ana")
    fill(3)
    assert names()[0] == "Ana"
    assert len(names()) == 4
    assert list(reading().scalars(sa.select(Niche.slug))) == ["upgrades"]
    with transaction() as session:
        make_partner(session, make_niche(session), name="Bo")  # Its ids come after those of the crowd.
    assert names()[-1] == "Bo"


def test_nobody_of_them_can_sign_in(app):
    fill(5)
    people = list(reading().scalars(sa.select(Person).join(Member, Member.person_id == Person.id)))
    assert len(people) >= 5
    assert {one.password_hash for one in people} == {None}
    assert len({one.session_key for one in people}) == len(people)


def test_their_certificates_are_signed_when_they_are_shown(app, client):
    fill(3)
    reference = reading().scalar(sa.select(Credential.reference).where(Credential.valid_until > utcnow()))
    assert client.get(f"/credentials/{reference}").status_code == 200


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_crowd(seed):
    assert list(partners(30, 5, seed)) == list(partners(30, 5, seed))
    assert list(partners(30, 5, seed)) != list(partners(30, 5, seed + 1))


def test_the_world_is_skewed():
    crowd = list(partners(2000, 9, 1))
    at_home = [one.country for one in crowd]
    assert at_home.count(PLACES[0]) > 5 * at_home.count(PLACES[20])
    sold = [service.niche for one in crowd for service in one.sold]
    assert sold.count(0) > 3 * sold.count(8) > 0
    assert len({worker.zone for one in crowd for worker in one.workers}) > 50
