"""Faults of the API: what the SDK meets, and whether it happened."""

import json

import pytest
import stripe
from werkzeug.test import Client

from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.register import LOG_LENGTH
from marketplace.sandbox.stripe.faults.rules import make_plan
from marketplace.sandbox.stripe.server import Sandbox, SandboxServer
from tests.marketplace.sandbox.stripe.actions import KEY, ask, checkout_parameters, held
from tests.stripe_inprocess import StripeInProcess

CREATE = "POST /v1/customers"
OWN_KEY = {"idempotency_key": "create:7:1"}
BEARER = {"Authorization": f"Bearer {KEY}"}

BEFORE = [Kind.RATE_LIMIT, Kind.LOCK_TIMEOUT, Kind.CONFLICT, Kind.REFUSED, Kind.ERROR_BEFORE, Kind.DROP_BEFORE]
REPEATED = [kind for kind in BEFORE if kind not in {Kind.RATE_LIMIT, Kind.REFUSED}]  # By the SDK itself.
AFTER = [Kind.SLOW, Kind.ERROR_AFTER, Kind.DROP_AFTER]


@pytest.fixture
def near():
    stand_in = StripeInProcess()
    yield stand_in
    stand_in.close()


def create(client, key=OWN_KEY):
    return client.v1.customers.create({"name": "Ada"}, key)


def count(client):
    return len(client.v1.customers.list().data)


@pytest.mark.parametrize(
    ("kind", "error", "status", "code"),
    [
        (Kind.RATE_LIMIT, stripe.RateLimitError, 429, "rate_limit"),
        (Kind.LOCK_TIMEOUT, stripe.RateLimitError, 429, "lock_timeout"),
        (Kind.CONFLICT, stripe.APIError, 409, "idempotency_key_in_use"),
        (Kind.REFUSED, stripe.InvalidRequestError, 400, "parameter_invalid_string_empty"),
        (Kind.ERROR_BEFORE, stripe.APIError, 500, None),
        (Kind.DROP_BEFORE, stripe.APIConnectionError, None, None),
    ],
)
def test_what_fails_before_the_effect_has_none_and_leaves_the_key_unused(near, kind, error, status, code):
    near.add_fault(kind, place=CREATE, times=1)
    client = near.client()
    with pytest.raises(error) as failed:
        create(client)
    assert failed.value.http_status == status
    assert (failed.value.error and failed.value.error.code) == code
    assert count(client) == 0
    assert client.v1.customers.create({"name": "Bob"}, OWN_KEY).name == "Bob"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (Kind.SLOW, stripe.APIConnectionError),
        (Kind.ERROR_AFTER, stripe.APIError),
        (Kind.DROP_AFTER, stripe.APIConnectionError),
    ],
)
def test_what_fails_after_the_effect_has_it_once_and_a_repeat_tells_the_truth(near, kind, error):
    near.add_fault(kind, place=CREATE, times=1)
    client = near.client()
    with pytest.raises(error):
        create(client)
    [made] = client.v1.customers.list().data
    assert create(client).id == made.id
    assert count(client) == 1


def test_an_error_that_the_key_remembers_stays_one(near):
    near.add_fault(Kind.ERROR_KEPT, place=CREATE, times=1)
    client = near.client(retries=3)
    for _try in range(2):
        with pytest.raises(stripe.APIError) as failed:
            create(client)
        assert failed.value.http_status == 500
        assert failed.value.headers["Stripe-Should-Retry"] == "false"
    assert failed.value.headers["Idempotent-Replayed"] == "true"
    assert count(client) == 1


@pytest.mark.parametrize("kind", [*REPEATED, *AFTER])
def test_the_sdk_tries_again_by_itself_with_one_effect(near, kind):
    near.add_fault(kind, place=CREATE, times=2)
    client = near.client(retries=2)
    assert create(client).name == "Ada"
    assert count(client) == 1
    assert near.faults.active() == []


def test_the_sdk_does_not_try_again_when_there_were_too_many_requests(near):
    near.add_fault(Kind.RATE_LIMIT, place=CREATE, times=1)
    with pytest.raises(stripe.RateLimitError):
        create(near.client(retries=2))


@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER])
def test_a_dropped_connection_ends_without_a_byte(sandbox, careless_client, kind):
    sandbox.faults.add(make_plan(kind, place=CREATE, times=1))
    with pytest.raises(stripe.APIConnectionError) as dropped:
        create(careless_client)
    assert dropped.value.should_retry
    assert count(careless_client) == (kind is Kind.DROP_AFTER)


def test_over_the_network_a_slow_answer_comes_late(sandbox, monkeypatch):
    waited = []
    monkeypatch.setattr(sandbox._simulator, "pause", waited.append)
    sandbox.faults.add(make_plan(Kind.SLOW, place="/v1/balance", seconds=20))
    assert ask(f"{sandbox.url}/v1/balance", headers=BEARER)[0] == 200
    assert waited == [20]


