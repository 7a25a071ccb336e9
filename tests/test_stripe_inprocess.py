"""The stand-in within this process: the site works with it as over the network, on good days and on bad ones."""

import pytest
import time_machine

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import gateway as payments_gateway
from marketplace.payments.gateway import Gateway
from marketplace.payments.rules import HoldStatus
from marketplace.sandbox.stripe.faults.rules import bad_day
from marketplace.site.wiring import SELF_CHECKS
from marketplace.support_requests.rules import Status
from tests.factories import MINUTE, NOON
from tests.factories.jobs import Life, choose, make_market, make_partner
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess, to_app

ROUNDS_MAX = 60


@pytest.fixture
def clock():
    """Let the time be noon, until a test moves it."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def stand_in(app, clock):
    """Give a stand-in that tells the site what happens."""
    settings = app.extensions["handrail_settings"]
    made = StripeInProcess(to_app(app))
    before = payments_gateway.gateway()
    payments_gateway.connect(app, Gateway(SECRET_KEY, URL, http_client=made.http_client()))
    made.listen("/webhooks/stripe", settings.stripe_webhook_secret)
    made.listen("/webhooks/stripe/connect", settings.stripe_connect_webhook_secret, connect=True)
    yield made
    payments_gateway.connect(app, before)
    made.close()


@pytest.fixture
def life(stand_in):
    """Give a request whose Checkout page is open."""
    with transaction() as session:
        market = make_market(session)
        partner_id = make_partner(session, market).id
    life = Life(market)
    life.submit(choose(partner_id))
    return life


def test_the_site_hears_of_a_payment_by_webhooks_alone(life, stand_in):
    stand_in.pay(life.hold.checkout_url)
    assert life.request.status is Status.AWAITING_PAYMENT
    assert stand_in.deliver_pending() > 0
    life.work()
    assert life.request.status is Status.MATCHING
    assert life.hold.status is HoldStatus.HELD


def test_a_capture_whose_answer_is_lost_happens_once(life, stand_in):
    stand_in.pay(life.hold.checkout_url)
    stand_in.deliver_pending()
    life.work()
    stand_in.add_fault("drop_after", place="POST /v1/payment_intents/*/capture", times=1)
    life.accept()
    assert life.hold.status is HoldStatus.CAPTURED
    assert [entry.kind for entry in stand_in.faults.log()] == ["drop_after"]
    charges = stand_in.client().v1.charges.list().data
    assert [charge.amount_captured for charge in charges] == [life.hold.captured.minor]


@pytest.mark.parametrize("seed", range(3))
def test_on_a_bad_day_the_money_comes_to_the_same(life, stand_in, clock, seed):
    for plan in bad_day(seed=seed, percent=15):
        stand_in.faults.add(plan)
    stand_in.pay(life.hold.checkout_url)
    _until(lambda: life.request.status is Status.MATCHING, stand_in, clock)
    life.now = utcnow()
    life.say_yes()
    _until(lambda: life.hold.status is HoldStatus.CAPTURED, stand_in, clock)
    assert len(stand_in.faults.log()) > 0
    stand_in.faults.clear()  # The day is over when the books are compared.
    assert {check.__name__: lines for check in SELF_CHECKS if (lines := check(reading()))} == {}


def _until(has_happened, stand_in, clock):
    """Let time go by, and everybody do what they owe."""
    for _round in range(ROUNDS_MAX):
        stand_in.deliver_pending()
        while outbox.deliver_due(utcnow()):
            pass
        if has_happened():
            return
        clock.shift(MINUTE)
    raise AssertionError("it never happened")
