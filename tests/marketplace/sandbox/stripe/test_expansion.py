"""Expansion: ids are replaced by what they name, several levels deep."""

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import charged, held, open_checkout, ready_account


def test_an_id_is_replaced_by_the_object(client):
    customer = client.v1.customers.create({"name": "Ada"})
    session = open_checkout(client, customer=customer.id, expand=["customer"])
    assert session.customer.name == "Ada"


def test_what_is_not_there_stays_empty(client):
    assert open_checkout(client, expand=["payment_intent.latest_charge"]).payment_intent is None


def test_a_path_leads_several_levels_deep(client):
    intent = charged(client)
    found = client.v1.payment_intents.retrieve(
        intent.id, {"expand": ["latest_charge.balance_transaction", "payment_method"]}
    )
    assert found.latest_charge.balance_transaction.fee == 172
    assert found.latest_charge.payment_intent == intent.id
    assert found.payment_method.card.last4 == "4242"


def test_a_path_leads_through_a_list(client):
    intent = charged(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    page = client.v1.charges.list({"expand": ["data.balance_transaction", "data.refunds.data.balance_transaction"]})
    assert page.data[0].balance_transaction.amount == 4900
    assert page.data[0].refunds.data[0].balance_transaction.amount == -100


def test_a_path_leads_through_what_a_search_has_found(client):
    intent = held(client)
    found = client.v1.payment_intents.search(
        {"query": "metadata['hold_id']:'7'", "expand": ["data.latest_charge"]}
    ).data
    assert [one.latest_charge.id for one in found] == [intent.latest_charge.id]


def test_some_parts_are_shown_only_on_request(client):
    intent = charged(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    assert "refunds" not in client.v1.charges.retrieve(intent.latest_charge.id)
    shown = client.v1.charges.retrieve(intent.latest_charge.id, {"expand": ["refunds"]})
    assert [refund.amount for refund in shown.refunds.data] == [100]


@pytest.mark.parametrize("part", ["sources", "subscriptions", "tax_ids"])
def test_a_customer_has_none_of_what_is_not_simulated(client, part):
    customer = client.v1.customers.create({"expand": [part]})
    assert customer[part].data == []


def test_both_sides_of_a_transfer_can_be_seen(client):
    account, charge = ready_account(client), charged(client).latest_charge
    transfer = client.v1.transfers.create(
        {
            "amount": 100,
            "currency": "eur",
            "destination": account.id,
            "source_transaction": charge.id,
            "expand": ["destination", "destination_payment.balance_transaction", "source_transaction"],
        }
    )
    assert transfer.destination.id == account.id
    assert transfer.destination_payment.balance_transaction.net == 100
    assert transfer.source_transaction.id == charge.id


def test_a_balance_transaction_leads_to_its_source(client):
    charged(client)
    page = client.v1.balance_transactions.list({"type": "charge", "expand": ["data.source"]})
    assert page.data[0].source.object == "charge"
    assert client.v1.balance_transactions.retrieve(page.data[0].id).source == page.data[0].source.id


@pytest.mark.parametrize("path", ["colour", "amount", "latest_charge.colour", "a.b.c.d.e"])
def test_what_cannot_be_expanded_is_refused(client, path):
    intent = charged(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve(intent.id, {"expand": [path]})
    assert refused.value.param == "expand"
