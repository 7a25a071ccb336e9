"""Stripe is down, or slow: pages stay usable, nothing is lost, and what was asked for happens when it is back."""

import re
import socket

import pytest
import sqlalchemy as sa
import time_machine

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import gateway as payments_gateway
from marketplace.payments import queries
from marketplace.payments.gateway import Gateway, Uncertain, door
from marketplace.payments.models import Hold
from marketplace.payments.rules import HoldStatus
from tests.factories import HOUR
from tests.plugins.world import NOW
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess

CHOICE = {"mode": "best_fit", "ceiling": "60"}
# What leads to a payment page, and what is sent for it.
WAYS_TO_PAY = [
    ("/requests/{draft}/submit", CHOICE),
    ("/requests/{refused}/pay", {}),
    ("/requests/{extended}/extras/2/approve", {}),
]


@pytest.fixture
def back_again(app):
    """Give a function that brings Stripe back, and lets the worker try again what has failed."""
    before = payments_gateway.gateway()
    stand_in = StripeInProcess()

    def come_back():
        payments_gateway.connect(app, Gateway(SECRET_KEY, URL, http_client=stand_in.http_client()))
        for hours in (1, 2):  # The first try finds that this Stripe knows nobody of this world yet.
            with time_machine.travel(NOW + hours * HOUR, tick=False):
                while outbox.deliver_due(utcnow()):
                    pass
        reading().rollback()

    yield come_back
    payments_gateway.connect(app, before)
    stand_in.close()


@pytest.mark.parametrize(("path", "sent"), WAYS_TO_PAY)
def test_whoever_pays_while_stripe_is_away_waits_on_a_page_that_follows_by_itself(visits, back_again, path, sent):
    opened = sa.select(sa.func.count(Hold.id)).filter_by(status=HoldStatus.AWAITING)
    before = reading().scalar(opened)
    led_to = visits.ask("customer", "POST", path, data=sent)
    assert led_to.status_code == 303
    waiting = visits.ask("customer", "GET", led_to.location)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    assert "Preparing the payment page" in waiting.text
    again = visits.ask("customer", "POST", path, data=sent)
    assert again.status_code in {303, 409}, "a second click makes no second payment"
    back_again()
    hold_id = int(re.search(r"/payments/(\d+)/pay", led_to.location)[1])
    assert queries.hold_of_payer(reading(), hold_id, visits.world.people["customer"].id).status is HoldStatus.AWAITING
    assert visits.ask("customer", "GET", led_to.location).status_code == 303
    assert reading().scalar(opened) == before + 1


@pytest.mark.parametrize(
    ("caller", "method", "path"),
    [
        ("customer", "GET", "/payments/{awaiting_payment_hold}/back"),
        ("customer", "GET", "/requests/{awaiting_payment}"),
        ("customer", "POST", "/requests/{matching}/cancel"),
        ("customer", "POST", "/account/cards"),
        ("customer", "GET", "/account/cards/back"),
        ("customer", "POST", "/account/cards/{card}/remove"),
        ("partner", "POST", "/work/payouts/connect"),
        ("partner", "GET", "/work/payouts/connected"),
        ("partner", "POST", "/work/offers/{offer}/accept"),
    ],
)
def test_no_page_breaks_while_stripe_is_away(visits, caller, method, path):
    sent = {"cancel": {"reason": "No need"}, "accept": {"first_answer_minutes": "240"}}
    answer = visits.ask(caller, method, path, data=sent.get(path.rpartition("/")[2], {}))
    assert answer.status_code in {200, 302, 303}
    if answer.location:
        assert visits.ask(caller, "GET", answer.location).status_code in {200, 202, 302}


def test_what_could_not_be_asked_is_owed(visits):
    visits.ask("customer", "GET", "/payments/{awaiting_payment_hold}/back")
    [owed] = reading().scalars(sa.select(OutboxMessage).filter_by(kind="stripe_refresh", done_at=None)).all()
    assert owed.run_at > NOW


@pytest.fixture
def silence():
    """Somebody who takes calls and never says a word; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_gives_up_sooner_than_the_worker(app, silence, monkeypatch):
    assert (door.PAGE_TIMEOUT_S, door.PAGE_RETRIES) < (door.TIMEOUT_S, door.RETRIES)
    monkeypatch.setattr(door, "PAGE_TIMEOUT_S", 0.05)
    asked = Gateway(SECRET_KEY, silence)
    with app.test_request_context("/"), pytest.raises(Uncertain):
        asked.checkout("cs_1")
    monkeypatch.setattr(door, "TIMEOUT_S", 0.05)
    monkeypatch.setattr(door, "RETRIES", 0)
    with pytest.raises(Uncertain):
        Gateway(SECRET_KEY, silence).checkout("cs_1")
    assert asked._quick is not asked._patient


def test_a_slow_answer_is_taken_when_it_has_come_after_all(till):
    """The page gave up, but Stripe has done it: the same key finds the same page."""
    till.stand_in.add_fault("slow", place="POST /v1/checkout/sessions", seconds=30, times=1)
    hold_id = till.open()
    till.work()
    assert till.hold(hold_id).status is HoldStatus.AWAITING
    sessions = payments_gateway.gateway()._client.v1.checkout.sessions.list({"limit": 10}).data
    assert [one.id for one in sessions] == [till.hold(hold_id).checkout_session_id]


def test_transactions_are_closed_while_stripe_is_asked(till, monkeypatch):
    """Whoever waits for Stripe must not keep others from the database."""
    asked = []
    create = Gateway.create_checkout

    def watched(self, order, **how):
        asked.append(reading().in_transaction())
        return create(self, order, **how)

    monkeypatch.setattr(Gateway, "create_checkout", watched)
    till.open()
    till.work()
    assert asked == [False]
    with transaction():
        pass
