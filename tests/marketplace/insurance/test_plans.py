"""The vendor's desk for plans: versions that never change what runs, seen as customers read them before they hold."""

from html import unescape

import pytest

from marketplace.insurance import commands, queries
from marketplace.insurance.models import Plan, PlanVersion, Policy
from marketplace.insurance.rules import PlanHasChanged
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.payments.commands import cards as payments
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.catalogue import make_category
from tests.factories.forms import PLAN
from tests.factories.insurance import eur, make_policy, make_version, plan_terms
from tests.factories.subscribing import make_running_subscription

TYPED = {**PLAN, "slug": "careful", "categories": []}


@pytest.fixture
def finance(app, client):
    """A browser in which finance is signed in."""
    with transaction() as session:
        person = make_staff(session, "finance", name="Flor Finance")
    client.sign_in(person)
    return client


def kept(model):
    """All rows of a table, as they stand now."""
    reading().rollback()
    return reading().query(model).order_by(model.id).all()


def test_a_plan_is_seen_in_every_language_before_it_is_made(finance):
    answer = finance.post("/vendor/cover/plans/new", data={**TYPED, "name_ar": "حريص", "terms_ar": "ندفع."})
    page = unescape(answer.text)
    assert answer.status_code == 200
    assert 'lang="ar" dir="rtl"' in page
    assert all(
        text in page for text in ("حريص", "Careful", "€119 a year", "Nobody can buy it until you put it on sale")
    )
    assert kept(Plan) == []


def test_a_plan_is_made_put_on_sale_and_withdrawn(finance):
    assert finance.post("/vendor/cover/plans/new", data={**TYPED, "step": "save"}).status_code == 303
    [version] = kept(PlanVersion)
    usual = {"limit_minutes": 600, "claim_limit": eur(40000)}
    layers = version.terms.layers
    assert version.terms == plan_terms(**usual, layers=layers)
    assert (version.number, version.names, version.plan.is_on_sale) == (1, {"en": "Careful"}, False)
    for answer, is_on_sale in (("yes", True), ("no", False)):
        assert finance.post("/vendor/cover/plans/careful/sale", data={"is_on_sale": answer}).status_code == 303
        assert kept(Plan)[0].is_on_sale is is_on_sale
    page = finance.get("/vendor/cover/plans/careful").text
    assert all(text in page for text in ("Put on sale", "Withdrawn from sale", "Flor Finance", "Version 1"))


def test_customers_read_the_plans_in_the_order_that_the_vendor_sets(finance):
    for name in ("steady", "careful", "small"):
        with transaction() as session:
            make_version(session, slug=name)

    def order():
        return [one.plan.slug for one in queries.plans_on_sale(reading())]

    def move(slug, answer):
        page = finance.post(f"/vendor/cover/plans/{slug}/place", data={"is_earlier": answer}, follow_redirects=True)
        reading().rollback()
        return page

    assert order() == ["steady", "careful", "small"]
    page = move("small", "yes")
    assert order() == ["steady", "small", "careful"]
    assert page.text.index("/plans/small") < page.text.index("/plans/careful")
    for _again in range(3):
        move("steady", "no")
    assert order() == ["small", "careful", "steady"]
    with transaction() as session:
        make_version(session, slug="new")
    assert order() == ["small", "careful", "steady", "new"]
    assert "Moved in the order" in finance.get("/vendor/cover/plans/small").text


def test_whoever_wants_to_change_something_finds_all_that_was_typed(finance):
    typed = {**TYPED, "layers": ["application", "platform"], "needs_licence": "yes", "step": "edit"}
    page = finance.post("/vendor/cover/plans/new", data=typed).text
    for name in ("slug", "price", "limit_hours", "name_en"):
        assert f'value="{typed[name]}"' in page
    assert TYPED["terms_en"] in page
    assert page.count("checked") == 4  # How often, two layers, the licence.


