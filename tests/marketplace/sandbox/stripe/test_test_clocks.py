"""Test clocks: customers in a time of their own, which moves only forward and only when somebody says so."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import pay_checkout
from tests.factories import NOON
from tests.marketplace.sandbox.stripe.actions import DAY_S, held, open_checkout, told

THEN = int(NOON.timestamp())  # Long ago, seen from the wall clock.
HOLD_LASTS_S = 7 * DAY_S


@pytest.fixture
def clock(client):
    return client.v1.test_helpers.test_clocks.create({"frozen_time": THEN, "name": "A year in a minute"})


@pytest.fixture
def customer(client, clock):
    return client.v1.customers.create({"name": "Ada", "email": "ada@example.test", "test_clock": clock.id})


def advance(client, sandbox, clock, seconds):
    """Move a clock, and let it arrive."""
    now = client.v1.test_helpers.test_clocks.retrieve(clock.id).frozen_time
    moving = client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": now + seconds})
    sandbox.sweep()
    return moving


def test_a_clock_stands_still_where_it_was_set(client, sandbox, clock):
    sandbox.advance(DAY_S)
    shown = client.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert (shown.frozen_time, shown.status, shown.name) == (THEN, "ready", "A year in a minute")
    assert shown.deletes_after - shown.created == 30 * DAY_S
    assert [one.id for one in client.v1.test_helpers.test_clocks.list().data] == [clock.id]


def test_what_a_customer_of_a_clock_does_happens_in_its_time(client, customer):
    assert customer.created == THEN
    session = open_checkout(client, customer=customer.id)
    assert (session.created, session.expires_at) == (THEN, THEN + DAY_S)
    pay_checkout(session.url)
    intent_id = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    intent = client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
    assert intent.created == THEN
    assert intent.latest_charge.payment_method_details.card.capture_before == THEN + HOLD_LASTS_S


def test_a_clock_is_on_its_way_until_it_has_arrived(client, sandbox, clock):
    moving = client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": THEN + DAY_S})
    assert (moving.status, moving.frozen_time) == ("advancing", THEN)
    assert moving.status_details.advancing.target_frozen_time == THEN + DAY_S
    sandbox.sweep()
    arrived = client.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert (arrived.status, arrived.frozen_time) == ("ready", THEN + DAY_S)
    kinds = [kind for kind in told(client) if "test_clock" in kind]
    assert [kind.rpartition(".")[2] for kind in kinds] == ["created", "advancing", "ready"]


def test_what_falls_due_on_the_way_happens_in_its_order_and_at_its_time(client, sandbox, clock, customer):
    held_first = held(client, customer=customer.id)
    unpaid = open_checkout(client, customer=customer.id)
    advance(client, sandbox, clock, HOLD_LASTS_S - 1)
    assert client.v1.checkout.sessions.retrieve(unpaid.id).status == "expired"
    assert client.v1.payment_intents.retrieve(held_first.id).status == "requires_capture"
    advance(client, sandbox, clock, DAY_S)
    lapsed = client.v1.payment_intents.retrieve(held_first.id)
    assert (lapsed.status, lapsed.canceled_at) == ("canceled", THEN + HOLD_LASTS_S)
    kinds = told(client)
    assert kinds.index("checkout.session.expired") < kinds.index("charge.expired") < len(kinds)
    assert kinds[-1] == "test_helpers.test_clock.ready"


def test_the_common_time_and_that_of_a_clock_do_not_touch(client, sandbox, clock, customer):
    inside, outside = held(client, customer=customer.id), held(client)
    sandbox.advance(HOLD_LASTS_S + 60)
    assert client.v1.payment_intents.retrieve(inside.id).status == "requires_capture"
    assert client.v1.payment_intents.retrieve(outside.id).status == "canceled"
    again = held(client)
    advance(client, sandbox, clock, HOLD_LASTS_S + 60)
    assert client.v1.payment_intents.retrieve(inside.id).status == "canceled"
    assert client.v1.payment_intents.retrieve(again.id).status == "requires_capture"


def test_what_is_done_later_is_done_in_the_later_time(client, sandbox, clock, customer):
    intent = held(client, customer=customer.id)
    advance(client, sandbox, clock, DAY_S)
    client.v1.payment_intents.capture(intent.id)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    assert refund.created == THEN + DAY_S


@pytest.mark.parametrize("frozen_time", [THEN - 1, THEN, THEN + 2 * 365 * DAY_S + 1])
def test_a_clock_moves_forward_only_and_not_too_far(client, clock, frozen_time):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": frozen_time})
    assert refused.value.param == "frozen_time"
    assert client.v1.test_helpers.test_clocks.retrieve(clock.id).frozen_time == THEN


def test_a_clock_that_moves_cannot_be_moved(client, sandbox, clock):
    # Both come within one moment: the stand-in has had no time to let it arrive.
    with sandbox._simulator.world() as world:
        record = world.get("test_helpers.test_clock", clock.id)
        record.body["status"] = "advancing"
        world.save(record)
    with pytest.raises(stripe.InvalidRequestError, match="underway"):
        client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": THEN + 1})


def test_a_clock_has_three_customers_at_most(client, clock):
    for _ in range(3):
        client.v1.customers.create({"test_clock": clock.id})
    with pytest.raises(stripe.InvalidRequestError, match="at most 3"):
        client.v1.customers.create({"test_clock": clock.id})


def test_customers_of_clocks_are_listed_by_their_clock_only(client, clock, customer):
    other = client.v1.customers.create({"name": "Bob"})
    assert [one.id for one in client.v1.customers.list().data] == [other.id]
    assert [one.id for one in client.v1.customers.list({"test_clock": clock.id}).data] == [customer.id]


def test_a_customer_leads_to_its_clock(client, clock, customer):
    assert client.v1.customers.retrieve(customer.id, {"expand": ["test_clock"]}).test_clock.id == clock.id


def test_a_customer_of_no_clock_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.create({"test_clock": "clock_none"})
    assert (refused.value.param, refused.value.code) == ("test_clock", "resource_missing")


def test_with_a_clock_its_customers_go(client, clock, customer):
    held_one = held(client, customer=customer.id)
    assert client.v1.test_helpers.test_clocks.delete(clock.id).deleted
    assert client.v1.customers.retrieve(customer.id).deleted
    assert client.v1.payment_intents.retrieve(held_one.id).status == "requires_capture", "what they paid stays"
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        client.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert told(client)[-1] == "test_helpers.test_clock.deleted"


def test_a_clock_is_forgotten_after_thirty_days(client, sandbox, clock, customer):
    advance(client, sandbox, clock, DAY_S)
    sandbox.advance(30 * DAY_S + 1)
    assert client.v1.test_helpers.test_clocks.list().data == []
    assert client.v1.customers.retrieve(customer.id).deleted


def test_a_customer_that_is_there_already_cannot_be_attached_here(client):
    customer = client.v1.customers.create({"name": "Ada"})
    with pytest.raises(stripe.APIError) as refused:
        client.v1.test_helpers.test_clocks.create({"frozen_time": THEN, "customer": customer.id})
    assert refused.value.http_status == 501


def test_keys_and_webhooks_stay_in_the_common_time(client, sandbox, clock):
    key = {"idempotency_key": "customer:1"}
    first = client.v1.customers.create({"test_clock": clock.id}, key)
    advance(client, sandbox, clock, 2 * DAY_S)
    assert client.v1.customers.create({"test_clock": clock.id}, key).id == first.id
    created = next(one for one in client.v1.events.list({"type": "customer.created"}).data)
    assert created.created > THEN + HOLD_LASTS_S
