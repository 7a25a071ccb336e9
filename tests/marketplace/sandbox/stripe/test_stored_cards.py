"""Stored cards: kept on a Checkout page or by the API, and charged again, with their owner there or away."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import DAY_S, SITE, ask, open_checkout, paid, told
from tests.marketplace.sandbox.stripe.test_pages import send

UNLESS_STORED, STORED_ALREADY, ALWAYS = "4000002500003155", "4000003800000446", "4000002760003184"
ASKS_AND_DECLINES, FAILS_WHEN_CHARGED = "4000008260003178", "4000000000000341"
KEEP = {"capture_method": "manual", "setup_future_usage": "off_session"}


@pytest.fixture
def customer(client):
    return client.v1.customers.create({"email": "ada@example.test"})


def stored(client, customer, card="4242424242424242", **parameters):
    """Pay on a page that stores the card; give the stored payment method."""
    paid(client, card=card, customer=customer.id, payment_intent_data=KEEP, **parameters)
    return client.v1.customers.payment_methods.list(customer.id).data[0]


def charge(client, customer, method, **parameters):
    """Charge a stored card while its owner is away."""
    return client.v1.payment_intents.create(
        {
            "amount": 4900,
            "currency": "eur",
            "customer": customer.id,
            "payment_method": method if isinstance(method, str) else method.id,
            "off_session": True,
            "confirm": True,
            **parameters,
        }
    )


def test_a_page_stores_the_card_with_the_customer(client, customer):
    intent = paid(client, customer=customer.id, payment_intent_data=KEEP)
    assert intent.setup_future_usage == "off_session"
    method = client.v1.payment_methods.retrieve(intent.payment_method)
    assert (method.customer, method.allow_redisplay, method.card.last4) == (customer.id, "limited", "4242")
    assert "payment_method.attached" in told(client)


def test_a_page_stores_nothing_that_it_was_not_asked_to(client, customer):
    paid(client, customer=customer.id)
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


def test_a_guest_whose_card_is_stored_becomes_a_customer(client):
    intent = paid(client, payment_intent_data=KEEP, expand=["customer"])
    [customer] = client.v1.customers.list().data
    assert (intent.customer, intent.latest_charge.customer, customer.email) == (
        customer.id,
        customer.id,
        "ada@example.test",
    )
    assert charge(client, customer, intent.payment_method).status == "succeeded"


def test_a_stored_card_is_charged_while_its_owner_is_away(client, customer):
    intent = charge(client, customer, stored(client, customer), metadata={"hold_id": "8"}, transfer_group="hold-8")
    assert (intent.status, intent.amount_received, intent.capture_method) == ("succeeded", 4900, "automatic_async")
    assert told(client)[-3:] == ["charge.succeeded", "charge.updated", "payment_intent.succeeded"]
    assert client.v1.charges.retrieve(intent.latest_charge).transfer_group == "hold-8"


def test_a_hold_made_while_the_owner_is_away_is_shorter(client, sandbox, customer):
    intent = charge(client, customer, stored(client, customer), capture_method="manual", expand=["latest_charge"])
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 4900)
    lasts_s = intent.latest_charge.payment_method_details.card.capture_before - intent.latest_charge.created
    assert lasts_s == 4 * DAY_S + 18 * 60 * 60
    sandbox.advance(lasts_s)
    assert client.v1.payment_intents.retrieve(intent.id).status == "canceled"


def test_a_bank_that_agreed_once_does_not_ask_again(client, customer):
    method = stored(client, customer, UNLESS_STORED)
    assert charge(client, customer, method).status == "succeeded"


def test_a_bank_that_never_agreed_wants_the_owner(client, customer):
    with pytest.raises(stripe.CardError) as refused:
        charge(client, customer, "pm_card_authenticationRequiredOnSetup")
    error = refused.value.error
    assert (refused.value.http_status, refused.value.code) == (402, "authentication_required")
    assert (error.decline_code, error.payment_intent["status"]) == (
        "authentication_required",
        "requires_payment_method",
    )
    kept = client.v1.payment_intents.retrieve(error.payment_intent["id"], {"expand": ["latest_charge"]})
    assert kept.last_payment_error.code == "authentication_required"
    assert (kept.latest_charge.id, kept.latest_charge.status) == (error.charge, "failed")
    assert told(client)[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_bank_that_always_asks_always_wants_the_owner(client, customer):
    method = stored(client, customer, ALWAYS)
    with pytest.raises(stripe.CardError) as refused:
        charge(client, customer, method)
    intent_id = refused.value.error.payment_intent["id"]
    again = client.v1.payment_intents.confirm(
        intent_id, {"payment_method": method.id, "return_url": f"{SITE}/back?request=7"}
    )
    assert (again.status, again.next_action.type) == ("requires_action", "redirect_to_url")
    status, _text, headers = send(again.next_action.redirect_to_url.url, {"answer": "confirm"})
    assert status == 303
    assert headers["Location"].startswith(f"{SITE}/back?request=7&payment_intent={intent_id}&")
    assert headers["Location"].endswith("redirect_status=succeeded")
    assert client.v1.payment_intents.retrieve(intent_id).status == "succeeded"


def test_an_owner_who_refuses_leaves_the_payment_open(client, customer):
    intent = client.v1.payment_intents.create(
        {
            "amount": 4900,
            "currency": "eur",
            "customer": customer.id,
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
        }
    )
    page = intent.next_action.redirect_to_url.url
    assert "€49.00" in ask(page)[1]
    status, text, _headers = send(page, {"answer": "refuse"})
    assert (status, "You can close this page." in text) == (200, True)
    found = client.v1.payment_intents.retrieve(intent.id)
    assert (found.status, found.last_payment_error.code) == (
        "requires_payment_method",
        "payment_intent_authentication_failure",
    )
    assert ask(page)[0] == 404


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
    ],
)
def test_a_card_that_is_declined_is_an_error_that_leaves_the_payment_open(client, customer, card, decline_code):
    with pytest.raises(stripe.CardError) as refused:
        charge(client, customer, card)
    assert refused.value.error.decline_code == decline_code
    intent = client.v1.payment_intents.retrieve(refused.value.error.payment_intent["id"])
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_a_refusal_is_repeated_for_who_repeats_the_key(client, customer):
    parameters = {"amount": 4900, "currency": "eur", "payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
    ids = []
    for _try in range(2):
        with pytest.raises(stripe.CardError) as refused:
            client.v1.payment_intents.create(parameters, {"idempotency_key": "charge:8:1"})
        ids.append(refused.value.error.payment_intent["id"])
    assert ids[0] == ids[1]
    assert len(client.v1.payment_intents.list().data) == 1


def test_a_card_that_fails_when_charged_can_still_be_stored(client, customer):
    method = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    assert method.customer == customer.id
    with pytest.raises(stripe.CardError):
        charge(client, customer, method)


def test_a_card_that_is_declined_cannot_be_stored(client, customer):
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": customer.id})
    assert refused.value.code == "card_declined"


def test_a_card_that_is_stored_already_needs_nobody(client, customer):
    assert charge(client, customer, "pm_card_authenticationRequiredSetupForOffSession").status == "succeeded"


def test_a_caller_may_want_no_questions(client, customer):
    with pytest.raises(stripe.CardError) as refused:
        charge(
            client,
            customer,
            "pm_card_authenticationRequired",
            off_session=False,
            error_on_requires_action=True,
        )
    assert refused.value.code == "authentication_required"


def test_a_confirmed_card_may_be_declined_all_the_same(client):
    session = open_checkout(client)
    with pytest.raises(Declined, match="not enough money"):
        pay_checkout(session.url, ASKS_AND_DECLINES)


def test_a_card_of_another_customer_is_refused(client, customer):
    method = stored(client, customer)
    other = client.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        charge(client, other, method)
    assert (refused.value.code, refused.value.param) == ("resource_missing", "payment_method")
    with pytest.raises(stripe.InvalidRequestError, match="Name that customer"):
        client.v1.payment_intents.create({"amount": 100, "currency": "eur", "payment_method": method.id})


def test_a_card_that_was_not_stored_pays_once(client):
    first = paid(client, capture="automatic")
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_intents.create({"amount": 100, "currency": "eur", "payment_method": first.payment_method})


def test_a_card_that_was_taken_away_is_gone_for_good(client, customer):
    method = stored(client, customer)
    assert client.v1.payment_methods.detach(method.id).customer is None
    assert told(client)[-1] == "payment_method.detached"
    assert client.v1.customers.payment_methods.list(customer.id).data == []
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        client.v1.payment_methods.detach(method.id)


def test_a_card_is_stored_with_one_customer(client, customer):
    method = stored(client, customer)
    assert client.v1.payment_methods.attach(method.id, {"customer": customer.id}).id == method.id
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        client.v1.payment_methods.attach(method.id, {"customer": client.v1.customers.create().id})


def test_cards_are_listed_by_customer(client, customer):
    first, second = stored(client, customer), stored(client, customer)
    listed = client.v1.payment_methods.list({"customer": customer.id, "type": "card"})
    assert [one.id for one in listed] == [second.id, first.id]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_methods.list()
    assert refused.value.param == "customer"


def test_a_stored_card_can_be_changed(client, customer):
    method = stored(client, customer)
    changed = client.v1.payment_methods.update(
        method.id,
        {
            "allow_redisplay": "always",
            "billing_details": {"name": "Ada L."},
            "card": {"exp_month": 1, "exp_year": 2044},
            "metadata": {"a": "1"},
        },
    )
    assert (changed.allow_redisplay, changed.billing_details.name, changed.card.exp_year) == ("always", "Ada L.", 2044)
    assert changed.billing_details.email == "ada@example.test"
    assert told(client)[-1] == "payment_method.updated"
    loose = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    with pytest.raises(stripe.InvalidRequestError, match="must save"):
        client.v1.payment_methods.update(loose.id, {"metadata": {"a": "1"}})


@pytest.mark.parametrize("token", ["tok_unknown", "pm_card_visa"])
def test_only_tokens_of_test_cards_are_taken(client, token):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_methods.create({"type": "card", "card": {"token": token}})
    assert refused.value.param == "card[token]"


SAVES = {"payment_method_save": "enabled"}


def test_a_customer_may_ask_to_have_their_card_stored(client, customer):
    session = open_checkout(client, customer=customer.id, saved_payment_method_options=SAVES)
    pay_checkout(session.url, keeps=True)
    [method] = client.v1.payment_methods.list({"customer": customer.id}).data
    assert method.allow_redisplay == "always"


def test_a_customer_who_does_not_ask_keeps_no_card(client, customer):
    session = open_checkout(client, customer=customer.id, saved_payment_method_options=SAVES)
    pay_checkout(session.url)
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


def test_a_customer_pays_with_a_stored_card(client, customer):
    first = open_checkout(client, customer=customer.id, saved_payment_method_options=SAVES)
    pay_checkout(first.url, keeps=True)
    [method] = client.v1.payment_methods.list({"customer": customer.id}).data
    second = open_checkout(client, customer=customer.id)
    assert "Your card that ends in 4242" in ask(second.url)[1]
    pay_checkout(second.url, stored=True)
    done = client.v1.checkout.sessions.retrieve(second.id, {"expand": ["payment_intent"]})
    assert (done.status, done.payment_intent.payment_method) == ("complete", method.id)


def test_a_page_shows_only_cards_that_may_be_shown(client, customer):
    stored(client, customer)
    assert "Your card that ends in" not in ask(open_checkout(client, customer=customer.id).url)[1]
    wide = {"allow_redisplay_filters": ["always", "limited"]}
    session = open_checkout(client, customer=customer.id, saved_payment_method_options=wide)
    assert "Your card that ends in" in ask(session.url)[1]


def test_a_card_of_somebody_else_cannot_be_chosen(client, customer):
    method = stored(client, customer)
    session = open_checkout(client)
    status, _text, _headers = send(session.url, {"email": "eve@example.test", "pay_with": method.id})
    assert status == 422
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_customer_that_is_deleted_keeps_no_card(client, customer):
    method = stored(client, customer)
    assert client.v1.customers.delete(customer.id).deleted is True
    assert client.v1.customers.retrieve(customer.id).deleted is True
    assert client.v1.payment_methods.retrieve(method.id).customer is None
    assert told(client)[-2:] == ["payment_method.detached", "customer.deleted"]
    assert client.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as missing:
        open_checkout(client, customer=customer.id)
    assert missing.value.code == "resource_missing"
    shown = client.v1.payment_intents.list({"expand": ["data.customer"]}).data[0]
    assert shown.customer.deleted is True
