"""The vendor's book, and the wait for the payment page."""

from html import unescape

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands
from marketplace.payments.models import Payout
from marketplace.payments.rules import HoldStatus, PayoutMethod, PayoutStatus, Terms
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.payments import make_hold, make_payout
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request


@pytest.fixture
def finance(app):
    with transaction() as session:
        return make_staff(session, "finance")


@pytest.fixture
def settled(app):
    """A request that was paid for and closed, with its bookings; the partner's share is due by hand."""
    with transaction() as session:
        provider = make_provider(session, name="Bo Helps")
        closed = make_request(session, status="closed", provider=provider, title="Uploads stop")
        held = {"status": HoldStatus.CAPTURED, "captured_minor": 4900, "charge_id": "ch_1"}
        hold = make_hold(session, support_request=closed, **held)
        commands.settle(session, hold.id, payee_id=provider.id, terms=Terms(15), now=NOON)
        return closed.reference, session.query(Payout).one().id


def test_an_empty_book_says_so(client, finance):
    client.sign_in(finance)
    page = client.get("/vendor/money").text
    assert "Every partner has been paid." in page
    assert "Nothing was booked yet." in page


def test_every_booking_leads_to_all_that_is_known_of_its_money(client, finance, settled):
    _reference, payout_id = settled
    subject_id = reading().get_one(Payout, payout_id).subject_id
    client.sign_in(finance)
    page = client.get("/vendor/money").text
    ledger = page.partition('id="ledger"')[2]
    assert f'<a href="/vendor/money/subjects/request/{subject_id}"' in ledger
    assert "Shared between partner and vendor" in ledger
    assert "€41.65" in ledger
    assert "€7.35" in ledger


def test_what_is_owed_names_the_partner(client, finance, settled):
    client.sign_in(finance)
    due = client.get("/vendor/money").text.partition('id="due"')[2].partition('id="balances"')[0]
    assert "Bo Helps" in due
    assert "€41.65" in due


def test_a_payment_by_hand_is_noted_with_its_reference(client, finance, settled):
    _reference, payout_id = settled
    client.sign_in(finance)
    client.post(f"/vendor/money/payouts/{payout_id}/paid", data={"reference": "HR-2026-7"})
    with transaction() as session:
        paid = session.get_one(Payout, payout_id)
        assert (paid.status, paid.reference) == (PayoutStatus.PAID, "HR-2026-7")
    assert "Every partner has been paid." in client.get("/vendor/money").text


def test_the_desk_shows_each_currency_in_one_line(client, finance, settled):
    client.sign_in(finance)
    balances = client.get("/vendor/money").text.partition('id="balances"')[2].partition('id="ledger"')[0]
    assert balances.count('<th role="rowheader"') == 1
    assert "€41.65" in balances


def test_in_the_trial_balance_both_sides_add_up(client, finance, settled):
    client.sign_in(finance)
    page = client.get("/vendor/money/balances").text
    assert "Euro" in page
    assert page.count("<b>€49.00</b>") == 2  # Held was taken by the shares of partner and vendor.


def test_each_account_of_the_trial_balance_leads_to_its_bookings(client, finance, settled):
    client.sign_in(finance)
    page = unescape(client.get("/vendor/money/balances").text)
    assert "/vendor/money/ledger?account=commission&currency=EUR" in page
    assert "€7.35" in client.get("/vendor/money/ledger?account=commission&currency=EUR").text


def test_a_payment_without_reference_is_refused_at_its_own_field(client, finance, settled):
    _reference, payout_id = settled
    client.sign_in(finance)
    answer = client.post(f"/vendor/money/payouts/{payout_id}/paid", data={"reference": " "})
    assert answer.status_code == 422
    assert f'href="#field-reference-payout-{payout_id}"' in answer.text
    assert f'id="error-reference-payout-{payout_id}"' in answer.text


def test_who_may_not_pay_is_not_offered_to(client, settled):
    with transaction() as session:
        support = make_staff(session, "support")
    client.sign_in(support)
    assert "Note as paid" not in client.get("/vendor/money").text


def test_a_transfer_under_way_needs_no_hand(client, finance):
    with transaction() as session:
        make_payout(session, method=PayoutMethod.TRANSFER)
    client.sign_in(finance)
    page = client.get("/vendor/money").text
    assert "Is being transferred" in page
    assert "Note as paid" not in page


def test_a_long_book_goes_on_on_the_next_page(client, finance, monkeypatch, settled):
    monkeypatch.setattr("marketplace.payments.views.book.PAGE", 1)
    with transaction() as session:
        commands.mark_paid_by_hand(session, settled[1], reference="HR-2026-7", by=finance.id, now=NOON)
    client.sign_in(finance)
    first = client.get("/vendor/money/ledger").text
    rows = first.partition("<tbody")[2]
    assert "Paid by hand" in rows
    assert "Shared between partner and vendor" not in rows
    older = first.partition('rel="next"')[2].partition('href="')[2].partition('"')[0]
    second = client.get(unescape(older)).text
    assert "Shared between partner and vendor" in second.partition("<tbody")[2]


def test_the_payer_waits_for_the_payment_page(client):
    with transaction() as session:
        payer = make_person(session)
        hold = make_hold(session, payer_id=payer.id, status=HoldStatus.OPENING, held_at=None)
        path, hold_id = hold.return_path, hold.id
    client.sign_in(payer)
    answer = client.get(f"/payments/{hold_id}/pay")
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "2")
    assert "€60" in answer.text
    assert f'href="{path}"' in answer.text
