"""The vendor's settings as pages: what holds, what was changed, and what can still be taken back."""

import pytest
import time_machine

from marketplace.kernel.database import reading, transaction
from marketplace.tariffs.models import ReserveRule, TaxRate
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.profiles import make_provider

TAX = {"taxed": "sale", "country": "ES", "rate": "5,5", "name_en": "VAT", "valid_from": "2026-03-11"}


@pytest.fixture
def finance(app, client):
    """A browser in which finance is signed in, at noon."""
    with transaction() as session:
        person = make_staff(session, "finance", name="Flor Finance")
    with time_machine.travel(NOON, tick=False):
        client.sign_in(person)
        yield client


def test_a_rate_of_tomorrow_stands_in_the_table_and_can_be_taken_back(finance):
    assert finance.post("/vendor/settings/tax", data=TAX).status_code == 302
    page = finance.get("/vendor/settings/tax").text
    assert all(text in page for text in ("5.5% VAT", "Mar 11, 2026", "Flor Finance", "To come", "Take back"))
    reading().rollback()
    [row] = reading().query(TaxRate)
    finance.post(f"/vendor/settings/tax_rate/{row.id}/take-back")
    reading().rollback()
    assert reading().query(TaxRate).count() == 0
    assert "from March 11, 2026 was taken back" in finance.get("/vendor/settings").text


def test_what_holds_already_stays(finance):
    finance.post("/vendor/settings/tax", data={**TAX, "valid_from": "2026-03-10"})
    reading().rollback()
    [row] = reading().query(TaxRate)
    assert "Take back" not in finance.get("/vendor/settings/tax").text
    assert finance.post(f"/vendor/settings/tax_rate/{row.id}/take-back").status_code == 409


def test_a_second_row_for_one_day_is_refused_and_nothing_typed_is_lost(finance):
    finance.post("/vendor/settings/tax", data=TAX)
    answer = finance.post("/vendor/settings/tax", data={**TAX, "rate": "7", "name_en": "Levy"})
    assert answer.status_code == 422
    assert "There is a row for March 11, 2026 already" in answer.text
    assert 'value="Levy"' in answer.text


def test_a_rate_without_a_name_is_told_at_the_name(finance):
    answer = finance.post("/vendor/settings/tax", data={**TAX, "name_en": ""})
    assert answer.status_code == 422
    assert 'href="#field-name_en"' in answer.text


def test_commission_agreement_and_reserve_are_kept_with_their_history(finance):
    with transaction() as session:
        payee_id = make_provider(session, name="Bo Helps", commission_percent=None).id
    day = {"valid_from": "2026-03-10"}
    finance.post("/vendor/settings/commission", data={"level": "new", "percent": "22", **day})
    finance.post(f"/vendor/settings/commission/{payee_id}", data={"percent": "12", **day})
    finance.post("/vendor/settings/reserve", data={"percent": "10", "days": "30", "jobs": "3", **day})
    page = finance.get("/vendor/settings").text
    assert "10% of each share is kept for 30 days, of a partner&#39;s first 3 jobs." in page
    assert "New partner: 22% from March 10, 2026" in page
    assert "Bo Helps: 12% from March 10, 2026" in page
    reading().rollback()
    assert reading().query(ReserveRule).one().days == 30
