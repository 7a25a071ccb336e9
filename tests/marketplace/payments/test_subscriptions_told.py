"""What Stripe tells of subscriptions, in any order and many times, or not at all: it ends the same."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import Client

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, effects, queries
from marketplace.payments.gateway import EVENTS, Event, Gateway, connect, gateway
from marketplace.payments.models import LedgerTransaction, StripeCall
from marketplace.payments.rules import AccountKind, Fact, RefundStatus, SubscriptionStatus
from tests.factories.subscribing import DAY, Subscriber
from tests.marketplace.payments.test_any_order import Log, Snapshot, standing
from tests.stripe_inprocess import SECRET_KEY, URL

SHUFFLES = {"sqlite": 20, "postgresql": 3}
MOSTLY_LATE = 0.05  # How often the worker comes before the next event does.
RETURNS = "4000000000005126"  # A card to which a refund seems to arrive, and then comes back.
LOST = ("drop_after", "error_after")


@pytest.fixture
def payer(till):
    return Subscriber(till)


def deaf(till, app):
    """Let nobody hear what Stripe tells from now on."""
    return Log(till, app)


def try_again(till):
    """Let the worker try what has failed, as it does after a while."""
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.done_at.is_(None)).values(run_at=utcnow()))
    till.work()


def much_happens(till, payer):
    """Let much happen of which Stripe tells, while the site only knows what it has asked itself."""
    one, two = payer.open(), payer.open()
    till.work()
    for subscription_id in (one, two):
        payer.stand_in.pay(payer.row(subscription_id).checkout_url)
        payer.look(subscription_id)
    payer.change(one, 23800)
    till.work()
    payer.pull(two, "fail_next")
    payer.wait(33 * DAY)  # Both are renewed, one of them at the second try.
    payer.look(two)
    payer.cancel(two, at_end=False, refund="all")
    till.work()


def test_in_any_order_what_stripe_tells_ends_in_one_trial_balance(till, payer, app, request):
    log = deaf(till, app)
    much_happens(till, payer)
    payloads = [json.loads(payload) for _url, payload, _signature in log.told]
    events = [Event(told["id"], told["type"], None, told) for told in payloads if told["type"] in EVENTS]
    snapshot = Snapshot(till.stand_in, request.getfixturevalue(f"_{db.engine.dialect.name}_app")[1])
    before, ends = standing(), set()
    connect(app, Gateway(SECRET_KEY, URL, http_client=till.stand_in.http_client(checked=False)))
    for seed in range(SHUFFLES[db.engine.dialect.name]):
        snapshot.restore()
        chance = random.Random(seed)
        for event in chance.sample([*events, *events[::3]], len(events) + len(events[::3])):
            with transaction() as session:
                commands.store_event(session.connection(), event, now=utcnow())
            db.session.remove()  # Each delivery is a request of its own.
            if chance.random() < MOSTLY_LATE:
                till.work()
        till.work()
        ends.add(standing())
    assert len(ends) == 1
    assert before not in ends
    log.stop()


def test_a_renewal_that_is_told_again_changes_nothing(till, payer, app):
    one = payer.begun()
    log = deaf(till, app)
    payer.go_to_renewal(one)
    log.stop()
    for told in log.told:
        log.hear(*told)
    till.work()
    before = standing()
    for _time in range(3):
        payer.look(one)
    assert standing() == before
    assert len(payer.payments(one)) == 2


def test_nothing_that_is_told_is_needed(till, payer, app):
    log = deaf(till, app)
    one = payer.open()
    till.work()
    payer.stand_in.pay(payer.row(one).checkout_url)
    for span in (timedelta(minutes=11), 32 * DAY):
        till.wait(span)
        effects.check_subscriptions(utcnow())
        till.work()
    assert len(payer.payments(one)) == 2
    payer.earn()
    log.stop()


def test_what_was_never_told_is_fetched(till, payer, app):
    one = payer.open()
    till.work()
    log = deaf(till, app)
    payer.stand_in.pay(payer.row(one).checkout_url)
    till.work()
    log.stop()
    assert payer.row(one).status is SubscriptionStatus.AWAITING
    effects.catch_up(utcnow())
    till.work()
    assert payer.row(one).status is SubscriptionStatus.ACTIVE


def test_a_look_from_before_a_decision_is_taken_again(till, payer):
    one = payer.begun()
    row = payer.row(one)
    stale = row.looks
    state = payer.at_stripe(one)
    invoices = gateway().invoices(row.stripe_subscription_id, known=queries.invoices_known(reading(), one))
    reading().rollback()
    payer.cancel(one)
    with transaction() as session:
        commands.describe_subscription(session, one, state, invoices, looks=stale, now=utcnow())
    assert payer.row(one).cancels_at == row.period_end
    till.work()
    assert payer.at_stripe(one).cancels_at == payer.row(one).cancels_at


@pytest.mark.parametrize("kind", LOST)
def test_a_page_that_was_made_without_our_hearing_of_it_is_the_only_one(till, payer, kind):
    till.stand_in.add_fault(kind, place="POST /v1/checkout/sessions", times=3)
    one = payer.open()
    till.work()
    assert payer.row(one).status is SubscriptionStatus.OPENING
    try_again(till)
    row = payer.row(one)
    assert row.status is SubscriptionStatus.AWAITING
    assert len(till.stand_in.client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize("kind", LOST)
def test_a_change_whose_answer_was_lost_is_charged_once(till, payer, kind):
    one = payer.begun()
    payer.wait(DAY)
    till.stand_in.add_fault(kind, place="POST /v1/subscriptions/*", times=3)
    payer.change(one, 23800)
    till.work()
    try_again(till)
    assert len(payer.payments(one)) == 2
    assert payer.row(one).price_minor == 23800


def test_a_change_comes_although_stripe_keeps_an_error_about_what_it_is_called(till, payer):
    one = payer.begun()
    till.stand_in.add_fault("error_kept", place="POST /v1/products", times=1)
    payer.change(one, 23800)
    till.work()
    assert payer.row(one).price_minor != 23800
    try_again(till)
    assert payer.row(one).price_minor == 23800


@pytest.mark.parametrize("kind", LOST)
def test_an_end_whose_answer_was_lost_gives_back_once(till, payer, kind):
    one = payer.begun()
    till.stand_in.add_fault(kind, place="DELETE /v1/subscriptions/*", times=3)
    till.stand_in.add_fault(kind, place="POST /v1/refunds", times=3)
    payer.cancel(one, at_end=False, refund=5950)
    till.work()
    try_again(till)
    try_again(till)
    assert payer.at_stripe(one).is_over
    assert [refund.status for refund in payer.refunds(one)] == [RefundStatus.SUCCEEDED]


def test_nobody_can_pay_what_has_ended_although_stripe_keeps_an_error_about_its_invoice(till, payer):
    one = payer.begun()
    payer.pull(one, "fail_next")
    payer.go_to_renewal(one)
    assert len(payer.unpaid_at_stripe(one)) == 1
    till.stand_in.add_fault("error_kept", place="POST /v1/invoices/*/void", times=1)
    payer.cancel(one, at_end=False)
    till.work()
    try_again(till)
    assert not payer.unpaid_at_stripe(one)
    assert reading().scalar(select(func.count(StripeCall.id)).filter_by(answered_at=None)) == 0


def test_what_is_paid_after_it_was_ended_here_goes_back_in_full(till, payer):
    one = payer.begun()
    payer.pull(one, "fail_next")
    payer.go_to_renewal(one)
    invoice = payer.unpaid_at_stripe(one)[0].id
    payer.cancel(one, at_end=False)
    till.stand_in.client().v1.invoices.pay(invoice, {"payment_method": "pm_card_visa"})
    till.work()
    assert [paid.refunded_minor for paid in payer.payments(one)] == [0, 11900]
    assert till.booked(AccountKind.DEFERRED, one) == 0


def test_a_refund_that_comes_back_is_paid_by_hand(till, payer):
    one = payer.begun(card=RETURNS)
    payer.cancel(one, at_end=False, refund=11900)
    till.work()
    payer.wait(10 * DAY)
    [refund] = payer.refunds(one)
    assert refund.status is RefundStatus.FAILED
    assert till.booked(AccountKind.DEFERRED, one) == 10000
    with transaction() as session:
        commands.pay_period_back_by_hand(session, refund.id, reference="HR 1", by=till.finance_id, now=utcnow())
    assert till.booked(AccountKind.DEFERRED, one) == 0
    with pytest.raises(IllegalMove), transaction() as session:
        commands.pay_period_back_by_hand(session, refund.id, reference="HR 1", by=till.finance_id, now=utcnow())


def test_another_card_is_chosen_in_the_portal(till, payer):
    one = payer.begun()
    with transaction() as session:
        visit, _message = commands.open_portal(session, till.payer_id, "/account", now=utcnow())
        visit_id = visit.id
    till.work()
    reading().rollback()
    visit = queries.portal_visit(reading(), visit_id, till.payer_id)
    page = Client(till.stand_in.app).get(visit.url.removeprefix(URL), base_url=URL, follow_redirects=True)
    assert page.status_code == 200
    assert payer.row(one).status is SubscriptionStatus.ACTIVE


def test_who_decides_at_stripe_that_it_ends_is_heard(till, payer):
    one = payer.begun()
    gateway().set_end(payer.row(one).stripe_subscription_id, at_period_end=True, key="by hand")
    till.work()
    assert payer.row(one).cancels_at == payer.row(one).period_end


def test_each_payment_is_booked_once(till, payer):
    one = payer.begun()
    payer.go_to_renewal(one)
    reading().rollback()
    booked = reading().scalars(select(LedgerTransaction.stripe_id).filter_by(fact=Fact.PERIOD_PAID)).all()
    assert booked == [paid.charge_id for paid in payer.payments(one)]
