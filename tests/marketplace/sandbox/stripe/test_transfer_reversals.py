"""Reversals: money comes back from a connected account, all of a transfer or a part of it."""

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import (
    AVAILABLE_AT_ONCE,
    DAY_S,
    balance,
    charged,
    pull,
    ready_account,
    told,
)


@pytest.fixture
def account(client):
    return ready_account(client)


@pytest.fixture
def transfer(client, account):
    """Send an account the partner's share of a payment."""
    charge = charged(client).latest_charge
    return client.v1.transfers.create(
        {"amount": 4165, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )


def reverse(client, transfer, amount=None, **parameters):
    return client.v1.transfers.reversals.create(transfer.id, {**({"amount": amount} if amount else {}), **parameters})


def test_a_reversal_brings_all_back(client, account, transfer):
    before = balance(client, "pending")
    made = reverse(client, transfer, expand=["balance_transaction", "transfer"])
    assert (made.amount, made.transfer.id, made.transfer.reversed) == (4165, transfer.id, True)
    entry = made.balance_transaction
    assert (entry.type, entry.reporting_category, entry.amount) == ("transfer_refund", "transfer_reversal", 4165)
    assert balance(client, "pending") == before + 4165
    assert balance(client, "pending", stripe_account=account.id) == 0
    assert told(client)[-1] == "transfer.reversed"


def test_a_transfer_may_be_reversed_in_parts(client, transfer):
    first, second = reverse(client, transfer, 1000), reverse(client, transfer, 65, metadata={"refund_id": "3"})
    found = client.v1.transfers.retrieve(transfer.id)
    assert (found.amount_reversed, found.reversed) == (1065, False)
    assert [one.id for one in found.reversals.data] == [second.id, first.id]
    assert [one.id for one in client.v1.transfers.reversals.list(transfer.id)] == [second.id, first.id]
    assert client.v1.transfers.reversals.retrieve(transfer.id, second.id).metadata["refund_id"] == "3"
    assert reverse(client, transfer).amount == 3100


def test_never_more_is_reversed_than_was_sent(client, transfer):
    reverse(client, transfer, 4000)
    with pytest.raises(stripe.InvalidRequestError, match=r"unreversed amount on transfer \(165 eur\)") as refused:
        reverse(client, transfer, 166)
    assert refused.value.param == "amount"
    reverse(client, transfer, 165)
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        reverse(client, transfer, 1)


def test_for_the_account_its_payment_is_refunded(client, account, transfer):
    made = reverse(client, transfer, 1000)
    own = {"stripe_account": account.id}
    refund = client.v1.refunds.retrieve(made.destination_payment_refund, {"expand": ["charge"]}, own)
    assert (refund.amount, refund.charge.id, refund.charge.amount_refunded) == (
        1000,
        transfer.destination_payment,
        1000,
    )
    entries = client.v1.balance_transactions.list({"source": refund.id}, own).data
    assert [(one.type, one.net) for one in entries] == [("payment_refund", -1000)]
    assert client.v1.refunds.list().data == []


def test_an_account_may_become_negative_where_the_platform_answers_for_it(client, sandbox, account, transfer):
    sandbox.advance(2 * DAY_S)
    payout = {"amount": 4165, "currency": "eur"}
    client.v1.payouts.create(payout, {"stripe_account": account.id})
    reverse(client, transfer, 1000)
    assert balance(client, "available", stripe_account=account.id) == -1000


def test_an_account_may_be_kept_from_becoming_negative(client, sandbox, account, transfer):
    pull(sandbox, account, "keep_positive")
    reverse(client, transfer, 65)
    sandbox.advance(2 * DAY_S)
    client.v1.payouts.create({"amount": 3600, "currency": "eur"}, {"stripe_account": account.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        reverse(client, transfer, 501)
    assert refused.value.code == "balance_insufficient"
    reverse(client, transfer, 500)
    pull(sandbox, account, "let_be_negative")
    assert reverse(client, transfer, 100).amount == 100


def test_an_account_that_bears_its_own_losses_cannot_become_negative(client, sandbox):
    account = ready_account(client, controller={"stripe_dashboard": {"type": "full"}})
    charged(client, card=AVAILABLE_AT_ONCE)
    transfer = client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": account.id})
    client.v1.payouts.create({"amount": 60, "currency": "eur"}, {"stripe_account": account.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        reverse(client, transfer)
    assert refused.value.code == "balance_insufficient"


def test_what_was_reversed_cannot_be_sent_again_from_the_same_charge(client, account, transfer):
    reverse(client, transfer)
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        client.v1.transfers.create(
            {
                "amount": 4165,
                "currency": "eur",
                "destination": account.id,
                "source_transaction": transfer.source_transaction,
            }
        )


def test_details_of_transfers_and_reversals_can_be_changed(client, transfer):
    changed = client.v1.transfers.update(transfer.id, {"metadata": {"a": "1"}, "description": "Request 7"})
    assert (changed.metadata["a"], changed.description) == ("1", "Request 7")
    assert told(client)[-1] == "transfer.updated"
    made = reverse(client, transfer, 100)
    assert client.v1.transfers.reversals.update(transfer.id, made.id, {"metadata": {"b": "2"}}).metadata["b"] == "2"
    assert client.v1.transfers.retrieve(transfer.id).reversals.data[0].metadata["b"] == "2"


def test_a_reversal_is_found_below_its_transfer_only(client, account, transfer):
    charged(client, card=AVAILABLE_AT_ONCE)
    other = client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": account.id})
    made = reverse(client, transfer, 100)
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.transfers.reversals.retrieve(other.id, made.id)
    assert missing.value.http_status == 404


def test_a_transfer_shows_its_latest_ten_reversals(client, transfer):
    for _time in range(11):
        reverse(client, transfer, 1)
    found = client.v1.transfers.retrieve(transfer.id)
    assert (len(found.reversals.data), found.reversals.has_more) == (10, True)
    assert len(list(client.v1.transfers.reversals.list(transfer.id, {"limit": 4}).auto_paging_iter())) == 11


@pytest.mark.parametrize("lever", ["past_due", "pending_verification", "under_review"])
def test_an_account_that_was_stopped_gets_nothing(client, sandbox, account, lever):
    charge = charged(client).latest_charge
    pull(sandbox, account, lever)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create(
            {"amount": 1, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
        )
    assert refused.value.code == "insufficient_capabilities_for_transfer"