def test_a_version_shows_what_it_changes_and_leaves_policies_alone(finance):
    with transaction() as session:
        policy = make_policy(session)
        slug, before = policy.version.plan.slug, policy.version_id
    address = f"/vendor/cover/plans/{slug}/versions"
    assert 'value="119.00"' in finance.get(address).text
    typed = {**PLAN, "categories": [], "price": "129", "terms_en": "We pay more.", "seen": "1"}
    page = unescape(finance.post(address, data=typed).text)
    assert all(text in page for text in ("€119 a year", "€129 a year", "1 policy runs by an earlier version"))
    assert "<del>We pay.</del>" in page
    assert "<ins>We pay more.</ins>" in page
    assert finance.post(address, data={**typed, "step": "save"}).status_code == 303
    assert [one.price_minor for one in kept(PlanVersion)] == [11900, 12900]
    assert kept(Policy)[0].version_id == before
    page = finance.get(f"/vendor/cover/plans/{slug}").text
    assert page.index("Version 2") < page.index("Version 1")
    assert "€119 a year" in page


def test_what_was_compared_with_another_version_is_not_kept(finance):
    with transaction() as session:
        slug = make_version(session).plan.slug
    typed = {**PLAN, "categories": [], "step": "save", "seen": "0"}
    assert finance.post(f"/vendor/cover/plans/{slug}/versions", data=typed).status_code == 409
    assert len(kept(PlanVersion)) == 1


def test_a_version_is_added_only_to_what_was_seen(app):
    with transaction() as session:
        plan_id = make_version(session).plan_id
    said = {"names": {"en": "Careful"}, "texts": {"en": "We pay."}, "by": 1, "now": NOON}
    with pytest.raises(PlanHasChanged), transaction() as session:
        commands.add_version(session, plan_id, plan_terms(), seen=0, **said)
    with transaction() as session:
        assert commands.add_version(session, plan_id, plan_terms(), seen=1, **said).number == 2


def test_a_short_name_is_given_once(finance):
    with transaction() as session:
        slug = make_version(session).plan.slug
    for step in ("preview", "save"):
        answer = finance.post("/vendor/cover/plans/new", data={**TYPED, "slug": slug, "step": step})
        assert answer.status_code == 422
        assert 'href="#field-slug"' in answer.text
    assert len(kept(Plan)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": eur(49)}, "price"),
        ({"deductible": eur(100_000)}, "deductible"),
        ({"claim_limit": eur(100_001)}, "claim_limit"),
        ({"layers": frozenset()}, "layers"),
        ({"categories": frozenset()}, "categories"),
        ({"categories": frozenset({"uploads", "volcanoes"})}, "categories"),
    ],
)
def test_what_cannot_be_promised_is_named(app, changes, field):
    with transaction() as session:
        make_category(session, slug="uploads")
    with pytest.raises(InvalidInput) as refused:
        commands.draft_version(
            reading(), None, plan_terms(**changes), names={"en": "Careful"}, texts={}, by=1, now=NOON
        )
    assert list(refused.value.fields) == [field]


def test_policies_are_counted_by_the_version_that_they_keep(app):
    with transaction() as session:
        first = make_version(session)
        second = make_version(session, first.plan_id, price=eur(12900))
        make_policy(session, first)
        make_policy(session, first, status="ended", ended_at=NOON)
        make_policy(session, second)
        make_policy(session, second)
        assert queries.policies_by_version(session) == {first.id: 1, second.id: 2}


def test_who_is_billed_in_another_currency_reads_so_before_paying(app, client):
    with transaction() as session:
        version = make_version(session)
        person, address = make_person(session, country="DE"), f"/cover/plans/{version.plan.slug}"
        payments.become_payer(session, person.id, now=NOON).stripe_customer_id = "cus_1"
        make_running_subscription(session, payer_id=person.id, currency="USD", customer_id="cus_1")
        version_id = version.id
    client.sign_in(person)
    answer = client.post(address, data={"version": str(version_id)}, follow_redirects=True)
    assert answer.request.path == "/cover"
    assert "You have paid in USD by the period" in answer.text
    assert kept(Policy) == []
