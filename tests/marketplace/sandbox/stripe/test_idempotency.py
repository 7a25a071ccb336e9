"""Idempotency keys: a repeated request has one effect and one answer."""

import threading
from contextlib import contextmanager

import pytest
import stripe

from marketplace.sandbox.stripe.engine.idempotency import KeysInUse, claim
from tests.marketplace.sandbox.stripe.actions import DAY_S, charged, held

KEY = {"idempotency_key": "capture:7:1"}


def test_a_repeated_request_gets_the_first_answer(client, recorder):
    intent = held(client)
    first = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000}, KEY)
    again = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000}, KEY)
    assert again == first
    done, repeated = recorder.calls[-2:]
    assert "Idempotent-Replayed" not in done.answer_headers
    assert repeated.answer_headers["Idempotent-Replayed"] == "true"
    assert repeated.answer_headers["Original-Request"] == done.answer_headers["Request-Id"]
    assert repeated.answer_headers["Idempotency-Key"] == "capture:7:1"


def test_the_first_answer_is_kept_even_when_it_was_a_refusal(client):
    charge = charged(client).latest_charge
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": charge.id, "amount": 5000}, KEY)
    with pytest.raises(stripe.InvalidRequestError, match="unrefunded amount"):
        client.v1.refunds.create({"charge": charge.id, "amount": 5000}, KEY)
    assert client.v1.refunds.list().data == []


def test_a_key_with_parameters_that_were_refused_stays_unused(careless_client):
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        careless_client.v1.customers.create({"colour": "red"}, KEY)
    assert careless_client.v1.customers.create({"name": "Ada"}, KEY).name == "Ada"


def test_a_key_is_good_for_one_set_of_parameters(client):
    client.v1.customers.create({"name": "Ada"}, KEY)
    with pytest.raises(stripe.IdempotencyError, match="with the parameters") as refused:
        client.v1.customers.create({"name": "Bob"}, KEY)
    assert refused.value.http_status == 400


def test_the_order_of_parameters_does_not_matter(client):
    first = client.v1.customers.create({"name": "Ada", "email": "ada@example.test"}, KEY)
    assert client.v1.customers.create({"email": "ada@example.test", "name": "Ada"}, KEY).id == first.id


def test_a_key_is_good_for_one_endpoint(client):
    customer = client.v1.customers.create({"name": "Ada"}, KEY)
    with pytest.raises(stripe.IdempotencyError, match="endpoint"):
        client.v1.customers.update(customer.id, {"name": "Ada"}, KEY)


def test_a_key_is_forgotten_after_a_day(client, sandbox):
    first = client.v1.customers.create({"name": "Ada"}, KEY)
    sandbox.advance(DAY_S - 60)
    assert client.v1.customers.create({"name": "Ada"}, KEY).id == first.id
    sandbox.advance(60)
    assert client.v1.customers.create({"name": "Ada"}, KEY).id != first.id


def test_a_key_that_is_too_long_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        client.v1.customers.create({}, {"idempotency_key": "k" * 256})


def test_an_event_names_the_request_and_its_key(client, recorder):
    client.v1.customers.create({"name": "Ada"}, KEY)
    cause = client.v1.events.list().data[0]["request"]
    assert (cause.id, cause.idempotency_key) == (recorder.calls[0].answer_headers["Request-Id"], "capture:7:1")


def test_a_key_in_use_keeps_a_second_request_waiting_outside(client, sandbox):
    """The first request is held up in the middle: somebody else has the store."""
    answers, has_begun = [], threading.Event()

    def create():
        answers.append(client.v1.customers.create({"name": "Ada"}, KEY))

    class Watched(KeysInUse):
        @contextmanager
        def holding(self, claimed):
            with super().holding(claimed):
                has_begun.set()
                yield

    sandbox._simulator.keys_in_use = Watched()
    with sandbox._simulator.store.transaction():
        first = threading.Thread(target=create)
        first.start()
        assert has_begun.wait(30)
        with pytest.raises(stripe.APIError) as refused:
            client.v1.customers.create({"name": "Ada"}, KEY)
    first.join(30)
    assert (refused.value.http_status, refused.value.error.code) == (409, "idempotency_key_in_use")
    assert client.v1.customers.create({"name": "Ada"}, KEY).id == answers[0].id


def test_keys_of_two_accounts_do_not_meet():
    keys = KeysInUse()
    with (
        keys.holding(claim("k", account="", address="POST /v1/customers", content=b"")),
        keys.holding(claim("k", account="acct_1", address="POST /v1/customers", content=b"")),
    ):
        pass
