"""Checkout sessions: open for a day at most, then complete or expired."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import PageClosed, pay_checkout
from tests.marketplace.sandbox.stripe.actions import DAY_S, SITE, checkout_parameters, open_checkout

HOUR_S = 60 * 60


def now_of(client):
    """Tell the stand-in's time."""
    return client.v1.customers.create().created


def test_a_session_is_open_for_a_day(client, sandbox):
    session = open_checkout(client)
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.expires_at == session.created + DAY_S
    assert session.url == f"{sandbox.url}/c/pay/{session.id}"


def test_a_session_adds_its_items_up(client):
    items = [
        {"price_data": {"currency": "eur", "unit_amount": 1000, "product_data": {"name": "An hour"}}, "quantity": 3},
        {"price_data": {"currency": "eur", "unit_amount": 50, "product_data": {"name": "A stamp"}}},
    ]
    session = open_checkout(client, line_items=items, expand=["line_items"])
    assert session.amount_total == 3050
    assert [item.amount_total for item in session.line_items.data] == [3000, 50]


def test_there_is_no_payment_intent_before_somebody_tries_to_pay(client):
    assert open_checkout(client).payment_intent is None


def test_a_paid_session_is_complete(client):
    session = open_checkout(client, capture="automatic", client_reference_id="7")
    target = pay_checkout(session.url)
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert target == f"{SITE}/paid?session={session.id}"
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.customer_details.email, paid.customer_details.name) == ("ada@example.test", "Ada Example")
    assert paid.client_reference_id == "7"


def test_a_session_whose_payment_is_only_held_is_unpaid_until_it_is_captured(client):
    session = open_checkout(client, capture="manual")
    pay_checkout(session.url)
    complete = client.v1.checkout.sessions.retrieve(session.id)
    assert (complete.status, complete.payment_status) == ("complete", "unpaid")
    client.v1.payment_intents.capture(complete.payment_intent)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_session_makes_a_customer_only_if_asked_to(client):
    quiet, eager = open_checkout(client), open_checkout(client, customer_creation="always")
    pay_checkout(quiet.url)
    pay_checkout(eager.url)
    assert client.v1.checkout.sessions.retrieve(quiet.id).customer is None
    made = client.v1.checkout.sessions.retrieve(eager.id, {"expand": ["customer"]}).customer
    assert (made.email, made.name) == ("ada@example.test", "Ada Example")


def test_a_session_knows_its_customer(client):
    customer = client.v1.customers.create({"email": "ada@example.test"})
    session = open_checkout(client, customer=customer.id)
    assert (session.customer, session.customer_details.email) == (customer.id, "ada@example.test")
    assert [one.id for one in client.v1.checkout.sessions.list({"customer": customer.id})] == [session.id]


def test_an_open_session_can_be_expired(client):
    session = client.v1.checkout.sessions.expire(open_checkout(client).id)
    assert (session.status, session.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError, match="status open"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_complete_session_cannot_be_expired(client):
    session = open_checkout(client)
    pay_checkout(session.url)
    with pytest.raises(stripe.InvalidRequestError, match="This one is complete"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_session_expires_by_the_clock(client, sandbox):
    session = open_checkout(client, expires_at=now_of(client) + HOUR_S)
    sandbox.advance(HOUR_S)
    sandbox.sweep()
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert client.v1.events.list({"type": "checkout.session.expired"}).data[0].data.object.id == session.id
    with pytest.raises(PageClosed):
        pay_checkout(session.url)


def test_a_payment_that_waits_for_the_bank_ends_with_its_session(client, sandbox):
    session = open_checkout(client)
    with pytest.raises(Exception, match="could not confirm"):
        pay_checkout(session.url, "4000002760003184", confirms=False)
    sandbox.advance(DAY_S)
    sandbox.sweep()
    intent = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    assert (intent.status, intent.cancellation_reason) == ("canceled", "automatic")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 49}, "amount_too_small"),
        ({"amount": 100_000_000}, "amount_too_large"),
        ({"amount": 4950, "currency": "isk"}, "parameter_invalid_integer"),
        ({"amount": 4901, "currency": "kwd"}, "parameter_invalid_integer"),
        ({"customer": "cus_unknown"}, "resource_missing"),
        ({"expires_at": 1}, None),
    ],
)
def test_a_session_that_stripe_would_not_open_is_refused(client, change, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_checkout(client, **change)
    assert (refused.value.http_status, refused.value.code) == (400, code)


def test_items_in_two_currencies_are_refused(client):
    item = checkout_parameters()["line_items"][0]
    other = checkout_parameters(currency="usd")["line_items"][0]
    with pytest.raises(stripe.InvalidRequestError, match="same currency"):
        open_checkout(client, line_items=[item, other])


def test_sessions_are_listed_by_status(client):
    first, second = open_checkout(client), open_checkout(client)
    client.v1.checkout.sessions.expire(first.id)
    assert [one.id for one in client.v1.checkout.sessions.list({"status": "open"})] == [second.id]


def test_a_session_is_for_a_customer_or_for_an_address(client):
    customer = client.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError, match="only one of"):
        open_checkout(client, customer=customer.id, customer_email="ada@example.test")


def test_a_visitor_says_who_they_are_when_the_page_does_not_know(client):
    session = open_checkout(client, customer=client.v1.customers.create().id)
    pay_checkout(session.url, email="eve@example.test")
    assert client.v1.checkout.sessions.retrieve(session.id).customer_details.email == "eve@example.test"