def test_while_a_slow_answer_is_on_its_way_its_key_is_in_use(near):
    client, met = near.client(), []

    def try_again(_seconds):
        near.faults.clear()
        with pytest.raises(stripe.APIError) as refused:
            create(client)
        met.append((refused.value.http_status, refused.value.error.code))
        met.append(count(client))

    near._simulator.pause = try_again
    near.add_fault(Kind.SLOW, place=CREATE)
    create(client)
    assert met == [(409, "idempotency_key_in_use"), 1]


def test_a_capture_may_be_refused_by_the_bank(client, sandbox):
    intent = held(client)
    sandbox.faults.add(make_plan(Kind.CAPTURE_REFUSED, times=1))
    for _try in range(2):
        with pytest.raises(stripe.CardError) as refused:
            client.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": "capture:7:1"})
        assert (refused.value.http_status, refused.value.code) == (402, "card_declined")
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
    assert client.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": "capture:7:2"}).status == "succeeded"


def test_a_fault_strikes_only_where_it_was_set_up(near):
    near.add_fault(Kind.ERROR_BEFORE, place="POST /v1/checkout/*")
    client = near.client()
    create(client)
    assert count(client) == 1
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(checkout_parameters())


def test_a_fault_strikes_as_often_as_it_should_and_is_gone(near):
    near.add_fault(Kind.ERROR_BEFORE, place=CREATE, times=2)
    client = near.client()
    for _try in range(2):
        assert [fault.plan.kind for fault in near.faults.active()] == [Kind.ERROR_BEFORE]
        with pytest.raises(stripe.APIError):
            create(client)
    assert near.faults.active() == []
    create(client)


def test_one_fault_strikes_at_a_time_the_oldest_first(near):
    near.add_fault(Kind.RATE_LIMIT, place=CREATE, times=1)
    near.add_fault(Kind.CONFLICT, place=CREATE, times=1)
    client, met = near.client(), []
    for _try in range(2):
        with pytest.raises(stripe.StripeError) as failed:
            create(client)
        met.append(failed.value.http_status)
    assert met == [429, 409]
    assert [entry.kind for entry in near.faults.log()] == [Kind.CONFLICT, Kind.RATE_LIMIT]


def pattern(stand_in, client, tries):
    met = ""
    for _try in range(tries):
        try:
            client.v1.balance.retrieve()
            met += "."
        except stripe.APIError:
            met += "x"
    return met


def test_the_same_seed_fails_the_same_requests(near):
    other = StripeInProcess()
    for stand_in in (near, other):
        stand_in.add_fault(Kind.ERROR_BEFORE, seed=11, percent=40)
    met = pattern(near, near.client(), 30)
    assert met == pattern(other, other.client(), 30)
    assert {"x", "."} == set(met)
    other.close()


def test_a_seed_goes_on_after_a_restart(tmp_path, near):
    near.add_fault(Kind.ERROR_BEFORE, seed=11, percent=40)
    whole, parts = pattern(near, near.client(), 30), ""
    database = tmp_path / "stripe.db"
    first = Sandbox(database)
    first.faults.add(make_plan(Kind.ERROR_BEFORE, seed=11, percent=40))
    first.close()
    for _part in range(3):
        with SandboxServer(database, background=False) as server:
            parts += pattern(server, stripe.StripeClient(KEY, base_addresses={"api": server.url}), 10)
    assert parts == whole


def test_the_log_tells_what_was_hit_and_outlives_the_fault(near):
    fault = near.add_fault(Kind.CONFLICT, place=CREATE)
    with pytest.raises(stripe.APIError):
        create(near.client())
    assert near.faults.clear() == 1
    [entry] = near.faults.log()
    assert (entry.fault_id, entry.kind, entry.subject) == (fault.id, Kind.CONFLICT, CREATE)


def test_the_log_has_an_end(near):
    near.add_fault(Kind.CONFLICT)
    with near._simulator.world() as world:
        for number in range(LOG_LENGTH + 5):
            world.faults.strike(world.connection, {Kind.CONFLICT}, f"POST /v1/{number}", 0)
    log = near.faults.log()
    assert len(log) == LOG_LENGTH
    assert log[0].subject == f"POST /v1/{LOG_LENGTH + 4}"


def test_a_fault_can_be_taken_away(near):
    kept, gone = near.add_fault(Kind.DELAY), near.add_fault(Kind.CONFLICT)
    assert near.faults.remove(gone.id)
    assert not near.faults.remove(gone.id)
    assert near.faults.active() == [kept]
    near.client().v1.balance.retrieve()


def test_who_has_no_key_meets_no_fault(near):
    near.add_fault(Kind.ERROR_BEFORE)
    assert Client(near.app).get("/v1/balance").status_code == 401
    assert Client(near.app).get("/v1/nothing", headers=BEARER).status_code == 501
    assert near.faults.log() == []


def test_a_parameter_that_is_refused_is_named_in_spite_of_a_fault_after_the_effect(near):
    near.add_fault(Kind.ERROR_AFTER)
    answer = Client(near.app).post("/v1/customers", headers=BEARER, data={"colour": "red"})
    assert (answer.status_code, json.loads(answer.data)["error"]["param"]) == (400, "colour")
