"""Transfers: to accounts that can take them, from money that is there or will be."""

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import (
    AVAILABLE_AT_ONCE,
    DAY_S,
    balance,
    charged,
    held,
    open_account,
    ready_account,
)


def transfer(client, account, amount, **more):
    return client.v1.transfers.create({"amount": amount, "currency": "eur", "destination": account.id, **more})


def test_a_transfer_from_a_charge_settles_with_it(client, sandbox):
    account, charge = ready_account(client), charged(client).latest_charge
    made = transfer(client, account, 4165, source_transaction=charge.id, metadata={"payout_id": "3"})
    assert (balance(client, "pending"), balance(client, "available")) == (4900 - 172 - 4165, 0)
    assert balance(client, "pending", stripe_account=account.id) == 4165
    sandbox.advance(2 * DAY_S)
    assert (balance(client, "pending"), balance(client, "available")) == (0, 4900 - 172 - 4165)
    assert balance(client, "available", stripe_account=account.id) == 4165
    assert client.v1.transfers.retrieve(made.id).metadata["payout_id"] == "3"


def test_a_transfer_is_a_payment_for_the_account_that_gets_it(client):
    account, charge = ready_account(client), charged(client).latest_charge
    made = transfer(client, account, 4165, source_transaction=charge.id)
    received = client.v1.charges.retrieve(made.destination_payment, options={"stripe_account": account.id})
    assert (received.amount, received.source_transfer) == (4165, made.id)
    assert made.destination_payment.startswith("py_")


def test_transfers_from_a_charge_never_exceed_it(client):
    account, charge = ready_account(client), charged(client).latest_charge
    transfer(client, account, 4000, source_transaction=charge.id)
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount of 4900 eur"):
        transfer(client, account, 901, source_transaction=charge.id)
    transfer(client, account, 900, source_transaction=charge.id)


def test_only_the_captured_part_of_a_hold_can_be_transferred(client):
    account, intent = ready_account(client), held(client)
    with pytest.raises(stripe.InvalidRequestError, match="not captured yet"):
        transfer(client, account, 100, source_transaction=intent.latest_charge.id)
    client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000})
    with pytest.raises(stripe.InvalidRequestError, match="source amount of 3000 eur"):
        transfer(client, account, 3001, source_transaction=intent.latest_charge.id)


def test_without_a_charge_the_money_must_be_available(client):
    account = ready_account(client)
    charged(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer(client, account, 100)
    assert refused.value.code == "balance_insufficient"
    charged(client, card=AVAILABLE_AT_ONCE)
    assert transfer(client, account, 4728).amount == 4728
    assert balance(client, "available") == 0


def test_an_account_that_is_not_ready_gets_nothing(client):
    charge = charged(client).latest_charge
    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer(client, open_account(client), 100, source_transaction=charge.id)
    assert refused.value.code == "insufficient_capabilities_for_transfer"


@pytest.mark.parametrize("destination", ["acct_unknown", "acct_1StandInPlatform"])
def test_a_transfer_needs_an_account_of_the_platform(client, destination):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": destination})
    assert (refused.value.code, refused.value.param) == ("resource_missing", "destination")


def test_a_transfer_has_the_currency_of_its_charge(client):
    account, charge = ready_account(client), charged(client, currency="usd").latest_charge
    with pytest.raises(stripe.InvalidRequestError) as refused:
        transfer(client, account, 100, source_transaction=charge.id)
    assert refused.value.param == "currency"


def test_a_transfer_and_its_charge_share_a_group(client):
    account, charge = ready_account(client), charged(client).latest_charge
    made = transfer(client, account, 100, source_transaction=charge.id)
    assert client.v1.charges.retrieve(charge.id).transfer_group == made.transfer_group
    assert client.v1.events.list({"type": "charge.updated"}).data[0].data.previous_attributes.to_dict() == {
        "transfer_group": None
    }
    assert [one.id for one in client.v1.transfers.list({"transfer_group": made.transfer_group})] == [made.id]


def test_transfers_are_listed_by_destination(client):
    one, other = ready_account(client), ready_account(client)
    charged(client, card=AVAILABLE_AT_ONCE)
    transfer(client, one, 100)
    mine = transfer(client, other, 200, transfer_group="request_7")
    assert [made.id for made in client.v1.transfers.list({"destination": other.id})] == [mine.id]
    assert mine.transfer_group == "request_7"
