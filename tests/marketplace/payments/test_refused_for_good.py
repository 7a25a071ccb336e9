"""What Stripe refuses for good is asked once: payments end where everybody knows how they stand, or a person looks."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, effects, queries
from marketplace.payments.commands import dropping
from marketplace.payments.models import ConnectedAccount, Hold, Payer, Renewal, StripeCall
from marketplace.payments.rules import (
    ONLY_STRIPE_KNOWS,
    RENEW_AHEAD,
    AccountState,
    CallKind,
    HoldStatus,
    OnlyStripeKnows,
    RenewalStatus,
)
from tests.factories import DAY, HOUR
from tests.factories.outbox import make_call_given_up, make_given_up

SESSIONS = "POST /v1/checkout/sessions"
CUSTOMERS = "POST /v1/customers"
CANCEL = "POST /v1/payment_intents/*/cancel"


def unfinished():
    """List what is still owed, or was given up."""
    reading().rollback()
    return list(reading().scalars(sa.select(OutboxMessage).filter_by(done_at=None)))


def call(kind):
    reading().rollback()
    return reading().scalars(sa.select(StripeCall).filter_by(kind=kind)).one()


@pytest.mark.parametrize("place", [SESSIONS, CUSTOMERS])
def test_a_payment_page_that_is_refused_ends_the_hold_at_once(till, place):
    till.stand_in.add_fault("refused", place=place)
    hold_id = till.open()
    till.work()
    assert till.hold(hold_id).status is HoldStatus.LAPSED
    assert call(CallKind.CHECKOUT).error.startswith("parameter_invalid")
    assert call(CallKind.CHECKOUT).answered_at is not None
    assert unfinished() == []


def test_whoever_wants_to_pay_it_reads_that_there_is_no_page(till, client):
    till.stand_in.add_fault("refused", place=SESSIONS)
    hold_id = till.open()
    till.work()
    client.sign_in(till.payer())
    answer = client.get(f"/payments/{hold_id}/pay", follow_redirects=True)
    assert "Stripe did not make the payment page" in answer.text


def test_a_page_that_is_refused_while_the_hold_is_let_go_of_leaves_nothing_behind(till):
    till.stand_in.add_fault("refused", place=SESSIONS)
    hold_id = till.open()
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    till.work()
    assert till.hold(hold_id).status is HoldStatus.RELEASED
    assert unfinished() == []


def test_a_customer_whose_address_stripe_does_not_take_can_pay_all_the_same(till):
    first = till.held()
    till.stand_in.add_fault("refused", place="POST /v1/customers/*")
    second = till.open()
    till.work()
    assert till.hold(second).status is HoldStatus.AWAITING
    assert till.hold(second).customer_id == till.hold(first).customer_id


def test_a_renewal_without_a_page_ends_and_the_hold_stays_until_its_bank_lets_go(till):
    hold_id = till.held()
    till.wait(till.hold(hold_id).capture_before - RENEW_AHEAD - utcnow())
    till.stand_in.add_fault("refused", place=SESSIONS)
    with transaction() as session:
        commands.renew(session, hold_id, now=utcnow())
    till.work()
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert queries.renewal_of(reading(), hold_id, till.hold(hold_id).capture_before).status is RenewalStatus.ENDED
    assert call(CallKind.ASK).error is not None
    assert unfinished() == []


def test_a_page_to_save_a_card_on_that_is_refused_says_so(till, client):
    client.sign_in(till.payer())
    till.stand_in.add_fault("refused", place=SESSIONS)
    page = client.post("/account/cards", follow_redirects=True)
    assert "Stripe did not make the page to save a card on" in page.text
    assert (till.row(Payer, till.payer_id).setup_url, unfinished()) == (None, [])
    till.stand_in.faults.clear()
    assert client.post("/account/cards").location == till.row(Payer, till.payer_id).setup_url


def test_what_nobody_foresaw_is_given_up_at_once_and_can_be_tried_again(till):
    hold_id = till.held()
    till.stand_in.add_fault("refused", place=CANCEL)
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    till.work()
    [given_up] = unfinished()
    assert given_up.dead_at == utcnow()
    till.stand_in.faults.clear()
    try_again(given_up.id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.RELEASED


def try_again(message_id):
    with transaction() as session:
        outbox.try_again(session, message_id, kinds={commands.CALL}, by=None, now=utcnow())


def drop(message_id, kind=commands.CALL):
    with transaction() as session:
        outbox.drop(session, message_id, "It never comes.", kinds={kind}, by=None, now=utcnow())


def test_a_payment_that_ends_by_itself_while_it_is_let_go_of_is_let_go_of(till, monkeypatch):
    hold_id = till.held()
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    intent_id = till.hold(hold_id).payment_intent_id
    cancel = effects.pages.gateway().cancel_intent

    def after_somebody_else(one, *, key):
        cancel(one, key=f"{key}:somebody-else")
        cancel(one, key=key)  # It is refused: there is nothing to cancel.

    monkeypatch.setattr(effects.pages.gateway(), "cancel_intent", after_somebody_else)
    till.work()
    assert till.stand_in.client().v1.payment_intents.retrieve(intent_id).status == "canceled"
    assert till.hold(hold_id).status is HoldStatus.RELEASED
    assert unfinished() == []


# Calls that somebody drops


def given_up(till, about_id, kind):
    """Give up a call, whatever it was; gives its message."""
    with transaction() as session:
        session.execute(sa.update(OutboxMessage).values(done_at=utcnow()))
        session.execute(sa.delete(StripeCall).filter_by(kind=kind, about_id=about_id))
        return make_call_given_up(session, about_id, kind).id


def test_a_payment_page_that_is_dropped_ends_the_hold(till):
    hold_id = till.open()
    drop(given_up(till, hold_id, CallKind.CHECKOUT))
    assert till.hold(hold_id).status is HoldStatus.LAPSED
    assert call(CallKind.CHECKOUT).error == "It never comes."


def test_letting_go_is_dropped_because_banks_let_go_by_themselves(till):
    hold_id = till.open()
    till.work()
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    drop(given_up(till, hold_id, CallKind.RELEASE))
    assert till.hold(hold_id).status is HoldStatus.RELEASED


@pytest.fixture
def renewal(till):
    """A hold near its end that was asked for once more, with the call still to come."""
    hold_id = till.held()
    till.wait(till.hold(hold_id).capture_before - RENEW_AHEAD - utcnow())
    with transaction() as session:
        commands.renew(session, hold_id, now=utcnow())
    return queries.renewal_of(reading(), hold_id, till.hold(hold_id).capture_before)


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        (RenewalStatus.OPENING, CallKind.ASK, RenewalStatus.ENDED),
        (RenewalStatus.TRYING, CallKind.RENEW, RenewalStatus.OPENING),
        (RenewalStatus.ENDING, CallKind.LET_GO, RenewalStatus.ENDED),
    ],
)
def test_a_renewal_goes_on_or_ends_when_its_call_is_dropped(till, renewal, before, kind, after):
    renewal_id = renewal.id
    with transaction() as session:
        session.get_one(Renewal, renewal_id).status = before
    drop(given_up(till, renewal_id, kind))
    assert till.row(Renewal, renewal_id).status is after
    with transaction() as session:  # Whatever it owes now is not what this is about.
        session.execute(sa.update(OutboxMessage).values(done_at=utcnow()))


def test_an_account_that_nobody_waits_for_any_more_can_be_asked_for_again(till):
    payee_id = till.payee(with_account=False)
    with transaction() as session:
        commands.ask_account(session, payee_id, country="DE", email="bo@example.test", now=utcnow())
    drop(given_up(till, payee_id, CallKind.ACCOUNT))
    assert till.row(ConnectedAccount, payee_id).state is AccountState.REFUSED


def test_every_call_can_be_dropped_or_only_stripe_knows():
    assert dropping._ENDINGS.keys() | ONLY_STRIPE_KNOWS == set(CallKind)
    assert not dropping._ENDINGS.keys() & ONLY_STRIPE_KNOWS


@pytest.mark.parametrize("kind", [CallKind.SETUP, CallKind.FORGET])
def test_nobody_waits_for_what_is_dropped_about_cards(till, kind):
    with transaction() as session:
        commands.ask_card(session, till.payer_id, now=utcnow())
    drop(given_up(till, till.payer_id, kind))
    assert call(kind).answered_at is not None


def test_what_may_have_moved_money_can_not_be_dropped(till):
    hold_id = till.held()
    till.capture(hold_id)
    message_id = given_up(till, hold_id, CallKind.CAPTURE)
    with pytest.raises(OnlyStripeKnows):
        drop(message_id)
    try_again(message_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.CAPTURED


def test_what_is_answered_meanwhile_can_be_dropped_without_any_effect(till):
    hold_id = till.taken()
    message_id = given_up(till, hold_id, CallKind.CAPTURE)
    with transaction() as session:
        session.execute(sa.update(StripeCall).filter_by(kind=CallKind.CAPTURE).values(answered_at=utcnow()))
    drop(message_id)
    assert till.hold(hold_id).status is HoldStatus.CAPTURED


# Looks


def test_while_a_look_is_owed_or_was_given_up_today_no_other_is_owed(till):
    hold_id = till.held()
    till.wait(HOUR)
    for _round in range(2):
        effects.check_holds(utcnow())
        till.wait(HOUR)
    [owed] = unfinished()
    with transaction() as session:
        session.get_one(OutboxMessage, owed.id).dead_at = utcnow()
    effects.check_holds(utcnow())
    assert len(unfinished()) == 1
    till.wait(DAY + HOUR)
    effects.check_holds(utcnow())
    assert [one.payload["hold_id"] for one in unfinished()] == [hold_id, hold_id]
    with transaction() as session:
        session.execute(sa.update(OutboxMessage).values(done_at=utcnow()))


def test_a_look_that_stripe_refuses_is_given_up(till):
    hold_id = till.held()
    till.stand_in.add_fault("refused", place="GET /v1/payment_intents/*")
    with transaction() as session:
        outbox.enqueue(session, commands.REFRESH, at=utcnow(), hold_id=hold_id)
    till.work()
    [given] = unfinished()
    assert given.dead_at is not None
    drop(given.id, commands.REFRESH)
    assert till.row(Hold, hold_id).status is HoldStatus.HELD


def test_a_letter_is_dropped_without_any_ending(till):
    with transaction() as session:
        letter = make_given_up(session).id
    drop(letter, "mail")
    assert till.row(OutboxMessage, letter).dropped_at == utcnow()
