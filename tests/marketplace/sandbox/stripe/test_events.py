"""Events: what happened, kept for whoever missed it, in Stripe's own shapes."""

import pytest
import stripe

from marketplace.sandbox.stripe.engine.copying import changes
from marketplace.sandbox.stripe.resources import RESOURCES
from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import (
    DAY_S,
    charged,
    held,
    open_checkout,
    paid,
    pull,
    ready_account,
)
from tests.stripe_contract import check_response

TOLD = {
    "account.external_account.created",
    "account.external_account.updated",
    "account.updated",
    "capability.updated",
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.expired",
    "charge.failed",
    "charge.refund.updated",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.created",
    "customer.updated",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.updated",
    "payout.canceled",
    "payout.created",
    "payout.failed",
    "payout.paid",
    "payout.reconciliation_completed",
    "payout.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.canceled",
    "setup_intent.created",
    "setup_intent.requires_action",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
}
WHERE_FROM = {
    "account": "/v1/accounts/x",
    "bank_account": "/v1/accounts/x/external_accounts/y",
    "capability": "/v1/accounts/x/capabilities/y",
    "charge": "/v1/charges/x",
    "checkout.session": "/v1/checkout/sessions/x",
    "customer": "/v1/customers/x",
    "dispute": "/v1/disputes/x",
    "payment_intent": "/v1/payment_intents/x",
    "payment_method": "/v1/payment_methods/x",
    "payout": "/v1/payouts/x",
    "refund": "/v1/refunds/x",
    "setup_intent": "/v1/setup_intents/x",
    "transfer": "/v1/transfers/x",
}


def live(client, sandbox):
    """Let everything happen once that an event is told about; give the connected account."""
    customer = client.v1.customers.create({"name": "Ada", "email": "ada@example.test"})
    client.v1.customers.update(customer.id, {"name": "Ada L."})
    account = ready_account(client)
    pay(client, sandbox)
    store_cards(client, customer)
    contest(client, sandbox)
    move_money(client, sandbox, account)
    held(client)
    sandbox.advance(8 * DAY_S)
    sandbox.sweep()
    return account


def pay(client, sandbox):
    """Hold and capture, decline, give back and let go."""
    client.v1.payment_intents.capture(held(client, card="4000002760003184").id, {"amount_to_capture": 3000})
    session = open_checkout(client)
    with pytest.raises(Declined):
        pay_checkout(session.url, "4000000000000002")
    charge = paid(client, capture="automatic_async", card="4000000000007726").latest_charge
    first = client.v1.refunds.create({"charge": charge.id, "amount": 200})
    client.v1.refunds.create({"charge": charge.id, "amount": 300})
    pull(sandbox, first, "ask")
    pull(sandbox, first, "fail", reason="declined")
    client.v1.payment_intents.cancel(held(client).id)


def store_cards(client, customer):
    """Store cards, confirmed, refused and given up."""
    create = client.v1.setup_intents.create
    create({"customer": customer.id, "payment_method": "pm_card_visa", "confirm": True})
    client.v1.setup_intents.cancel(create({"payment_method": "pm_card_authenticationRequired", "confirm": True}).id)
    with pytest.raises(stripe.CardError):
        create({"payment_method": "pm_card_visa_chargeDeclined", "confirm": True})
    [method] = client.v1.payment_methods.list({"customer": customer.id}).data
    client.v1.payment_methods.update(method.id, {"metadata": {"a": "1"}})
    client.v1.payment_methods.detach(method.id)


def contest(client, sandbox):
    """Dispute payments; answer, win, lose and let a question rest."""
    charged(client, card="4000000000000259")
    [dispute] = client.v1.disputes.list().data
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    charged(client, card="4000000000001976")
    charged(client, card="4000000000002685")


