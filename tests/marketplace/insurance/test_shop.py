"""The page of cover: what is on sale, and what its reader can do with each plan."""

from html import unescape

import pytest

from marketplace.kernel.database import transaction
from marketplace.kernel.money import Money
from marketplace.payments.rules import Interval
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates
from tests.factories.insurance import eur, insure, make_policy, make_version

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # What pages say does not hang on its kind.
pytestmark = on_sqlite


@pytest.fixture
def person(app, client):
    """Somebody who is signed in, and pays in dollars."""
    with transaction() as session:
        found = make_person(session, currency="USD")
    client.sign_in(found)
    return found


def dollars(minor):
    """Amounts of a plan that is sold in dollars."""
    return {"price": Money(minor, "USD"), "limit": Money(100_000, "USD"), "deductible": Money(0, "USD")}


def shown(client):
    """Tell what stands on the page, without what is hidden in tags."""
    return unescape(client.get("/cover").text)


def test_plans_in_the_readers_own_currency_come_first(person, client):
    with transaction() as session:
        make_rates(session)
        make_version(session, name="Euros")
        make_version(session, name="Dollars", **dollars(9900))
    page = shown(client)
    assert page.index("<bdi>Dollars</bdi>") < page.index("<bdi>Euros</bdi>")


def test_visitors_read_the_plans_in_the_vendors_order(app, client):
    with transaction() as session:
        make_rates(session)
        make_version(session, name="Euros")
        make_version(session, name="Dollars", **dollars(9900))
    page = shown(client)
    assert page.index("<bdi>Euros</bdi>") < page.index("<bdi>Dollars</bdi>")


def test_whoever_has_a_plan_is_led_to_change_it_and_not_to_buy_another(person, client):
    with transaction() as session:
        policy = make_policy(session, make_version(session), person_id=person.id)
        dearer = make_version(session, name="Dearer", price=eur(19900)).plan.slug
        monthly = make_version(session, name="Monthly", interval=Interval.MONTH).plan.slug
        own, reference = policy.version.plan.slug, policy.reference
    page = shown(client)
    assert f"/cover/policies/{reference}/change/{dearer}" in page
    assert page.count("You have this plan.") == 1
    assert page.count("You have another plan. To choose this one, cancel that first.") == 1
    assert all(f"/cover/plans/{slug}" not in page for slug in (own, dearer, monthly))


def test_a_policy_for_a_licence_keeps_nobody_from_another(person, client):
    insure(person.id, licence="LT-1", needs_licence=True)
    with transaction() as session:
        slug = make_version(session, name="Another").plan.slug
    assert f"/cover/plans/{slug}" in shown(client)
