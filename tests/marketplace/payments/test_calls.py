"""Calls to Stripe whose answer is lost: each has its effect once, however long nobody knows."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands
from marketplace.payments.effects.calls import ask_once, read_call
from marketplace.payments.gateway import KeyIsSpent
from marketplace.payments.models import ConnectedAccount, Payer, StripeCall
from marketplace.payments.rules import (
    LAST_CALL,
    RENEW_AHEAD,
    CallKind,
    ChargebackStatus,
    ClawbackStatus,
    HoldStatus,
    PayoutStatus,
)
from marketplace.payments.rules.calls import KEYS_LAST
from tests.factories import DAY, HOUR
from tests.factories.profiles import make_provider

TRIES = 3  # Of the SDK, before it gives up.


class Case:
    """Something asked of Stripe: `begin` owes it, `effects` are found at Stripe, `is_known` tells whether we know."""

    place: str
    times = 1

    def __init__(self, till):
        self.till, self.stripe = till, till.stand_in.client().v1

    def prepare(self):
        """Do what comes before."""


class Checkout(Case):
    place = "POST /v1/checkout/sessions"

    def begin(self):
        self.hold_id = self.till.open()

    def effects(self):
        return self.stripe.checkout.sessions.list().data

    def is_known(self):
        hold = self.till.hold(self.hold_id)  # The page itself is open for a day.
        return hold.checkout_session_id is not None and hold.status in {HoldStatus.AWAITING, HoldStatus.LAPSED}


class Customer(Checkout):
    place = "POST /v1/customers"

    def effects(self):
        return self.stripe.customers.list().data


class Pay(Case):
    place = "POST /v1/payment_intents/*/confirm"

    def prepare(self):
        self.card_id = self.till.save_card().id

    def begin(self):
        self.hold_id = self.till.open(card_id=self.card_id)

    def effects(self):
        return [one for one in self.stripe.payment_intents.list().data if one.status == "requires_capture"]

    def is_known(self):
        hold = self.till.hold(self.hold_id)
        return hold.status is HoldStatus.HELD and hold.payment_intent_id == self.effects()[0].id


class PreparedPay(Pay):
    place = "POST /v1/payment_intents"


class Capture(Case):
    place = "POST /v1/payment_intents/*/capture"

    def prepare(self):
        self.hold_id = self.till.held()

    def begin(self):
        self.till.capture(self.hold_id)

    def effects(self):
        return [one for one in self.stripe.charges.list().data if one.captured]

    def is_known(self):
        return self.till.hold(self.hold_id).status is HoldStatus.CAPTURED


class Release(Capture):
    place = "POST /v1/payment_intents/*/cancel"

    def begin(self):
        with transaction() as session:
            commands.release(session, self.hold_id, now=utcnow())

    def effects(self):
        return [one for one in self.stripe.payment_intents.list().data if one.status == "canceled"]

    def is_known(self):
        return self.till.hold(self.hold_id).status is HoldStatus.RELEASED


class Refund(Case):
    place = "POST /v1/refunds"
    times = 2

    def prepare(self):
        self.hold_id = self.till.taken()

    def begin(self):
        self.till.refund(self.hold_id, 3000)
        self.till.refund(self.hold_id, 3000)  # The same again: each has its own effect.

    def effects(self):
        return self.stripe.refunds.list().data

    def is_known(self):
        known = {one.stripe_refund_id for one in self.till.refunds(self.hold_id)}
        return known == {one.id for one in self.effects()}


class Transfer(Case):
    place = "POST /v1/transfers"

    def prepare(self):
        self.payee_id, self.hold_id = self.till.payee(), self.till.taken()

    def begin(self):
        self.till.settle(self.hold_id, self.payee_id)

    def effects(self):
        return self.stripe.transfers.list().data

    def is_known(self):
        share = self.till.payouts(self.hold_id).share
        return share.status is PayoutStatus.PAID and share.transfer_id == self.effects()[0].id


class Reversal(Case):
    place = "POST /v1/transfers/*/reversals"

    def prepare(self):
        self.hold_id = self.till.settled(self.till.payee())

    def begin(self):
        self.till.refund(self.hold_id, 5000)

    def effects(self):
        [transfer] = self.stripe.transfers.list().data
        return self.stripe.transfers.reversals.list(transfer.id).data

    def is_known(self):
        reading().rollback()
        [clawback] = self.till.clawbacks(self.hold_id)
        return clawback.status is ClawbackStatus.REVERSED


class Account(Case):
    place = "POST /v1/accounts"

    def begin(self):
        with transaction() as session:
            self.payee_id = make_provider(session).id
            commands.ask_account(session, self.payee_id, country="DE", email="bo@example.test", now=utcnow())

    def effects(self):
        return self.stripe.accounts.list().data

    def is_known(self):
        return self.till.row(ConnectedAccount, self.payee_id).stripe_account_id == self.effects()[0].id


class Response(Case):
    place = "POST /v1/disputes/*"

    def prepare(self):
        self.dispute_id = self.till.dispute(self.till.taken())

    def begin(self):
        self.till.answer(self.dispute_id)

    def effects(self):
        return [one for one in self.stripe.disputes.list().data if one.evidence_details.submission_count == 1]

    def is_known(self):
        return self.till.chargeback(self.dispute_id).status is ChargebackStatus.UNDER_REVIEW


class Setup(Case):
    place = "POST /v1/checkout/sessions"

    def begin(self):
        with transaction() as session:
            commands.ask_card(session, self.till.payer_id, now=utcnow())

    def effects(self):
        return self.stripe.checkout.sessions.list().data

    def is_known(self):
        return self.till.row(Payer, self.till.payer_id).setup_session_id == self.effects()[0].id


KINDS = {
    CallKind.CHECKOUT: Checkout,
    CallKind.PAY: Pay,
    CallKind.CAPTURE: Capture,
    CallKind.RELEASE: Release,
    CallKind.REFUND: Refund,
    CallKind.TRANSFER: Transfer,
    CallKind.REVERSE: Reversal,
    CallKind.ACCOUNT: Account,
    CallKind.RESPOND: Response,
    CallKind.SETUP: Setup,
}


CASES = [*KINDS.values(), Customer, PreparedPay]  # Some take two steps.


@pytest.fixture(params=CASES, ids=lambda case: case.__name__)
def case(till, request):
    """Something asked of Stripe, of every kind that there is."""
    case = request.param(till)
    case.prepare()
    return case


def test_an_answer_that_is_lost_for_longer_than_a_day_is_looked_up(till, case):
    till.stand_in.add_fault("hold_back")  # No event tells either.
    till.stand_in.add_fault("drop_after", place=case.place, times=TRIES)
    case.begin()
    till.work()
    till.wait(DAY + HOUR)  # Stripe has forgotten the key.
    till.work()
    assert len(case.effects()) == case.times
    assert case.is_known()


def test_an_error_that_stripe_keeps_is_not_asked_for_again(till, case):
    till.stand_in.add_fault("hold_back")
    till.stand_in.add_fault("error_kept", place=case.place, times=case.times)
    case.begin()
    till.work()
    till.wait(HOUR)
    till.work()
    assert len(case.effects()) == case.times
    assert case.is_known()


def test_what_never_reached_stripe_is_asked_for_after_days(till, case):
    till.stand_in.add_fault("drop_before", place=case.place, times=TRIES)
    case.begin()
    till.work()
    till.wait(DAY + HOUR)
    till.work()
    assert len(case.effects()) == case.times
    assert case.is_known()


def test_every_kind_is_tried():
    of_renewals = {CallKind.RENEW, CallKind.ASK, CallKind.LET_GO}
    assert RENEW_AHEAD - LAST_CALL < KEYS_LAST, "a renewal is over before Stripe forgets a key: see test_renewals"
    harmless_twice = {CallKind.FORGET, CallKind.PORTAL}  # A card is gone all the same; of two pages one is never seen.
    told_of_subscriptions = {  # See test_subscriptions_told.
        *(CallKind.SUBSCRIBE, CallKind.WITHDRAW, CallKind.SET_END, CallKind.CANCEL, CallKind.CHANGE),
        CallKind.REFUND_PERIOD,
    }
    assert set(KINDS) == set(CallKind) - of_renewals - harmless_twice - told_of_subscriptions


@pytest.fixture
def owed(till):
    """A call that is owed."""
    till.open()
    return read_call(reading().scalars(sa.select(StripeCall)).one())


def again(call):
    reading().rollback()
    return read_call(reading().get_one(StripeCall, call.id))


def test_a_spent_key_without_an_effect_is_renewed_once(owed):
    def spent():
        raise KeyIsSpent

    for _worker in range(2):  # Both have read the old key.
        with pytest.raises(KeyIsSpent):
            ask_once(owed, utcnow(), look=lambda: None, ask=spent)
    renewed = again(owed)
    assert (renewed.mark, renewed.renewals) == (owed.mark, 1)
    assert renewed.key not in {owed.key, owed.mark}
    assert ask_once(renewed, utcnow(), look=lambda: None, ask=lambda: "done") == "done"


def test_within_a_day_the_key_is_enough(owed):
    assert ask_once(owed, utcnow(), look=pytest.fail, ask=lambda: "done") == "done"


def test_facts_that_changed_under_a_key_do_not_stop_a_call(till):
    hold_id = till.open()
    till.stand_in.add_fault("drop_after", place=Checkout.place, times=TRIES)
    till.work()
    till.speak("de")  # What is asked under the key is something else now.
    till.wait(HOUR)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.AWAITING
    assert len(till.stand_in.client().v1.checkout.sessions.list().data) == 1
