"""Stripe's book beside ours: each line of the one is a line of the other."""

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, effects, gateway, queries, selfchecks
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import LedgerTransaction
from marketplace.payments.rules import AccountKind, Fact, StripeLine, facts, own_booking
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_staff
from tests.factories.payments import make_hold
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess


def line(line_id="txn_1", kind="charge", source_id="ch_1", minor=4900, fee=172, at=NOON):
    """Write a line of Stripe's book: a payment of 49 EUR."""
    return StripeLine(line_id, kind, source_id, Money(minor, "EUR"), Money(fee, "EUR"), at)


def note(*lines):
    """Read lines of Stripe's book."""
    with transaction() as session:
        commands.note_lines(session, lines, now=NOON)


def book_capture(minor=4900, fee=172):
    """Book a payment of 49 EUR, of which Stripe kept 1.72."""
    with transaction() as session:
        hold = make_hold(session, charge_id="ch_1")
        movements = facts.captured(hold.subject_id, Money(minor, "EUR"), Money(fee, "EUR"))
        book(session, hold, Fact.CAPTURED, "capture:ch_1", movements, now=NOON, stripe_id="ch_1")


@pytest.fixture
def captured(app):
    """A payment of 49 EUR in our book, of which Stripe kept 1.72."""
    book_capture()


@pytest.mark.parametrize(
    ("kind", "minor", "fact", "debit", "credit"),
    [
        ("payout", -5000, Fact.BANKED, AccountKind.BANK, AccountKind.STRIPE_BALANCE),
        ("payout_failure", 5000, Fact.BANKED, AccountKind.STRIPE_BALANCE, AccountKind.BANK),
        ("topup", 5000, Fact.BANKED, AccountKind.STRIPE_BALANCE, AccountKind.BANK),
        ("stripe_fee", -200, Fact.STRIPE_FEE, AccountKind.STRIPE_FEES, AccountKind.STRIPE_BALANCE),
    ],
)
def test_what_stripe_does_by_itself_is_booked(kind, minor, fact, debit, credit):
    own = own_booking(line(kind=kind, minor=minor, fee=0))
    assert own is not None
    [movement] = own[1]
    assert (own[0], movement.debit.kind, movement.credit.kind) == (fact, debit, credit)
    assert movement.amount == Money(abs(minor), "EUR")


@pytest.mark.parametrize("kind", ["charge", "refund", "transfer", "adjustment", "something_new"])
def test_what_our_own_rows_should_know_is_not_booked_on_stripes_word(kind):
    assert own_booking(line(kind=kind)) is None


def test_a_line_is_explained_by_the_booking_that_says_the_same(captured):
    note(line())
    assert queries.unexplained(reading()) == []
    assert selfchecks.lines_of_stripe_that_nothing_explains(reading()) == []


@pytest.mark.parametrize("changed", [{"minor": 4901}, {"fee": 171}, {"source_id": "ch_2"}])
def test_a_line_that_differs_in_anything_is_told(captured, changed):
    note(line(**changed))
    assert [one.id for one in queries.unexplained(reading())] == ["txn_1"]
    [said] = selfchecks.lines_of_stripe_that_nothing_explains(reading())
    assert "txn_1" in said


def test_a_payment_of_which_the_fee_took_all_is_explained(app):
    book_capture(minor=31, fee=31)
    note(line(minor=31, fee=31))
    assert queries.unexplained(reading()) == []
    assert queries.unknown_to_stripe(reading(), NOON + DAY) == []


@pytest.mark.parametrize("minor", [31, 0])
def test_a_line_that_changed_nothing_is_told_if_we_know_nothing_of_it(captured, minor):
    note(line(minor=minor, fee=minor))
    assert [one.id for one in queries.unexplained(reading())] == ["txn_1"]


def test_a_line_in_another_currency_is_told(captured):
    nothing = Money(0, "JPY")
    note(StripeLine("txn_1", "charge", "ch_1", nothing, nothing, NOON))
    assert [one.id for one in queries.unexplained(reading())] == ["txn_1"]


def test_one_booking_explains_one_line(captured):
    note(line(), line("txn_2"))
    assert [one.id for one in queries.unexplained(reading())] == ["txn_2"]


def test_our_book_may_catch_up(app):
    note(line())
    assert len(queries.unexplained(reading())) == 1
    book_capture()
    note()
    assert queries.unexplained(reading()) == []


def test_reading_twice_books_once(app):
    payout = line("txn_9", "payout", "po_1", -3000, 0)
    note(payout)
    note(payout)
    assert queries.balance(reading(), AccountKind.BANK, "EUR") == Money(3000, "EUR")
    assert queries.balance(reading(), AccountKind.STRIPE_BALANCE, "EUR") == Money(-3000, "EUR")


def test_a_booking_that_stripe_does_not_know_is_told_after_a_day(captured):
    assert queries.unknown_to_stripe(reading(), NOON + HOUR) == []
    assert [one.key for one in queries.unknown_to_stripe(reading(), NOON + DAY)] == ["capture:ch_1"]
    note(line())
    assert queries.unknown_to_stripe(reading(), NOON + DAY) == []


def test_both_books_stand_side_by_side_on_a_page(client, captured):
    with transaction() as session:
        finance = make_staff(session, "finance")
    client.sign_in(finance)
    assert "was not read yet" in client.get("/vendor/money/reconciliation").text
    note(line(), line("txn_2", "adjustment", "dp_1", -100, 0))
    page = client.get("/vendor/money/reconciliation").text
    assert "txn_2" in page
    assert "txn_1" not in page


def test_the_book_is_read_from_stripe_itself(app):
    stand_in = StripeInProcess()
    before = gateway.gateway()
    gateway.connect(app, gateway.Gateway(SECRET_KEY, URL, http_client=stand_in.http_client()))
    stand_in.client().v1.topups.create({"amount": 7000, "currency": "eur", "description": "A float"})
    stand_in.advance(7 * 86_400)
    effects.reconcile(NOON)
    effects.reconcile(NOON)
    gateway.connect(app, before)
    [booked] = reading().query(LedgerTransaction).all()
    assert booked.fact is Fact.BANKED
    assert queries.balance(reading(), AccountKind.STRIPE_BALANCE, "EUR") == Money(7000, "EUR")
