"""The vendor's tables: rows are added for the days to come, and the past stays as it was."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.payments.rules import NO_RESERVE, Reserve
from marketplace.tariffs import commands, queries
from marketplace.tariffs.models import TaxRate
from marketplace.tariffs.rules import (
    ANY_COUNTRY,
    FIRST_PERCENT,
    NO_TAX,
    Commission,
    PartnerLevel,
    ReserveOrder,
    Taxed,
    TaxOrder,
    TooLateToTakeBack,
)
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.profiles import make_provider

TODAY, TOMORROW = NOON.date(), (NOON + DAY).date()
SPAIN = TaxOrder(Taxed.SALE, "ES", {"en": "VAT", "es": "IVA"}, 2100)
EVERYWHERE = TaxOrder(Taxed.SALE, ANY_COUNTRY, {"en": "Sales tax"}, 500)
ABROAD = TaxOrder(Taxed.COMMISSION, "FR", {"en": "VAT"}, 2000, may_be_reversed=True)


@pytest.fixture
def clerk(session):
    """Who decides."""
    return make_staff(session)


def refused(session, clerk, order=SPAIN, valid_from=TODAY):
    """Give what is said against a row."""
    with pytest.raises(InvalidInput) as refusal:
        commands.set_tax(session, order, valid_from=valid_from, by=clerk.id, now=NOON)
    return refusal.value.fields


def test_a_rate_holds_from_its_day_on(session, clerk):
    commands.set_tax(session, SPAIN, valid_from=TODAY, by=clerk.id, now=NOON)
    commands.set_tax(session, replace(SPAIN, rate=2300), valid_from=TOMORROW, by=clerk.id, now=NOON)
    assert queries.tax_of_sale(session, "ES", TODAY).rate == 2100
    assert queries.tax_of_sale(session, "ES", TOMORROW).rate == 2300
    assert queries.tax_of_sale(session, "ES", TODAY - DAY) is NO_TAX


def test_who_has_no_row_of_their_own_falls_under_the_one_for_all(session, clerk):
    commands.set_tax(session, SPAIN, valid_from=TODAY, by=clerk.id, now=NOON)
    commands.set_tax(session, EVERYWHERE, valid_from=TODAY, by=clerk.id, now=NOON)
    assert [queries.tax_of_sale(session, country, TODAY).rate for country in ("ES", "FR", None)] == [2100, 500, 500]


def test_sale_and_commission_are_taxed_apart(session, clerk):
    commands.set_tax(session, SPAIN, valid_from=TODAY, by=clerk.id, now=NOON)
    assert queries.tax_of_commission(session, "ES", None, TODAY) is NO_TAX


@pytest.mark.parametrize(
    ("vat_number", "rate", "is_reversed"), [(None, 2000, False), ("", 2000, False), ("FR11123456782", 0, True)]
)
def test_a_business_abroad_with_a_vat_number_owes_the_tax_itself(session, clerk, vat_number, rate, is_reversed):
    commands.set_tax(session, ABROAD, valid_from=TODAY, by=clerk.id, now=NOON)
    tax = queries.tax_of_commission(session, "FR", vat_number, TODAY)
    assert (tax.rate, tax.is_reversed, tax.name) == (rate, is_reversed, "VAT")


@pytest.mark.parametrize(("home", "rate"), [("FR", 2000), ("DE", 0), ("", 0)])
def test_in_the_vendors_own_country_nothing_is_reversed_whatever_the_table_says(session, clerk, home, rate):
    for country in ("FR", ANY_COUNTRY):
        commands.set_tax(session, replace(ABROAD, country=country), valid_from=TODAY, by=clerk.id, now=NOON)
    tax = queries.tax_of_commission(session, "FR", "FR11123456782", TODAY, home=home)
    assert (tax.rate, tax.is_reversed) == (rate, not rate)


def test_at_home_nothing_is_reversed(session, clerk):
    commands.set_tax(session, replace(ABROAD, may_be_reversed=False), valid_from=TODAY, by=clerk.id, now=NOON)
    assert queries.tax_of_commission(session, "FR", "FR11123456782", TODAY).rate == 2000


def test_a_day_of_the_past_is_refused(session, clerk):
    assert "March 10" in refused(session, clerk, valid_from=TODAY - DAY)["valid_from"][0]


def test_a_day_far_ahead_is_refused(session, clerk):
    assert refused(session, clerk, valid_from=TODAY.replace(year=9999)).keys() == {"valid_from"}


def test_two_rows_for_one_day_are_refused(session, clerk):
    commands.set_tax(session, SPAIN, valid_from=TODAY, by=clerk.id, now=NOON)
    assert "already" in refused(session, clerk, replace(SPAIN, rate=1))["valid_from"][0]
    commands.set_tax(session, EVERYWHERE, valid_from=TODAY, by=clerk.id, now=NOON)  # Of another country: welcome.


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"country": "es"}, "country"),
        ({"rate": -1}, "rate"),
        ({"rate": 10001}, "rate"),
        ({"names": {}}, "names"),
        ({"names": {"en": ""}}, "names"),
        ({"may_be_reversed": True}, "may_be_reversed"),
    ],
)
def test_what_can_not_be_a_tax_is_refused(session, clerk, wrong, field):
    assert refused(session, clerk, replace(SPAIN, **wrong)).keys() == {field}
    assert session.scalars(select(TaxRate)).all() == []


def test_a_row_is_taken_back_before_its_first_day_and_not_later(session, clerk):
    begun = commands.set_tax(session, SPAIN, valid_from=TODAY, by=clerk.id, now=NOON)
    coming = commands.set_tax(session, replace(SPAIN, rate=2300), valid_from=TOMORROW, by=clerk.id, now=NOON)
    commands.take_back(session, "tax_rate", coming.id, by=clerk.id, now=NOON)
    with pytest.raises(TooLateToTakeBack):
        commands.take_back(session, "tax_rate", begun.id, by=clerk.id, now=NOON)
    with pytest.raises(NotFound):
        commands.take_back(session, "tax_rate", coming.id, by=clerk.id, now=NOON)
    assert queries.tax_of_sale(session, "ES", TOMORROW).rate == 2100


def test_every_change_is_written_down(session, clerk):
    coming = commands.set_tax(session, SPAIN, valid_from=TOMORROW, by=clerk.id, now=NOON)
    commands.take_back(session, "tax_rate", coming.id, by=clerk.id, now=NOON + DAY / 4)
    session.flush()
    assert [one.entry.action for one in queries.trail(session, ["tax_rate"])] == ["take_back", "begin"]
    [begun] = session.scalars(select(AuditEntry).filter_by(action="begin"))
    assert begun.by_person_id == clerk.id
    assert begun.facts == {
        "taxed": "sale",
        "country": "ES",
        "names": {"en": "VAT", "es": "IVA"},
        "rate": 2100,
        "may_be_reversed": False,
        "valid_from": "2026-03-11",
    }


# Commission and reserve


def test_a_level_has_the_first_commission_until_another_is_set(session, clerk):
    assert set(queries.commission_by_level(session, TODAY).values()) == {FIRST_PERCENT}
    commands.set_commission(session, PartnerLevel.LEADING, 10, valid_from=TOMORROW, by=clerk.id, now=NOON)
    assert queries.commission_by_level(session, TODAY)[PartnerLevel.LEADING] == FIRST_PERCENT
    by_level = queries.commission_by_level(session, TOMORROW)
    assert (by_level[PartnerLevel.LEADING], by_level[PartnerLevel.NEW]) == (10, FIRST_PERCENT)


def test_what_is_agreed_with_a_partner_comes_before_the_level(session, clerk):
    payee = make_provider(session, commission_percent=None)
    commands.set_commission(session, PartnerLevel.NEW, 20, valid_from=TODAY, by=clerk.id, now=NOON)
    assert queries.commission_of(session, payee.id, payee.level, TODAY) == Commission(20)
    commands.agree_commission(session, payee.id, 0, valid_from=TODAY, by=clerk.id, now=NOON)
    assert queries.commission_of(session, payee.id, payee.level, TODAY) == Commission(0, is_agreed=True)
    commands.agree_commission(session, payee.id, None, valid_from=TOMORROW, by=clerk.id, now=NOON)
    assert queries.commission_of(session, payee.id, payee.level, TOMORROW) == Commission(20)


@pytest.mark.parametrize("percent", [-1, 101, 10**9])
def test_a_commission_is_a_percentage(session, clerk, percent):
    payee = make_provider(session)
    for decide in (
        lambda: commands.set_commission(session, PartnerLevel.NEW, percent, valid_from=TODAY, by=clerk.id, now=NOON),
        lambda: commands.agree_commission(session, payee.id, percent, valid_from=TODAY, by=clerk.id, now=NOON),
        lambda: commands.set_reserve(session, ReserveOrder(percent, 30, 5), valid_from=TODAY, by=clerk.id, now=NOON),
    ):
        with pytest.raises(InvalidInput):
            decide()


def test_nothing_is_agreed_with_nobody(session, clerk):
    with pytest.raises(NotFound):
        commands.agree_commission(session, 4711, 10, valid_from=TODAY, by=clerk.id, now=NOON)


def test_at_first_nothing_is_kept_in_reserve(session):
    assert queries.reserve_on(session, TODAY) is None


def test_the_reserve_is_for_so_many_jobs(session, clerk):
    commands.set_reserve(session, ReserveOrder(20, 30, 2), valid_from=TODAY, by=clerk.id, now=NOON)
    rule = queries.reserve_on(session, TODAY)
    assert [rule.of_next(settled) for settled in (0, 1, 2, 9)] == [Reserve(20, 30), Reserve(20, 30), *[NO_RESERVE] * 2]
    commands.set_reserve(session, ReserveOrder(0, 1, 1), valid_from=TOMORROW, by=clerk.id, now=NOON)
    assert queries.reserve_on(session, TOMORROW) is None


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 181}, {"jobs": 0}, {"jobs": 1001}])
def test_a_reserve_is_kept_for_some_days_and_jobs(session, clerk, wrong):
    with pytest.raises(InvalidInput) as refusal:
        commands.set_reserve(
            session, replace(ReserveOrder(20, 30, 2), **wrong), valid_from=TODAY, by=clerk.id, now=NOON
        )
    assert refusal.value.fields.keys() == wrong.keys()


def test_rows_of_each_table_can_be_taken_back(session, clerk):
    when = {"valid_from": TOMORROW, "by": clerk.id, "now": NOON}
    rows = [
        commands.set_tax(session, SPAIN, **when),
        commands.set_commission(session, PartnerLevel.NEW, 10, **when),
        commands.agree_commission(session, make_provider(session).id, 10, **when),
        commands.set_reserve(session, ReserveOrder(20, 30, 2), **when),
    ]
    for row in rows:
        commands.take_back(session, row.__tablename__, row.id, by=clerk.id, now=NOON)
    with pytest.raises(NotFound):
        commands.take_back(session, "person", clerk.id, by=clerk.id, now=NOON)
