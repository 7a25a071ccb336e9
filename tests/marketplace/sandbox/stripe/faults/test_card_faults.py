"""Faults of cards: whoever pays is declined, whatever the card, with what Stripe keeps and tells about it."""

import pytest
import stripe

from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import make_plan
from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import open_checkout


@pytest.fixture
def customer(client):
    """Give a customer whose card is stored."""
    made = client.v1.customers.create({"name": "Ada"})
    client.v1.payment_methods.attach("pm_card_visa", {"customer": made.id})
    return made


def charge_off_session(client, customer, **options):
    method = client.v1.customers.payment_methods.list(customer.id).data[0]
    return client.v1.payment_intents.create(
        {
            "amount": 4900,
            "currency": "eur",
            "customer": customer.id,
            "payment_method": method.id,
            "off_session": True,
            "confirm": True,
        },
        options,
    )


def test_who_pays_on_the_page_is_declined_and_may_try_again(client, sandbox):
    sandbox.faults.add(make_plan(Kind.DECLINE, times=1))
    session = open_checkout(client)
    with pytest.raises(Declined, match="Your card was declined"):
        pay_checkout(session.url)
    pay_checkout(session.url)
    told = [event.type for event in client.v1.events.list() if event.type.startswith("charge.")]
    assert told == ["charge.succeeded", "charge.failed"]


def test_a_stored_card_is_declined_while_its_owner_is_away(client, sandbox, customer):
    sandbox.faults.add(make_plan(Kind.DECLINE, place=customer.id, times=1))
    key = {"idempotency_key": "renew:7:1"}
    for _try in range(2):
        with pytest.raises(stripe.CardError) as declined:
            charge_off_session(client, customer, **key)
        assert declined.value.code == "card_declined"
    intent = client.v1.payment_intents.retrieve(declined.value.error.payment_intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == "generic_decline"
    assert charge_off_session(client, customer, idempotency_key="renew:7:2").status == "succeeded"


def test_only_the_customer_who_was_meant_is_declined(client, sandbox, customer):
    sandbox.faults.add(make_plan(Kind.DECLINE, place="cus_somebody_else"))
    assert charge_off_session(client, customer).status == "succeeded"
    pay_checkout(open_checkout(client).url)
    assert sandbox.faults.log() == []
