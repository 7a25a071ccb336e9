"""Faults of webhooks: what comes twice, late, out of order, badly signed, about strangers, or not at all."""

import json

import pytest
import stripe

from marketplace.kernel.clock import utcnow
from marketplace.sandbox.stripe.faults.kinds import Kind
from tests.marketplace.sandbox.stripe.actions import checkout_parameters
from tests.stripe_inprocess import StripeInProcess

URL = "http://localhost/webhooks"
TOLERANCE_S = 300


class Mailbox(list):
    """Takes deliveries; answers with the next of `answers`, else well."""

    def __init__(self):
        super().__init__()
        self.answers = []

    def send(self, url, payload, signature):
        self.append((payload, signature))
        status = self.answers.pop(0) if self.answers else 200
        return status == 200, str(status)

    @property
    def events(self):
        return [json.loads(payload) for payload, _signature in self]

    @property
    def names(self):
        return [event["data"]["object"].get("name") for event in self.events]


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def near(mailbox):
    stand_in = StripeInProcess(mailbox.send)
    yield stand_in
    stand_in.close()


@pytest.fixture
def client(near):
    return near.client()


@pytest.fixture
def secret(client):
    return client.v1.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]}).secret


def happen(client, *names):
    for name in names:
        client.v1.customers.create({"name": name})


def is_signed(delivery, secret, tolerance=TOLERANCE_S):
    try:
        stripe.Webhook.construct_event(*delivery, secret, tolerance=tolerance)
    except stripe.SignatureVerificationError:
        return False
    return True


def test_a_copy_follows_at_once_and_is_signed_like_the_first(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE, copies=2, times=1)
    happen(client, "Ada", "Bob")
    assert near.deliver_pending() == 4
    assert mailbox.names == ["Ada", "Ada", "Ada", "Bob"]
    assert len({event["id"] for event in mailbox.events}) == 2
    assert all(is_signed(delivery, secret) for delivery in mailbox)
    assert near.deliver_pending() == 0


def test_a_copy_may_come_much_later(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE, seconds=3600)
    happen(client, "Ada")
    assert near.deliver_pending() == 1
    near.advance(3600)
    assert near.deliver_pending() == 1
    assert mailbox.events[0]["id"] == mailbox.events[1]["id"]


def test_a_copy_is_not_tried_again(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE)
    mailbox.answers = [200, 500]
    happen(client, "Ada")
    assert near.settle() == 2
    assert client.v1.events.list().data[0].pending_webhooks == 0


def test_a_copy_that_is_taken_does_not_stand_for_the_first(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE)
    mailbox.answers = [500, 200]
    happen(client, "Ada")
    assert near.deliver_pending() == 2
    assert client.v1.events.list().data[0].pending_webhooks == 1
    assert near.settle() == 1
    assert client.v1.events.list().data[0].pending_webhooks == 0


def test_events_overtake_each_other_in_the_order_of_the_seed(mailbox):
    orders = []
    for _run in range(2):
        box = Mailbox()
        near = StripeInProcess(box.send)
        client = near.client()
        client.v1.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]})
        near.add_fault(Kind.SHUFFLE, seed=3, seconds=1000)
        happen(client, *"abcdefgh")
        near.settle(within_s=1000)
        orders.append(box.names)
        near.close()
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0])
    assert sorted(orders[0]) == list("abcdefgh")


def test_a_late_delivery_is_not_made_before_its_time(near, client, secret, mailbox):
    near.add_fault(Kind.DELAY, seconds=60, times=1)
    happen(client, "Ada", "Bob")
    near.deliver_pending()
    assert mailbox.names == ["Bob"]
    near.advance(60)
    near.deliver_pending()
    assert mailbox.names == ["Bob", "Ada"]


