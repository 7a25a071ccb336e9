"""Reading what is supported."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue import queries
from marketplace.catalogue.models import ExchangeRate
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from tests.factories.catalogue import make_category, make_field, make_niche, make_product, make_rates, make_release


def test_niches_and_categories_stand_in_the_vendors_order(session):
    late, early = make_niche(session, position=2), make_niche(session, position=1)
    assert queries.niches(session) == [early, late]
    last, first = (make_category(session, niche=early, position=position) for position in (9, 3))
    assert queries.categories(session) == [first, last]


def test_a_category_comes_with_its_questions_in_order(session):
    fields = [make_field("second", position=2), make_field("first", position=1)]
    make_category(session, slug="upgrade-fails", fields=fields)
    session.expire_all()
    assert [field.key for field in queries.category(session, "upgrade-fails").fields] == ["first", "second"]


def test_releases_are_listed_newest_first(session):
    product = make_product(session)
    for version, day in (("4.0", 5), ("4.2", 25), ("4.1", 15)):
        make_release(session, product=product, version=version, released_on=date(2026, 1, day))
    assert [release.version for release in queries.releases(session)] == ["4.2", "4.1", "4.0"]


def test_two_products_may_have_a_version_of_the_same_name_but_not_one(session):
    first = make_release(session, version="4.0")
    make_release(session, version="4.0")
    with pytest.raises(IntegrityError), session.begin_nested():
        make_release(session, version="4.0", product=first.product)


@pytest.mark.parametrize("find", [queries.niche, queries.category])
def test_what_is_not_there_is_not_found(session, find):
    with pytest.raises(NotFound):
        find(session, "nothing")


def test_a_niche_is_found_by_its_slug(session):
    niche = make_niche(session, slug="upgrades")
    assert queries.niche(session, "upgrades") is niche


def test_rates_are_those_of_the_vendor(session):
    make_rates(session, EUR=1_000_000, IDR=17_500_000_000)
    assert queries.currencies(session) == ["EUR", "IDR"]
    assert queries.rates(session).convert(Money(100, "EUR"), "IDR") == Money(1_750_000, "IDR")


@pytest.mark.parametrize("micros", [0, -1])
def test_a_rate_is_more_than_nothing(session, micros):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(ExchangeRate(currency="USD", micros_per_base=micros))


@pytest.mark.parametrize("max_length", [0, 20_001])
def test_the_length_of_an_answer_has_a_limit(session, max_length):
    with pytest.raises(IntegrityError), session.begin_nested():
        make_category(session, fields=[make_field("log", max_length=max_length)])
