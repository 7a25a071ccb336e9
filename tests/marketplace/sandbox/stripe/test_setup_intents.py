"""Setup intents: a card is stored without a payment, by the API or on a Checkout page."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import DAY_S, SITE, ask, told
from tests.marketplace.sandbox.stripe.test_pages import send


@pytest.fixture
def customer(client):
    return client.v1.customers.create({"email": "ada@example.test"})


def open_setup(client, **parameters):
    return client.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "eur",
            "success_url": f"{SITE}/stored?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": SITE,
            **parameters,
        }
    )


def test_a_card_is_stored_by_the_api(client, customer):
    intent = client.v1.setup_intents.create({"customer": customer.id, "metadata": {"person_id": "7"}})
    assert (intent.status, intent.usage) == ("requires_payment_method", "off_session")
    done = client.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert done.status == "succeeded"
    assert client.v1.payment_methods.retrieve(done.payment_method).customer == customer.id
    assert told(client)[-3:] == ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded"]


def test_a_card_that_was_confirmed_can_be_charged_while_its_owner_is_away(client, customer):
    intent = client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
            "return_url": f"{SITE}/back",
        }
    )
    assert intent.status == "requires_action"
    page = intent.next_action.redirect_to_url.url
    assert "Is it you who stores this card?" in ask(page)[1]
    _status, _text, headers = send(page, {"answer": "confirm"})
    assert f"setup_intent={intent.id}" in headers["Location"]
    done = client.v1.setup_intents.retrieve(intent.id)
    assert done.status == "succeeded"
    charged = client.v1.payment_intents.create(
        {
            "amount": 4900,
            "currency": "eur",
            "customer": customer.id,
            "payment_method": done.payment_method,
            "off_session": True,
            "confirm": True,
        }
    )
    assert charged.status == "succeeded"


def test_an_owner_who_refuses_stores_nothing(client, customer):
    intent = client.v1.setup_intents.create(
        {"customer": customer.id, "payment_method": "pm_card_authenticationRequired", "confirm": True}
    )
    send(intent.next_action.redirect_to_url.url, {"answer": "refuse"})
    found = client.v1.setup_intents.retrieve(intent.id)
    assert (found.status, found.last_setup_error.code) == (
        "requires_payment_method",
        "setup_intent_authentication_failure",
    )
    assert told(client)[-1] == "setup_intent.setup_failed"


def test_a_card_that_is_declined_is_not_stored(client, customer):
    with pytest.raises(stripe.CardError) as refused:
        client.v1.setup_intents.create(
            {"customer": customer.id, "payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
        )
    kept = client.v1.setup_intents.retrieve(refused.value.error.setup_intent["id"])
    assert (kept.status, kept.last_setup_error.decline_code) == ("requires_payment_method", "generic_decline")


def test_it_can_be_changed_and_given_up_until_it_is_done(client, customer):
    intent = client.v1.setup_intents.create({"automatic_payment_methods": {"enabled": True}})
    assert intent.automatic_payment_methods.enabled is True
    changed = client.v1.setup_intents.update(
        intent.id, {"customer": customer.id, "payment_method": "pm_card_visa", "metadata": {"a": "1"}}
    )
    assert (changed.status, changed.customer, changed.metadata["a"]) == ("requires_confirmation", customer.id, "1")
    ended = client.v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (ended.status, ended.cancellation_reason) == ("canceled", "abandoned")
    for act in (client.v1.setup_intents.cancel, client.v1.setup_intents.confirm, client.v1.setup_intents.update):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id)
        assert refused.value.code == "setup_intent_unexpected_state"


def test_there_is_nothing_to_confirm_without_a_card(client):
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        client.v1.setup_intents.confirm(client.v1.setup_intents.create().id)


def test_they_are_listed_by_customer(client, customer):
    client.v1.setup_intents.create()
    mine = client.v1.setup_intents.create({"customer": customer.id})
    assert [one.id for one in client.v1.setup_intents.list({"customer": customer.id})] == [mine.id]


def test_a_page_stores_a_card(client, customer):
    session = open_setup(client, customer=customer.id, setup_intent_data={"metadata": {"person_id": "7"}})
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    assert "Nothing is charged now." in ask(session.url)[1]
    target = pay_checkout(session.url, "4000002500003155")
    assert target == f"{SITE}/stored?session={session.id}"
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    assert (done.status, done.payment_intent) == ("complete", None)
    assert done.setup_intent.metadata["person_id"] == "7"
    assert done.setup_intent.payment_method.customer == customer.id
    assert "Your card is stored already" in ask(session.url)[1]
    assert told(client)[-1] == "checkout.session.completed"
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize(("creation", "count"), [("always", 1), ("if_required", 0)])
def test_a_guest_becomes_a_customer_only_if_asked_to(client, creation, count):
    session = open_setup(client, customer_creation=creation)
    pay_checkout(session.url)
    customers = client.v1.customers.list().data
    assert len(customers) == count
    for customer in customers:
        assert len(client.v1.payment_methods.list({"customer": customer.id}).data) == 1
        assert client.v1.setup_intents.retrieve(session.setup_intent).customer == customer.id


def test_a_page_tells_why_it_stores_no_card(client, customer):
    session = open_setup(client, customer=customer.id)
    with pytest.raises(Declined, match="Your card was declined"):
        pay_checkout(session.url, "4000000000000002")
    pay_checkout(session.url)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_a_page_that_nobody_uses_ends_what_it_was_for(client, sandbox):
    session = open_setup(client)
    with pytest.raises(stripe.InvalidRequestError, match="Expire the session"):
        client.v1.setup_intents.cancel(session.setup_intent)
    sandbox.advance(DAY_S)
    assert client.v1.setup_intents.retrieve(session.setup_intent).status == "canceled"


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"currency": ""}, "currency"),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"saved_payment_method_options": {"payment_method_save": "enabled"}}, "saved_payment_method_options"),
    ],
)
def test_a_page_for_a_card_takes_nothing_for_payments(careless_client, parameters, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_setup(careless_client, **parameters)
    assert refused.value.param == param


def test_a_page_for_a_card_needs_a_currency_or_a_way_to_pay(client):
    parameters = {"mode": "setup", "success_url": SITE}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(parameters)
    assert refused.value.code == "parameter_missing"
    assert client.v1.checkout.sessions.create({**parameters, "payment_method_types": ["card"]}).currency is None
