"""What finance does with money: pays by hand, answers banks, gives up debts, and follows every cent."""

import csv
import io

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, queries
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import Chargeback, Clawback, Payout, Refund
from marketplace.payments.rules import (
    AccountKind,
    ChargebackStatus,
    ClawbackStatus,
    Fact,
    HoldStatus,
    RefundStatus,
    Terms,
    facts,
)
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.payments import make_chargeback, make_clawback, make_hold, make_refund
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request


@pytest.fixture
def finance(app, client):
    """A browser in which finance is signed in."""
    with transaction() as session:
        person = make_staff(session, "finance")
    client.sign_in(person)
    return client


@pytest.fixture
def settled(app):
    """A hold that was taken and shared; the partner is to be paid by hand."""
    with transaction() as session:
        provider = make_provider(session, name="Bo Helps")
        closed = make_request(session, status="closed", provider=provider, title="Uploads stop")
        taken = {"status": HoldStatus.CAPTURED, "captured_minor": 4900, "charge_id": "ch_1"}
        hold = make_hold(session, support_request=closed, **taken)
        movements = facts.captured(closed.id, Money(4900, "EUR"), Money(100, "EUR"))
        book(session, hold, Fact.CAPTURED, "capture:ch_1", movements, now=NOON - DAY, stripe_id="ch_1")
        commands.settle(session, hold.id, payee_id=provider.id, terms=Terms(15), now=NOON)
        return hold.id


@pytest.fixture
def owed(settled):
    """A debt of the partner, because a refund could not be taken back."""
    with transaction() as session:
        hold = queries.lock_hold(session, settled)
        payout = session.query(Payout).one()
        refund = make_refund(session, hold=hold, status=RefundStatus.FAILED, failure="closed account")
        clawback = make_clawback(session, payout=payout, refund=refund, status=ClawbackStatus.OWED)
        book(session, hold, Fact.OWED, "owed:1", facts.owed(payout.payee_id, clawback.amount), now=NOON)
        returned = facts.refund_returned(hold.subject_id, refund.amount)
        book(session, hold, Fact.REFUND_RETURNED, "refund_returned:1", returned, now=NOON)
        return clawback.id, refund.id


def test_a_refund_that_came_back_is_paid_by_hand_with_its_reference(finance, owed):
    _clawback_id, refund_id = owed
    page = finance.get("/vendor/money").text
    assert "closed account" in page
    finance.post(f"/vendor/money/refunds/{refund_id}/paid", data={"reference": "HR-2026-9"})
    paid = reading().get_one(Refund, refund_id)
    assert (paid.status, paid.reference) == (RefundStatus.PAID_BY_HAND, "HR-2026-9")
    assert queries.balance(reading(), AccountKind.BANK, "EUR") == Money(-1000, "EUR")
    assert "closed account" not in finance.get("/vendor/money").text


def test_a_refund_without_a_reference_is_not_noted(finance, owed):
    answer = finance.post(f"/vendor/money/refunds/{owed[1]}/paid", data={"reference": " "})
    assert answer.status_code == 422
    assert f'id="error-reference-refund-{owed[1]}"' in answer.text


def test_a_debt_is_written_off_with_a_reason(finance, owed):
    clawback_id, _refund_id = owed
    assert "Bo Helps" in finance.get(f"/vendor/money/debts/{clawback_id}").text
    finance.post(f"/vendor/money/debts/{clawback_id}", data={"reason": "They have closed their business."})
    written_off = reading().get_one(Clawback, clawback_id)
    assert (written_off.status, written_off.note) == (ClawbackStatus.WRITTEN_OFF, "They have closed their business.")
    assert queries.balance(reading(), AccountKind.BAD_DEBT, "EUR") == Money(500, "EUR")


def test_a_chargeback_is_answered_once(finance, settled):
    with transaction() as session:
        chargeback_id = make_chargeback(session, hold=queries.lock_hold(session, settled), due_by=NOON + DAY).id
    address = f"/vendor/money/chargebacks/{chargeback_id}"
    assert "Answer by" in finance.get("/vendor/money").text
    finance.post(address, data={"evidence": "They confirmed it.\nSee the thread."})
    assert reading().get_one(Chargeback, chargeback_id).evidence == "They confirmed it.\nSee the thread."
    assert "They confirmed it." in finance.get(address).text
    assert finance.post(address, data={"evidence": "And more."}).status_code == 409


def test_a_question_of_a_bank_says_what_to_do(finance, settled):
    with transaction() as session:
        hold, asks = queries.lock_hold(session, settled), {"status": ChargebackStatus.INQUIRY, "due_by": NOON + DAY}
        chargeback_id = make_chargeback(session, hold=hold, **asks).id
    assert "waits for an answer" in finance.get("/vendor/money").text
    address = f"/vendor/money/chargebacks/{chargeback_id}"
    page = finance.get(address).text
    assert "<h1>Question of a bank</h1>" in page
    assert "Nothing is taken" in page
    assert finance.post(address, data={"evidence": "It was for help."}).status_code == 302
    assert "<textarea" not in finance.get(address).text


