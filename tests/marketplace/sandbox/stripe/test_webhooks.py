"""Webhooks: signed, told to whoever asked, repeated until they are taken, and not forgotten over a restart."""

from datetime import timedelta

import pytest
import stripe
import time_machine

from marketplace.kernel.clock import utcnow
from marketplace.sandbox.stripe import by_hand
from marketplace.sandbox.stripe.server import SandboxServer
from marketplace.sandbox.stripe.webhooks.deliveries import RETRY_AFTER, next_attempt
from tests.marketplace.sandbox.stripe.actions import KEY, charged, ready_account

ALL = ["*"]


def register(client, receiver, events=ALL, **more):
    return client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": events, **more})


def test_an_event_reaches_whoever_asked_for_it(client, sandbox, receiver):
    register(client, receiver, ["customer.created"])
    customer = client.v1.customers.create({"name": "Ada"})
    client.v1.customers.update(customer.id, {"name": "Ada L."})
    assert sandbox.deliver_pending() == 1
    assert receiver.types == ["customer.created"]
    assert receiver.events[0]["data"]["object"]["id"] == customer.id


def test_the_signature_holds_for_the_sdk(client, sandbox, receiver):
    secret = register(client, receiver).secret
    client.v1.customers.create({"name": "Åda"})
    sandbox.deliver_pending()
    payload, signature = receiver.received[0]
    assert stripe.Webhook.construct_event(payload, signature, secret).data.object.name == "Åda"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(payload, signature, "whsec_another")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(payload + b" ", signature, secret)


def test_the_secret_is_shown_once(client, receiver):
    endpoint = register(client, receiver)
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(endpoint.id)
    assert "secret" not in client.v1.webhook_endpoints.list().data[0]


def test_two_endpoints_have_two_secrets(client, receiver):
    assert register(client, receiver).secret != register(client, receiver).secret


def test_events_come_in_their_order(client, sandbox, receiver):
    register(client, receiver)
    charged(client)
    sandbox.deliver_pending()
    assert receiver.types == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_events_of_connected_accounts_go_to_endpoints_of_their_own(client, sandbox, receiver):
    register(client, receiver, connect=True)
    account = ready_account(client)
    client.v1.customers.create()
    sandbox.deliver_pending()
    assert receiver.types == ["account.external_account.created", "capability.updated", "account.updated"]
    assert {event["account"] for event in receiver.events} == {account.id}


def test_events_of_the_platform_do_not_name_an_account(client, sandbox, receiver):
    register(client, receiver)
    ready_account(client)
    client.v1.customers.create()
    sandbox.deliver_pending()
    assert receiver.types == ["customer.created"]
    assert "account" not in receiver.events[0]


@pytest.mark.parametrize("answer", [500, 400, 302])
def test_a_delivery_that_fails_is_repeated(client, sandbox, receiver, answer):
    secret = register(client, receiver).secret
    event = _told(client)
    receiver.answers = [answer]
    assert sandbox.deliver_pending() == 1
    assert client.v1.events.retrieve(event).pending_webhooks == 1
    with time_machine.travel(utcnow() + timedelta(seconds=1)):
        assert sandbox.deliver_pending() == 1
    assert client.v1.events.retrieve(event).pending_webhooks == 0
    (first, first_signature), (second, second_signature) = receiver.received
    assert first == second
    assert first_signature != second_signature
    stripe.Webhook.construct_event(second, second_signature, secret)


def _told(client):
    client.v1.customers.create()
    return client.v1.events.list().data[0].id


def test_a_receiver_that_is_away_is_tried_again(client, sandbox, receiver):
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/nobody", "enabled_events": ALL})
    register(client, receiver)
    event = _told(client)
    assert sandbox.deliver_pending() == 2
    assert client.v1.events.retrieve(event).pending_webhooks == 1
    assert receiver.types == ["customer.created"]


def test_the_pauses_grow_and_end_after_three_days():
    pauses = [next_attempt(failed, now=0) for failed in range(1, len(RETRY_AFTER) + 2)]
    assert pauses[:4] == [1, 5, 30, 300]
    assert pauses[-1] is None
    assert sorted(pauses[:-1]) == pauses[:-1]
    assert 2.5 <= sum(pauses[:-1]) / (24 * 60 * 60) <= 3.5


def test_a_delivery_is_given_up_in_the_end(client, sandbox, receiver):
    register(client, receiver)
    receiver.answers = [500] * 100
    _told(client)
    attempts = sandbox.deliver_pending()
    for pause in RETRY_AFTER:
        sandbox.advance(int(pause.total_seconds()))
        attempts += sandbox.deliver_pending()
    assert attempts == len(RETRY_AFTER) + 1
    sandbox.advance(10**6)
    assert sandbox.deliver_pending() == 0


