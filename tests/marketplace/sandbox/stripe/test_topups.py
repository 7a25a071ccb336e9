"""Topups: money of the platform's own, which arrives a day later."""

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import DAY_S, balance, pull, ready_account, told


@pytest.fixture
def topup(client):
    return client.v1.topups.create({"amount": 50_000, "currency": "eur", "description": "Float for cover"})


def test_a_topup_arrives_a_day_later(client, sandbox, topup):
    assert (topup.status, topup.balance_transaction, balance(client, "available")) == ("pending", None, 0)
    sandbox.advance(DAY_S)
    done = client.v1.topups.retrieve(topup.id, {"expand": ["balance_transaction"]})
    assert (done.status, done.balance_transaction.type, done.balance_transaction.net) == ("succeeded", "topup", 50_000)
    assert balance(client, "available") == 50_000
    assert told(client) == ["topup.created", "topup.succeeded"]


def test_money_that_was_added_can_be_sent_on(client, sandbox, topup):
    account = ready_account(client)
    pull(sandbox, topup, "succeed")
    client.v1.transfers.create({"amount": 50_000, "currency": "eur", "destination": account.id})
    assert balance(client, "available", stripe_account=account.id) == 50_000


def test_a_pending_topup_can_be_given_up(client, sandbox, topup):
    assert client.v1.topups.cancel(topup.id).status == "canceled"
    sandbox.advance(DAY_S)
    assert balance(client, "available") == 0
    with pytest.raises(stripe.InvalidRequestError, match="is canceled"):
        client.v1.topups.cancel(topup.id)
    assert told(client)[-1] == "topup.canceled"


def test_a_bank_may_refuse_a_topup(client, sandbox, topup):
    failed = pull(sandbox, topup, "fail", reason="insufficient_funds")
    assert (failed["status"], failed["failure_code"]) == ("failed", "insufficient_funds")
    assert balance(client, "available") == 0
    assert told(client)[-1] == "topup.failed"


def test_topups_are_listed_and_changed(client, topup):
    other = client.v1.topups.create({"amount": 100, "currency": "eur"})
    client.v1.topups.cancel(other.id)
    assert [one.id for one in client.v1.topups.list({"status": "pending"})] == [topup.id]
    assert client.v1.topups.update(topup.id, {"metadata": {"a": "1"}}).metadata["a"] == "1"
