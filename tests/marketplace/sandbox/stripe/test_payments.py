"""Payments with a card: held or taken at once, captured, cancelled, lapsed, declined, confirmed with the bank."""

import pytest
import stripe

from marketplace.sandbox.stripe.resources.balance_transactions import fee_for
from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import DAY_S, charged, held, open_checkout, paid

WEEK_S = 7 * DAY_S


def intent_of(client, session):
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    return session.payment_intent


def event_types(client):
    return [event.type for event in reversed(client.v1.events.list({"limit": 100}).data)]


def test_a_payment_with_manual_capture_is_held(client):
    intent = held(client)
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 4900, 0)
    assert intent.latest_charge.captured is False
    assert intent.latest_charge.balance_transaction is None
    assert intent.metadata["hold_id"] == "7"


def test_a_hold_lasts_seven_days(client):
    charge = held(client).latest_charge
    assert charge.payment_method_details.card.capture_before == charge.created + WEEK_S


def test_a_payment_with_automatic_capture_is_taken_at_once(client):
    intent = charged(client)
    assert (intent.status, intent.amount_received) == ("succeeded", 4900)
    assert (intent.latest_charge.captured, intent.latest_charge.amount_captured) == (True, 4900)


def test_the_charge_of_an_automatic_payment_is_told_before_its_balance_transaction(client):
    paid(client, capture="automatic_async")
    told, then = [event.data.object for event in reversed(client.v1.events.list({"types": ["charge.*"]}).data)]
    assert told.balance_transaction is None
    assert then.balance_transaction is not None


def test_capturing_takes_all_of_a_hold(client):
    intent = client.v1.payment_intents.capture(held(client).id, {"expand": ["latest_charge.balance_transaction"]})
    assert (intent.status, intent.amount_received, intent.amount_capturable) == ("succeeded", 4900, 0)
    assert (intent.latest_charge.balance_transaction.amount, intent.latest_charge.balance_transaction.fee) == (
        4900,
        172,
    )


def test_capturing_a_part_releases_the_rest_for_good(client):
    intent = held(client)
    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000, "expand": ["latest_charge"]})
    assert (captured.amount, captured.amount_received, captured.amount_capturable) == (4900, 3000, 0)
    assert (captured.latest_charge.amount_captured, captured.latest_charge.amount_refunded) == (3000, 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1900})
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error.payment_intent["status"] == "succeeded"


def test_more_than_the_hold_cannot_be_captured(client):
    intent = held(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 4901})
    assert refused.value.code == "amount_too_large"
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_metadata_given_at_capture_are_merged(client):
    captured = client.v1.payment_intents.capture(held(client).id, {"metadata": {"attempt": "1"}})
    assert captured.metadata.to_dict() == {"hold_id": "7", "attempt": "1"}


def test_cancelling_releases_a_hold(client):
    intent = client.v1.payment_intents.cancel(
        held(client).id, {"cancellation_reason": "abandoned", "expand": ["latest_charge.refunds"]}
    )
    assert (intent.status, intent.cancellation_reason) == ("canceled", "abandoned")
    assert (intent.amount_capturable, intent.amount_received) == (0, 0)
    assert intent.latest_charge.refunded is True
    assert intent.latest_charge.refunds.data[0].balance_transaction is None


@pytest.mark.parametrize("pay", [charged, held])
def test_what_is_over_cannot_be_cancelled(client, pay):
    intent = pay(client)
    if intent.status == "requires_capture":
        client.v1.payment_intents.cancel(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_the_payment_of_an_open_page_cannot_be_cancelled(client):
    session = open_checkout(client)
    with pytest.raises(Declined):
        pay_checkout(session.url, "4000000000000002")
    with pytest.raises(stripe.InvalidRequestError, match="Expire the session"):
        client.v1.payment_intents.cancel(intent_of(client, session).id)


def test_a_hold_that_nobody_captures_lapses(client, sandbox):
    intent = held(client)
    sandbox.advance(WEEK_S - 60)
    sandbox.sweep()
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
    sandbox.advance(60)
    sandbox.sweep()
    lapsed = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.refunds"]})
    assert (lapsed.status, lapsed.cancellation_reason) == ("canceled", "expired")
    assert lapsed.latest_charge.refunds.data[0].reason == "expired_uncaptured_charge"
    assert event_types(client)[-2:] == ["charge.expired", "payment_intent.canceled"]


def test_a_hold_has_lapsed_for_whoever_comes_too_late(client, sandbox):
    intent = held(client)
    sandbox.advance(WEEK_S)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_captured_hold_does_not_lapse(client, sandbox):
    intent = client.v1.payment_intents.capture(held(client).id)
    sandbox.advance(WEEK_S)
    sandbox.sweep()
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize(
    ("card", "decline_code", "words"),
    [
        ("4000000000000002", "generic_decline", "Your card was declined."),
        ("4000000000000341", "generic_decline", "Your card was declined."),
        ("4000000000009995", "insufficient_funds", "There is not enough money on your card."),
        ("5555555555554444", "test_mode_live_card", "This simulation takes only its own test cards."),
    ],
)
def test_a_declined_card_leaves_the_page_open_for_another(client, card, decline_code, words):
    session = open_checkout(client)
    with pytest.raises(Declined, match=words):
        pay_checkout(session.url, card)
    intent = intent_of(client, session)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == decline_code
    assert client.v1.charges.retrieve(intent.last_payment_error.charge).status == "failed"
    pay_checkout(session.url)
    assert intent_of(client, session).id == intent.id
    assert intent_of(client, session).status == "requires_capture"
    assert intent_of(client, session).last_payment_error is None


@pytest.mark.parametrize("card", ["4000002500003155", "4000002760003184"])
def test_a_card_that_asks_the_bank_is_confirmed_there(client, card):
    intent = held(client, card=card)
    assert intent.status == "requires_capture"
    assert intent.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert "payment_intent.requires_action" in event_types(client)


def test_a_bank_that_is_not_convinced_leads_back_to_the_page(client):
    session = open_checkout(client)
    with pytest.raises(Declined, match="could not confirm that it is you"):
        pay_checkout(session.url, "4000002760003184", confirms=False)
    intent = intent_of(client, session)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert intent.latest_charge is None


def test_the_events_of_a_hold_come_in_order(client):
    client.v1.payment_intents.capture(held(client).id)
    assert event_types(client) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
        "charge.captured",
        "payment_intent.succeeded",
    ]