def test_what_is_held_back_comes_when_it_is_sent_again(near, client, secret, mailbox):
    near.add_fault(Kind.HOLD_BACK, place="customer.created", times=1)
    happen(client, "Ada", "Bob")
    near.settle(within_s=10**6)
    assert mailbox.names == ["Bob"]
    [event] = client.v1.events.list({"delivery_success": False}).data
    assert event.data.object.name == "Ada"
    near.send_again(event.id)
    near.deliver_pending()
    assert mailbox.names == ["Bob", "Ada"]
    assert client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_a_wrong_secret_is_right_again_when_it_is_tried_again(near, client, secret, mailbox):
    near.add_fault(Kind.WRONG_SECRET, times=1)
    mailbox.answers = [400]
    happen(client, "Ada")
    assert near.settle() == 2
    assert [is_signed(delivery, secret) for delivery in mailbox] == [False, True]


def test_an_old_signature_is_good_but_for_its_time(near, client, secret, mailbox):
    near.add_fault(Kind.OLD_TIME, seconds=TOLERANCE_S + 60, times=1)
    mailbox.answers = [400]
    happen(client, "Ada")
    near.settle()
    assert [is_signed(delivery, secret) for delivery in mailbox] == [False, True]
    assert is_signed(mailbox[0], secret, tolerance=None)


def test_an_event_of_the_other_mode_comes_along(near, client, secret, mailbox):
    near.add_fault(Kind.OTHER_MODE, times=1)
    happen(client, "Ada")
    near.deliver_pending()
    true, false = mailbox.events
    assert (true["livemode"], false["livemode"], false["data"]["object"]["livemode"]) == (False, True, True)
    assert true["id"] != false["id"]
    assert is_signed(mailbox[1], secret)


def test_an_event_about_a_stranger_comes_along(near, client, secret, mailbox):
    near.add_fault(Kind.UNKNOWN_OBJECT, place="checkout.session.completed")
    near.pay(client.v1.checkout.sessions.create(checkout_parameters()).url)
    near.deliver_pending()
    true, false = [event for event in mailbox.events if event["type"] == "checkout.session.completed"]
    assert client.v1.checkout.sessions.retrieve(true["data"]["object"]["id"]).status == "complete"
    assert false["data"]["object"]["id"].startswith("cs_test_")
    with pytest.raises(stripe.InvalidRequestError, match="No such checkout"):
        client.v1.checkout.sessions.retrieve(false["data"]["object"]["id"])
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        client.v1.events.retrieve(false["id"])


def test_each_endpoint_has_faults_of_its_own(near, client, secret, mailbox):
    client.v1.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]})
    near.add_fault(Kind.HOLD_BACK, times=1)
    happen(client, "Ada")
    assert near.deliver_pending() == 1
    assert client.v1.events.list().data[0].pending_webhooks == 1


def test_faults_go_together(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE, copies=3)
    near.add_fault(Kind.SHUFFLE, seed=5, seconds=1000)
    happen(client, *"abcd")
    near.settle(within_s=1000)
    assert sorted(mailbox.names) == sorted("abcd" * 4)
    assert mailbox.names != sorted(mailbox.names)


def test_an_endpoint_that_is_disabled_gets_no_copies(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE, seconds=60)
    happen(client, "Ada")
    endpoint = client.v1.webhook_endpoints.list().data[0]
    client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    assert near.settle() == 0


def test_an_endpoint_that_is_deleted_gets_no_copies(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE, seconds=60)
    happen(client, "Ada")
    client.v1.webhook_endpoints.delete(client.v1.webhook_endpoints.list().data[0].id)
    assert near.settle() == 0


def test_what_never_happened_is_told_to_nobody_and_uses_no_fault_up(near, client, secret, mailbox):
    near.add_fault(Kind.DUPLICATE, times=1)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.customers.create({"name": "Ada", "expand": ["colour"]})
    assert len(near.faults.active()) == 1
    assert near.faults.log() == []


def test_a_delivery_is_signed_for_the_true_moment_however_far_the_clock_is_ahead(near, client, secret, mailbox):
    near.advance(30 * 24 * 60 * 60)
    happen(client, "Ada")
    near.deliver_pending()
    stamp = int(mailbox[0][1].split(",")[0].removeprefix("t="))
    assert abs(stamp - utcnow().timestamp()) < TOLERANCE_S
    assert is_signed(mailbox[0], secret)