@pytest.mark.parametrize(
    ("word", "reason", "helps"),
    [
        ("fraudulent", "The cardholder says that somebody else paid", "Show that the cardholder took part"),
        ("duplicate", "It was paid twice", "Show that the payments were for different things"),
        ("a_word_of_tomorrow", "No particular reason", "Show what was agreed"),
    ],
)
def test_the_reason_of_a_bank_is_put_into_words(finance, settled, word, reason, helps):
    with transaction() as session:
        hold = queries.lock_hold(session, settled)
        chargeback_id = make_chargeback(session, hold=hold, reason=word, due_by=NOON + DAY).id
    page = finance.get(f"/vendor/money/chargebacks/{chargeback_id}").text
    assert reason in page
    assert helps in page
    assert reason in finance.get("/vendor/money").text


def test_a_decided_chargeback_takes_no_answer(finance, settled):
    with transaction() as session:
        hold = queries.lock_hold(session, settled)
        chargeback_id = make_chargeback(session, hold=hold, status=ChargebackStatus.LOST, ended_at=NOON).id
    address = f"/vendor/money/chargebacks/{chargeback_id}"
    page = finance.get(address).text
    assert "What it is taken from" in page
    assert "<textarea" not in page
    assert finance.post(address, data={"evidence": "Too late."}).status_code == 409


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"Payment taken", "Shared between partner and vendor"}),
        ("fact=settled", {"Shared between partner and vendor"}),
        ("account=stripe_fees", {"Payment taken"}),
        ("account=partner_payable", {"Shared between partner and vendor"}),
        ("stripe_id=ch_1", {"Payment taken"}),
        ("currency=EUR", {"Payment taken", "Shared between partner and vendor"}),
        ("currency=USD", set()),
        ("until=2026-03-09", {"Payment taken"}),
        ("since=2026-03-10", {"Shared between partner and vendor"}),
        ("since=2026-03-10&until=2026-03-10&fact=captured", set()),
        ("payee={payee}", {"Shared between partner and vendor"}),
        ("payee=999", set()),
    ],
)
def test_the_ledger_is_searched(finance, settled, asked, found):
    payee_id = reading().query(Payout).one().payee_id
    page = finance.get(f"/vendor/money/ledger?{asked.format(payee=payee_id)}").text
    rows = page.partition("<tbody")[2].partition("</tbody>")[0]
    assert {label for label in ("Payment taken", "Shared between partner and vendor") if label in rows} == found


@pytest.mark.parametrize("asked", ["since=yesterday", "fact=x", "account=x", "currency=euro", "payee=x"])
def test_an_odd_search_says_what_is_wrong(finance, settled, asked):
    answer = finance.get(f"/vendor/money/ledger?{asked}")
    assert answer.status_code == 422
    assert f'id="error-{asked.partition("=")[0]}"' in answer.text


def test_a_search_that_ends_before_it_begins_is_refused(finance, settled):
    answer = finance.get("/vendor/money/ledger?since=2026-03-10&until=2026-03-09")
    assert answer.status_code == 422
    assert "This is before the first day." in answer.text


def test_days_are_those_of_the_reader(app, client, settled):
    """What was booked at noon of the 10th in UTC was booked on the 11th, at one in the morning, in Auckland."""
    with transaction() as session:
        person = make_staff(session, "finance", zone="Pacific/Auckland")
    client.sign_in(person)
    rows = client.get("/vendor/money/ledger?since=2026-03-11").text.partition("<tbody")[2]
    assert "Shared between partner and vendor" in rows
    assert "Payment taken" not in rows


def test_the_accountant_gets_every_movement_as_a_line(finance, settled):
    answer = finance.get("/vendor/money/ledger.csv?currency=EUR")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["fact"], line["debit"], line["credit"], line["amount"]) for line in lines] == [
        ("settled", "customer_held", "partner_payable", "41.65"),
        ("settled", "customer_held", "commission", "7.35"),
        ("captured", "stripe_balance", "customer_held", "48.00"),
        ("captured", "stripe_fees", "customer_held", "1.00"),
    ]


def test_no_cell_is_taken_for_a_formula(finance, settled):
    with transaction() as session:
        hold = queries.lock_hold(session, settled)
        movements = facts.refund_returned(hold.subject_id, Money(1, "EUR"))
        book(session, hold, Fact.REFUND_RETURNED, "=1+1", movements, now=NOON)
    assert "'=1+1" in finance.get("/vendor/money/ledger.csv").text


def test_money_is_followed_from_the_request_to_the_payout(finance, settled):
    subject_id = queries.lock_hold(reading(), settled).subject_id
    page = finance.get(f"/vendor/money/subjects/request/{subject_id}").text
    for said in ("Uploads stop", "€49.00", "Bo Helps", "€41.65", "Payment taken", "ch_1"):
        assert said in page
    payee_id = reading().query(Payout).one().payee_id
    assert f'href="/vendor/money/payees/{payee_id}"' in page
    back = finance.get(f"/vendor/money/payees/{payee_id}").text
    assert f'href="/vendor/money/subjects/request/{subject_id}"' in back
    assert "€41.65" in back
    assert finance.get("/vendor/money/subjects/request/999").status_code == 404
    assert finance.get("/vendor/money/payees/999").status_code == 404
