"""Setting aside and taking: amounts that can't be, and what is let go when a bank refuses."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import MAX_MINOR, Money
from marketplace.payments import commands
from marketplace.payments.models import Hold, StripeCall
from marketplace.payments.rules import HoldStatus, MoreThanIsHeld, MoreThanIsLeft, Subject, WrongAmount
from tests.factories.till import PURPOSE

SUBJECT = Subject(PURPOSE, 1, "Help", "/requests")
ODD_AMOUNTS = [
    Money(0, "EUR"),
    Money(-1, "EUR"),
    Money(MAX_MINOR + 1, "EUR"),
    Money(150, "ISK"),
    Money(1005, "KWD"),
    Money(12_345, "HUF"),
    Money(MAX_MINOR, "ISK"),
]


def count(model):
    reading().rollback()
    return reading().scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("amount", ODD_AMOUNTS, ids=str)
def test_no_card_is_asked_for_an_odd_amount(till, amount):
    with pytest.raises(WrongAmount) as refused, transaction() as session:
        commands.open_hold(session, SUBJECT, payer_id=till.payer_id, amount=amount, now=utcnow())
    [text] = refused.value.fields["amount"]
    assert text.startswith("Write ")
    assert (count(Hold), count(StripeCall)) == (0, 0)


@pytest.mark.parametrize(
    ("currency", "minor", "odd"),
    [("EUR", 10000, 0), ("EUR", 10000, -100), ("ISK", 10000, 150), ("KWD", 10000, 5005), ("EUR", 10000, MAX_MINOR + 1)],
)
def test_an_odd_amount_is_neither_taken_nor_given_back(till, currency, minor, odd):
    hold_id = till.held(minor, currency)
    with pytest.raises(WrongAmount), transaction() as session:
        commands.capture(session, hold_id, amount=Money(odd, currency), now=utcnow())
    assert till.hold(hold_id).status is HoldStatus.HELD
    till.capture(hold_id)
    till.work()
    with pytest.raises(WrongAmount):
        till.refund(hold_id, odd)
    assert till.hold(hold_id).kept.minor == minor


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_another_currency_is_neither_taken_nor_given_back(till, currency):
    hold_id = till.held()
    with pytest.raises(WrongAmount), transaction() as session:
        commands.capture(session, hold_id, amount=Money(1000, currency), now=utcnow())
    till.capture(hold_id)
    till.work()
    with pytest.raises(WrongAmount) as refused, transaction() as session:
        commands.refund(session, hold_id, amount=Money(1000, currency), now=utcnow())
    assert refused.value.fields == {"amount": ["Write the amount in EUR."]}


def test_nobody_takes_more_than_is_set_aside_or_gives_back_more_than_is_left(till):
    hold_id = till.held()
    with pytest.raises(MoreThanIsHeld), transaction() as session:
        commands.capture(session, hold_id, amount=Money(10001, "EUR"), now=utcnow())
    till.capture(hold_id, 6000)
    till.work()
    with pytest.raises(MoreThanIsLeft):
        till.refund(hold_id, 6001)
    assert till.hold(hold_id).kept.minor == 6000


@pytest.mark.parametrize("amount", [Money(100, "ISK"), Money(10, "KWD"), Money(MAX_MINOR, "EUR"), Money(1, "JPY")])
def test_the_smallest_and_the_largest_amounts_are_set_aside(till, amount):
    with transaction() as session:
        hold, _message = commands.open_hold(session, SUBJECT, payer_id=till.payer_id, amount=amount, now=utcnow())
        assert hold.amount == amount


def test_less_may_be_taken_than_stripe_asks_for_it(till):
    hold_id = till.held()
    till.capture(hold_id, 1)
    till.work()
    assert till.hold(hold_id).captured == Money(1, "EUR")
    till.check()


def test_what_a_bank_refuses_to_give_is_no_longer_set_aside(till):
    hold_id = till.held()
    till.stand_in.add_fault("capture_refused", times=1)
    till.capture(hold_id)
    till.work()
    hold = till.hold(hold_id)
    assert hold.status is HoldStatus.FAILED
    intent = till.stand_in.client().v1.payment_intents.retrieve(hold.payment_intent_id)
    assert intent.status == "canceled"


def test_no_call_waits_for_an_answer_once_all_is_let_go(till):
    released, refused = till.held(), till.held()
    with transaction() as session:
        commands.release(session, released, now=utcnow())
    till.stand_in.add_fault("capture_refused", times=1)
    till.capture(refused)
    till.work()
    assert [till.hold(one).status for one in (released, refused)] == [HoldStatus.RELEASED, HoldStatus.FAILED]
    assert reading().scalars(sa.select(StripeCall.key).filter_by(answered_at=None)).all() == []