def test_payments_are_listed_by_customer(client):
    customer = client.v1.customers.create({"email": "ada@example.test"})
    charged(client)
    mine = charged(client, customer=customer.id)
    assert [one.id for one in client.v1.payment_intents.list({"customer": customer.id})] == [mine.id]


@pytest.mark.parametrize(
    ("amount", "currency", "fee"),
    [
        (4900, "eur", 172),  # 142.1 + 30
        (50, "eur", 31),  # 1.45 + 30
        (500, "eur", 45),  # 14.5, half up, + 30
        (4900, "jpy", 142),  # There is no 0.30 yen.
        (49000, "kwd", 1720),  # 1421 + 300, and the last digit is always 0.
        (49200, "kwd", 1730),  # 1426.8 + 300
        (490000, "isk", 14200),  # 14210 + 30: there is no fraction of a króna.
    ],
)
def test_the_fee_is_rounded_half_up(amount, currency, fee):
    assert fee_for(amount, currency) == fee


def test_a_payment_is_captured_once_or_not_at_all(client):
    intent = held(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(intent.id, {"final_capture": False})
    assert refused.value.param == "final_capture"


def make_intent(client, **parameters):
    return client.v1.payment_intents.create({"amount": 4900, "currency": "eur", **parameters})


def test_a_payment_can_be_asked_for_without_a_page(client):
    intent = make_intent(client, metadata={"hold_id": "7"}, automatic_payment_methods={"enabled": True})
    assert (intent.status, intent.capture_method) == ("requires_payment_method", "automatic_async")
    chosen = client.v1.payment_intents.update(
        intent.id, {"payment_method": "pm_card_visa", "amount": 5000, "metadata": {"a": "1"}}
    )
    assert (chosen.status, chosen.amount, chosen.metadata.to_dict()) == (
        "requires_confirmation",
        5000,
        {"a": "1", "hold_id": "7"},
    )
    done = client.v1.payment_intents.confirm(intent.id, {"capture_method": "manual"})
    assert (done.status, done.amount_capturable) == ("requires_capture", 5000)
    assert event_types(client) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
    ]


def test_there_is_nothing_to_confirm_without_a_card(client):
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method") as refused:
        client.v1.payment_intents.confirm(make_intent(client).id)
    assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize("name", ["off_session", "error_on_requires_action"])
def test_how_to_confirm_is_said_only_when_confirming(client, name):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        make_intent(client, **{name: True})
    assert refused.value.param == name
    assert client.v1.payment_intents.list().data == []


def test_a_payment_that_is_over_keeps_its_amount(client):
    intent = charged(client)
    changed = client.v1.payment_intents.update(intent.id, {"description": "Request 8", "metadata": {"a": "1"}})
    assert changed.description == "Request 8"
    for act in (client.v1.payment_intents.update, client.v1.payment_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id, {"payment_method": "pm_card_visa"})
        assert refused.value.code == "payment_intent_unexpected_state"


def test_a_payment_without_a_page_can_be_cancelled_at_any_time(client):
    waiting = make_intent(client, payment_method="pm_card_authenticationRequired", confirm=True)
    for intent in (make_intent(client), make_intent(client, payment_method="pm_card_visa"), waiting):
        ended = client.v1.payment_intents.cancel(intent.id)
        assert (ended.status, ended.next_action) == ("canceled", None)
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize("change", [{"customer": "cus_unknown"}, {"payment_method": "pm_unknown"}])
def test_a_payment_names_only_what_there_is(client, change):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        make_intent(client, **change)
    assert (missing.value.code, missing.value.param) == ("resource_missing", next(iter(change)))


def test_details_of_a_charge_can_be_changed(client):
    charge = charged(client).latest_charge
    changed = client.v1.charges.update(
        charge.id, {"metadata": {"a": "1"}, "fraud_details": {"user_report": "safe"}, "transfer_group": "hold-7"}
    )
    assert (changed.metadata.to_dict(), changed.fraud_details.user_report) == ({"a": "1", "hold_id": "7"}, "safe")
    assert changed.transfer_group == "hold-7"


def test_items_of_a_page_are_listed(client):
    session = open_checkout(client)
    [item] = client.v1.checkout.sessions.line_items.list(session.id).data
    assert (item.description, item.amount_total) == ("Upgrade help", 4900)
    assert client.v1.checkout.sessions.update(session.id, {"metadata": {"a": "1"}}).metadata["a"] == "1"
