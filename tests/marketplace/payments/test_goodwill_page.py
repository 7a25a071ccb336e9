"""Giving something back from a page: a look at what each side bears, then the last word; bad input loses nothing."""

import re

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, queries
from marketplace.payments.commands.ledger import book
from marketplace.payments.rules import AccountKind, Bearer, Fact, HoldStatus, Terms, facts
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.payments import make_chargeback, make_hold
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

NOTE = "They waited for two weeks."


@pytest.fixture
def support(app, client):
    """A browser in which support is signed in."""
    with transaction() as session:
        person = make_staff(session, "support")
    client.sign_in(person)
    return client


def make_settled(currency="EUR", minor=4900):
    """Make a hold that was taken and shared, 15 % for the vendor; tells its id."""
    with transaction() as session:
        provider = make_provider(session, name="Bo Helps")
        closed = make_request(session, status="closed", provider=provider, title="Uploads stop", currency=currency)
        taken = {"status": HoldStatus.CAPTURED, "amount_minor": minor, "captured_minor": minor}
        hold = make_hold(session, support_request=closed, **taken)
        movements = facts.captured(closed.id, hold.captured, Money.zero(currency))
        book(session, hold, Fact.CAPTURED, "capture:ch_1", movements, now=NOON)
        commands.settle(session, hold.id, payee_id=provider.id, terms=Terms(15), now=NOON)
        return hold.id


@pytest.fixture
def address(support):
    """Where something is given back of a payment of 49 EUR."""
    return f"/vendor/money/payments/{make_settled()}/goodwill"


def hold_at(address):
    reading().rollback()
    return queries.hold(reading(), int(address.split("/")[-2]))


def hidden(page):
    """Give what goes unseen with the last look."""
    return dict(re.findall(r'type="hidden" name="(amount|bearer|note|seen_minor)" value="([^"]*)"', page))


def look(browser, address, **typed):
    return browser.post(address, data={"amount": "10", "bearer": "shared", "note": NOTE, "step": "look", **typed})


def test_the_first_click_shows_and_gives_nothing(support, address):
    answer = look(support, address)
    assert answer.status_code == 200
    for said in ("Bo Helps gives up", "€8.50", "€1.50", NOTE, "Give back €10.00"):
        assert said in answer.text
    assert hold_at(address).refunded_minor == 0


def test_the_second_click_gives_what_was_looked_at(support, address):
    last_look = hidden(look(support, address, bearer="vendor").text)
    answer = support.post(address, data={**last_look, "step": "give"})
    assert answer.status_code == 302
    [refund] = queries.refunds_of(reading(), [hold_at(address).id])
    assert (refund.amount, refund.bearer, refund.note) == (Money(1000, "EUR"), Bearer.VENDOR, NOTE)
    assert queries.balance(reading(), AccountKind.GOODWILL, "EUR") == Money(265, "EUR")
    page = support.get(answer.location).text
    assert "The vendor alone" in page
    assert NOTE in page


def test_what_was_looked_at_can_be_changed(support, address):
    answer = support.post(address, data={**hidden(look(support, address).text), "step": "change"})
    assert answer.status_code == 200
    assert 'value="10"' in answer.text
    assert hold_at(address).refunded_minor == 0


def test_the_same_click_twice_gives_once_and_says_why(support, address):
    last_look = {**hidden(look(support, address).text), "step": "give"}
    support.post(address, data=last_look)
    again = support.post(address, data=last_look)
    assert again.status_code == 422
    assert "€39.00 is left now" in again.text
    assert NOTE in again.text, "what was typed is not lost"
    assert hold_at(address).refunded_minor == 1000


@pytest.mark.parametrize("amount", ["0", "-5", "", "ten", "10.005", "49.01", "1e9", "€10", "10 USD", "NaN"])
def test_what_is_no_amount_of_this_payment_is_refused_by_name(support, address, amount):
    answer = look(support, address, amount=amount)
    assert answer.status_code == 422
    assert 'id="error-amount"' in answer.text
    assert hold_at(address).refunded_minor == 0


@pytest.mark.parametrize(
    ("currency", "minor", "amount"), [("ISK", 490000, "10.50"), ("JPY", 4900, "10.5"), ("KWD", 49000, "10.005")]
)
def test_each_currency_has_its_own_smallest_amount(support, currency, minor, amount):
    address = f"/vendor/money/payments/{make_settled(currency, minor)}/goodwill"
    assert look(support, address, amount=amount).status_code == 422
    assert look(support, address, amount="10").status_code == 200


@pytest.mark.parametrize("seen", ["", "4899", "-1", "x"])
def test_nobody_gives_back_without_having_looked(support, address, seen):
    support.post(address, data={"amount": "10", "note": NOTE, "step": "give", "seen_minor": seen})
    assert hold_at(address).refunded_minor == 0


def test_a_note_is_asked_for(support, address):
    answer = look(support, address, note=" ")
    assert answer.status_code == 422
    assert 'id="error-note"' in answer.text


def test_while_a_bank_decides_nothing_is_offered(support, address):
    with transaction() as session:
        make_chargeback(session, hold=queries.lock_hold(session, hold_at(address).id))
    assert "it would be paid twice" in support.get(address).text
    given = support.post(address, data={"amount": "10", "note": NOTE, "step": "give", "seen_minor": "4900"})
    assert given.status_code == 409
    assert hold_at(address).refunded_minor == 0


def test_before_the_price_is_shared_both_bear_it(support):
    with transaction() as session:
        hold = make_hold(session, status=HoldStatus.CAPTURED, captured_minor=6000)
        address = f"/vendor/money/payments/{hold.id}/goodwill"
    assert 'value="vendor"' not in support.get(address).text
    assert "€50.00" in look(support, address).text
    refused = look(support, address, bearer="vendor")
    assert refused.status_code == 422


def test_what_is_not_taken_can_not_be_given_back(support):
    with transaction() as session:
        address = f"/vendor/money/payments/{make_hold(session).id}/goodwill"
    assert "nothing left to give back" in support.get(address).text
    assert support.get("/vendor/money/payments/999/goodwill").status_code == 404