def move_money(client, sandbox, account):
    """Send money to an account and to banks, and get some of it back."""
    charge = charged(client, card="4000000000000077").latest_charge
    sent = client.v1.transfers.create(
        {"amount": 100, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    client.v1.transfers.update(sent.id, {"metadata": {"a": "1"}})
    client.v1.transfers.reversals.create(sent.id, {"amount": 30})
    client.v1.payouts.cancel(client.v1.payouts.create({"amount": 10, "currency": "eur"}).id)
    pull(sandbox, client.v1.accounts.retrieve_current(), "pay_out")
    own = client.v1.payouts.create({"amount": 50, "currency": "eur"}, {"stripe_account": account.id})
    pull(sandbox, own, "fail", reason="no_account")


def all_events(client, account):
    platforms = client.v1.events.list({"limit": 100})
    assert not platforms.has_more
    return [*platforms.data, *client.v1.events.list(options={"stripe_account": account.id}).data]


def test_everything_that_happens_is_told_in_the_shape_of_its_object(client, sandbox):
    events = all_events(client, live(client, sandbox))
    assert {event.type for event in events} == TOLD
    for event in events:
        about = event.data.object.to_dict()
        check_response("GET", WHERE_FROM[about["object"]], 200, about)
        assert event.api_version == "2026-05-27.dahlia"


def test_every_object_that_was_made_is_in_the_shape_of_its_kind(client, sandbox):
    """Each answer is held to the contract by the recording client; here everything is asked for once more."""
    account = live(client, sandbox)
    everything = client.v1
    own = (everything.balance_transactions, everything.charges, everything.events, everything.payouts)
    for service in (*own, everything.refunds):
        for one in service.list({"limit": 100}):
            service.retrieve(one.id)
        for one in service.list({"limit": 100}, {"stripe_account": account.id}):
            service.retrieve(one.id, options={"stripe_account": account.id})
    others = (everything.checkout.sessions, everything.disputes, everything.payment_intents, everything.setup_intents)
    for service in (*others, everything.transfers):
        for one in service.list({"limit": 100}):
            service.retrieve(one.id)


def test_every_field_that_can_be_expanded_can_be_expanded(client, sandbox):
    live(client, sandbox)
    services = {
        "balance_transaction": client.v1.balance_transactions,
        "charge": client.v1.charges,
        "checkout.session": client.v1.checkout.sessions,
        "customer": client.v1.customers,
        "dispute": client.v1.disputes,
        "payment_intent": client.v1.payment_intents,
        "payout": client.v1.payouts,
        "refund": client.v1.refunds,
        "setup_intent": client.v1.setup_intents,
        "transfer": client.v1.transfers,
    }
    for kind, service in services.items():
        fields = sorted(RESOURCES[kind].links | RESOURCES[kind].parts.keys())
        assert service.list({"expand": [f"data.{field}" for field in fields], "limit": 100}).data, kind


def test_events_are_found_by_type(client):
    charged(client)
    assert [event.type for event in client.v1.events.list({"type": "payment_intent.*"})] == [
        "payment_intent.succeeded",
        "payment_intent.created",
    ]
    assert [event.type for event in client.v1.events.list({"types": ["charge.succeeded", "customer.created"]})] == [
        "charge.succeeded"
    ]


def test_events_are_asked_for_by_one_type_or_by_several(client):
    with pytest.raises(stripe.InvalidRequestError, match="only one of"):
        client.v1.events.list({"type": "charge.*", "types": ["charge.succeeded"]})


def test_what_a_person_does_is_caused_by_no_request(client):
    charged(client)
    cause = client.v1.events.list({"type": "charge.succeeded"}).data[0]["request"]
    assert (cause.id, cause.idempotency_key) == (None, None)


def test_an_event_keeps_what_was_then(client):
    customer = client.v1.customers.create({"name": "Ada"})
    client.v1.customers.update(customer.id, {"name": "Ada L."})
    assert client.v1.events.list({"type": "customer.created"}).data[0].data.object.name == "Ada"


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 2}, {"a": 1}),
        ({"a": 1}, {}, {"a": 1}),
        ({}, {"a": 1}, {"a": None}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": {"b": 1}}, {}),
        ({"a": {"b": 1}}, {"a": None}, {"a": {"b": 1}}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1]}),
    ],
)
def test_a_change_is_told_by_what_was_there_before(before, after, changed):
    assert changes(before, after) == changed
