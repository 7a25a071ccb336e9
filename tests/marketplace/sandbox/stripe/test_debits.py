"""Direct debits: somebody pays from a bank account, and whether the bank pays is known only later."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import pay_checkout
from tests.marketplace.sandbox.stripe.actions import ask, balance, open_checkout, told
from tests.marketplace.sandbox.stripe.test_pages import send

PAYS, PAYS_LATER = "AT611904300234573201", "AT32 1904 3002 3547 3204"
FAILS, FAILS_LATER = "AT861904300235473202", "AT051904300235473205"
THREE_MINUTES_S = 180


def debited(client, iban, **parameters):
    """Pay from a bank account on a new page; give the session as it is then."""
    session = open_debit(client, **parameters)
    pay_checkout(session.url, iban)
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})


def open_debit(client, **parameters):
    return open_checkout(
        client, **{"capture": "automatic", "payment_method_types": ["card", "sepa_debit"], **parameters}
    )


def test_a_page_is_complete_before_the_bank_has_paid(client):
    session = debited(client, PAYS_LATER)
    intent = session.payment_intent
    assert (session.status, session.payment_status, intent.status) == ("complete", "unpaid", "processing")
    assert (intent.latest_charge.status, intent.latest_charge.paid) == ("pending", False)
    assert (balance(client, "pending"), balance(client, "available")) == (0, 0)
    assert told(client) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]


def test_the_bank_pays_later(client, sandbox):
    session = debited(client, PAYS_LATER)
    sandbox.advance(THREE_MINUTES_S)
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (done.payment_status, done.payment_intent.status) == ("paid", "succeeded")
    assert done.payment_intent.latest_charge.payment_method_details.sepa_debit.last4 == "3204"
    assert balance(client, "pending") == 4728
    assert told(client)[-3:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


def test_the_bank_may_not_pay(client, sandbox):
    session = debited(client, FAILS_LATER)
    sandbox.advance(THREE_MINUTES_S)
    failed = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    intent = failed.payment_intent
    assert (intent.status, intent.last_payment_error.type) == ("requires_payment_method", "invalid_request_error")
    assert (intent.latest_charge.status, intent.latest_charge.captured) == ("failed", False)
    assert balance(client, "pending") == 0
    assert told(client)[-3:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


@pytest.mark.parametrize(("iban", "status"), [(PAYS, "succeeded"), (FAILS, "requires_payment_method")])
def test_some_banks_answer_at_once(client, iban, status):
    debited(client, iban)
    assert client.v1.payment_intents.list().data[0].status == status


def test_what_a_bank_paid_can_be_refunded(client, sandbox):
    intent = debited(client, PAYS).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 900})
    assert (refund.status, "destination_details" in refund) == ("succeeded", False)


def test_a_payment_that_the_bank_works_on_cannot_be_stopped(client):
    intent = debited(client, PAYS_LATER).payment_intent
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError, match="nothing to refund"):
        client.v1.refunds.create({"payment_intent": intent.id})


@pytest.mark.parametrize(
    ("change", "param"),
    [({"capture": "manual"}, "payment_intent_data"), ({"currency": "usd"}, "payment_method_types")],
)
def test_debits_are_taken_at_once_and_in_euros(client, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_debit(client, **change)
    assert refused.value.param == param


def test_a_page_offers_debits_only_if_asked_to(client):
    assert "SEPA Direct Debit" in ask(open_debit(client).url)[1]
    session = open_checkout(client, capture="automatic")
    assert "SEPA Direct Debit" not in ask(session.url)[1]
    form = {"email": "ada@example.test", "name": "Ada", "pay_with": "bank", "iban": PAYS}
    assert send(session.url, form)[0] == 422
    assert client.v1.charges.list().data == []


def test_only_test_accounts_are_taken(client):
    form = {"email": "ada@example.test", "name": "", "pay_with": "bank", "iban": "DE89370400440532013000"}
    status, text, _headers = send(open_debit(client).url, form)
    assert status == 422
    assert 'href="#field-iban"' in text
    assert 'href="#field-name"' in text
    assert 'value="DE89370400440532013000"' in text


def test_bank_accounts_cannot_be_stored(client):
    with pytest.raises(stripe.APIError) as refused:
        client.v1.checkout.sessions.create(
            {"mode": "setup", "success_url": "http://localhost:8000", "payment_method_types": ["sepa_debit"]}
        )
    assert refused.value.http_status == 501