def test_what_a_receiver_causes_is_delivered_too(client, sandbox, receiver):
    """The receiver asks the stand-in for more before it answers; nothing is locked meanwhile."""
    register(client, receiver)
    client.v1.customers.create()
    usual = receiver.received.append
    seen = []

    class Curious(list):
        def append(self, one):
            usual(one)
            if not seen:
                seen.append(client.v1.customers.create())

    receiver.received = Curious()
    assert sandbox.deliver_pending() == 2


def test_events_can_be_listed_by_whether_all_took_them(client, sandbox, receiver):
    register(client, receiver)
    receiver.answers = [500]
    failed, taken = _told(client), _told(client)
    sandbox.deliver_pending()
    assert [event.id for event in client.v1.events.list({"delivery_success": False})] == [failed]
    assert [event.id for event in client.v1.events.list({"delivery_success": True})] == [taken]


def test_an_endpoint_can_be_changed(client, sandbox, receiver):
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/nobody", "enabled_events": ["charge.failed"], "metadata": {"env": "demo"}}
    )
    changed = client.v1.webhook_endpoints.update(
        endpoint.id, {"url": receiver.url, "enabled_events": ["customer.created"], "metadata": {"by": "test"}}
    )
    assert changed.metadata.to_dict() == {"env": "demo", "by": "test"}
    client.v1.customers.create()
    sandbox.deliver_pending()
    assert receiver.types == ["customer.created"]


def test_a_disabled_endpoint_is_told_nothing(client, sandbox, receiver):
    endpoint = register(client, receiver)
    client.v1.customers.create()
    assert client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True}).status == "disabled"
    client.v1.customers.create()
    assert sandbox.deliver_pending() == 0
    assert client.v1.webhook_endpoints.update(endpoint.id, {"disabled": False}).status == "enabled"
    client.v1.customers.create()
    assert sandbox.deliver_pending() == 1


def test_a_program_mutes_all_endpoints_for_a_while(client, sandbox, receiver):
    register(client, receiver)
    for is_muted, name in ((True, "unheard"), (False, "heard")):
        by_hand.mute(sandbox.url, KEY, is_muted=is_muted)
        client.v1.customers.create({"name": name})
    assert sandbox.deliver_pending() == 1
    assert {one.status for one in client.v1.webhook_endpoints.list().data} == {"enabled"}


def test_an_endpoint_can_be_deleted(client, sandbox, receiver):
    endpoint = register(client, receiver)
    client.v1.customers.create()
    assert client.v1.webhook_endpoints.delete(endpoint.id).deleted is True
    assert client.v1.webhook_endpoints.list().data == []
    assert sandbox.deliver_pending() == 0
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.webhook_endpoints.retrieve(endpoint.id)
    assert missing.value.http_status == 404


def test_there_are_sixteen_endpoints_at_most(client, receiver):
    for _number in range(16):
        register(client, receiver)
    with pytest.raises(stripe.InvalidRequestError, match="16"):
        register(client, receiver)


def test_an_event_type_looks_like_one(careless_client, receiver):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        register(careless_client, receiver, ["everything"])
    assert refused.value.param == "enabled_events[0]"


def test_deliveries_go_on_after_a_restart(tmp_path, receiver):
    database = tmp_path / "stripe.db"
    with SandboxServer(database, background=False) as before:
        client = stripe.StripeClient(KEY, base_addresses={"api": before.url})
        secret = register(client, receiver).secret
        client.v1.customers.create({"name": "Ada"})
    with SandboxServer(database, background=False) as after:
        assert after.deliver_pending() == 1
        assert after.deliver_pending() == 0
    stripe.Webhook.construct_event(*receiver.received[0], secret)


def test_in_the_background_nobody_has_to_ask(receiver):
    with SandboxServer() as server:
        client = stripe.StripeClient(KEY, base_addresses={"api": server.url})
        register(client, receiver)
        client.v1.customers.create()
        has_come = receiver.has_come.wait(30)
    assert has_come
    assert receiver.types == ["customer.created"]


def test_an_endpoint_that_is_deleted_meanwhile_gets_no_more(client, sandbox, receiver):
    """The receiver has itself deleted while it is told about the first of two events."""
    endpoint = register(client, receiver)

    class Leaving(list):
        def append(self, one):
            super().append(one)
            client.v1.webhook_endpoints.delete(endpoint.id)

    receiver.received = Leaving()
    client.v1.customers.create()
    client.v1.customers.create()
    assert sandbox.deliver_pending() == 1


def test_one_bad_round_does_not_silence_the_background(receiver, monkeypatch, caplog):
    with SandboxServer() as server:
        client = stripe.StripeClient(KEY, base_addresses={"api": server.url})
        register(client, receiver)
        usual = server._courier.deliver_due

        def fail_once():
            monkeypatch.setattr(server._courier, "deliver_due", usual)
            raise RuntimeError("no paper")

        monkeypatch.setattr(server._courier, "deliver_due", fail_once)
        client.v1.customers.create()
        assert receiver.has_come.wait(30)
    assert "no paper" in caplog.text
