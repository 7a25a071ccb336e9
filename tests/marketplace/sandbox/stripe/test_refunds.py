"""Refunds: all or a part of what was taken, never more."""

import pytest
import stripe

from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import DAY_S, balance, charged, held, open_checkout, pull, told


def test_a_refund_gives_all_back_but_not_the_fee(client):
    intent = charged(client)
    before = balance(client, "pending")
    refund = client.v1.refunds.create({"payment_intent": intent.id, "expand": ["balance_transaction"]})
    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 4900, intent.latest_charge.id)
    assert (refund.balance_transaction.amount, refund.balance_transaction.fee) == (-4900, 0)
    assert balance(client, "pending") == before - 4900
    charge = client.v1.charges.retrieve(refund.charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 4900)


def test_a_refund_may_be_made_in_parts(client):
    charge = charged(client).latest_charge
    client.v1.refunds.create({"charge": charge.id, "amount": 900, "metadata": {"part": "1"}})
    assert client.v1.charges.retrieve(charge.id).refunded is False
    client.v1.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    assert client.v1.charges.retrieve(charge.id).refunded is True
    assert [one.amount for one in client.v1.refunds.list({"charge": charge.id})] == [4000, 900]


def test_more_than_is_left_cannot_be_refunded(client):
    charge = charged(client).latest_charge
    client.v1.refunds.create({"charge": charge.id, "amount": 4000})
    with pytest.raises(stripe.InvalidRequestError, match=r"unrefunded amount on charge \(900 eur\)") as refused:
        client.v1.refunds.create({"charge": charge.id, "amount": 901})
    assert refused.value.param == "amount"


def test_what_is_refunded_cannot_be_refunded_again(client):
    charge = charged(client).latest_charge
    client.v1.refunds.create({"charge": charge.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_already_refunded"


def test_only_the_captured_part_of_a_hold_can_be_refunded(client):
    intent = client.v1.payment_intents.capture(held(client).id, {"amount_to_capture": 3000})
    with pytest.raises(stripe.InvalidRequestError, match="3000 eur"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 3001})
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 3000
    assert client.v1.charges.retrieve(intent.latest_charge).refunded is True


def test_a_hold_is_cancelled_not_refunded(client):
    with pytest.raises(stripe.InvalidRequestError, match="Cancel the PaymentIntent"):
        client.v1.refunds.create({"payment_intent": held(client).id})


def test_a_failed_charge_cannot_be_refunded(client):
    session = open_checkout(client)
    with pytest.raises(Declined):
        pay_checkout(session.url, "4000000000000002")
    failed = client.v1.charges.list().data[0]
    with pytest.raises(stripe.InvalidRequestError, match="nothing to refund"):
        client.v1.refunds.create({"charge": failed.id})


def test_a_refund_needs_a_charge(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"amount": 900})
    assert refused.value.code == "parameter_missing"


def test_a_charge_and_its_payment_must_belong_together(client):
    one, other = charged(client), charged(client)
    with pytest.raises(stripe.InvalidRequestError, match="does not belong"):
        client.v1.refunds.create({"charge": one.latest_charge.id, "payment_intent": other.id})


def test_a_refund_of_pending_money_is_pending_as_long(client, sandbox):
    intent = charged(client)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "expand": ["balance_transaction"]})
    charge = client.v1.charges.retrieve(refund.charge, {"expand": ["balance_transaction"]})
    assert refund.balance_transaction.available_on == charge.balance_transaction.available_on
    sandbox.advance(2 * DAY_S)
    assert (balance(client, "pending"), balance(client, "available")) == (0, -172)


def test_the_bank_learns_the_number_of_a_refund_a_day_later(client, sandbox):
    refund = client.v1.refunds.create({"payment_intent": charged(client).id})
    assert refund.destination_details.card.reference_status == "pending"
    sandbox.advance(DAY_S)
    sandbox.sweep()
    assert client.v1.refunds.retrieve(refund.id).destination_details.card.reference_status == "available"
    assert client.v1.events.list({"type": "refund.updated"}).data[0].data.object.id == refund.id


def test_a_payment_that_never_came_to_a_charge_cannot_be_refunded(client):
    session = open_checkout(client)
    with pytest.raises(Declined):
        pay_checkout(session.url, "4000002760003184", confirms=False)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent})


SUCCEEDS_LATER, FAILS_LATER = "4000000000007726", "4000000000005126"
FIVE_MINUTES_S = 5 * 60


def refunded(client, card, amount=900):
    """Refund a part of a payment with a card that plays a part."""
    return client.v1.refunds.create({"payment_intent": charged(client, card=card).id, "amount": amount})


def categories(client, refund):
    page = client.v1.balance_transactions.list({"source": refund.id})
    return [(one.type, one.reporting_category, one.amount) for one in page]


def test_a_refund_may_be_pending_at_first(client, sandbox):
    refund = refunded(client, SUCCEEDS_LATER)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert categories(client, refund) == [("refund", "refund", -900)]
    assert client.v1.charges.retrieve(refund.charge).amount_refunded == 900
    assert told(client)[-2:] == ["refund.created", "charge.refunded"]
    sandbox.advance(FIVE_MINUTES_S)
    done = client.v1.refunds.retrieve(refund.id)
    assert (done.status, "pending_reason" in done) == ("succeeded", False)
    assert told(client)[-2:] == ["refund.updated", "charge.refund.updated"]


def test_a_refund_may_fail_after_it_succeeded(client, sandbox):
    refund = refunded(client, FAILS_LATER)
    before = balance(client, "pending") + balance(client, "available")
    assert refund.status == "succeeded"
    sandbox.advance(FIVE_MINUTES_S)
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["charge", "failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.amount == 900
    assert (failed.charge.amount_refunded, failed.charge.refunded) == (0, False)
    assert categories(client, refund) == [("refund_failure", "refund_failure", 900), ("refund", "refund", -900)]
    assert balance(client, "pending") + balance(client, "available") == before + 900
    assert told(client)[-4:] == ["charge.updated", "refund.updated", "charge.refund.updated", "refund.failed"]


def test_what_came_back_can_be_refunded_again(client, sandbox):
    charge = charged(client).latest_charge
    first = client.v1.refunds.create({"charge": charge.id})
    pull(sandbox, first, "fail", reason="lost_or_stolen_card")
    assert client.v1.charges.retrieve(charge.id).refunded is False
    assert client.v1.refunds.create({"charge": charge.id}).amount == 4900


def test_a_pending_refund_may_wait_for_the_customer(client, sandbox):
    refund = refunded(client, SUCCEEDS_LATER)
    pull(sandbox, refund, "ask")
    waiting = client.v1.refunds.retrieve(refund.id)
    assert (waiting.status, waiting.next_action.type) == ("requires_action", "display_details")
    assert waiting.instructions_email == "ada@example.test"
    sandbox.advance(FIVE_MINUTES_S)
    assert client.v1.refunds.retrieve(refund.id).status == "requires_action"
    pull(sandbox, refund, "succeed")
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_that_waits_for_the_customer_can_be_cancelled(client, sandbox):
    refund = refunded(client, SUCCEEDS_LATER)
    pull(sandbox, refund, "ask")
    cancelled = client.v1.refunds.cancel(refund.id)
    assert (cancelled.status, cancelled.failure_reason) == ("canceled", "merchant_request")
    assert client.v1.charges.retrieve(refund.charge).amount_refunded == 0
    assert categories(client, refund)[0] == ("refund_failure", "refund_failure", 900)


def test_a_refund_that_the_customer_does_not_answer_fails(client, sandbox):
    refund = refunded(client, SUCCEEDS_LATER)
    pull(sandbox, refund, "ask")
    assert client.v1.test_helpers.refunds.expire(refund.id).status == "failed"


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_only_a_refund_that_waits_for_the_customer_can_be_stopped(client, end):
    refund = refunded(client, SUCCEEDS_LATER)
    with pytest.raises(stripe.InvalidRequestError, match="requires_action"):
        (client.v1.refunds.cancel if end == "cancel" else client.v1.test_helpers.refunds.expire)(refund.id)


def test_a_pending_refund_may_be_stopped_by_hand(client, sandbox):
    refund = refunded(client, SUCCEEDS_LATER)
    assert pull(sandbox, refund, "cancel")["status"] == "canceled"
    sandbox.advance(FIVE_MINUTES_S)
    assert client.v1.refunds.retrieve(refund.id).status == "canceled"


def test_metadata_of_a_refund_are_merged(client):
    refund = client.v1.refunds.create({"charge": charged(client).latest_charge.id, "metadata": {"a": "1"}})
    assert client.v1.refunds.update(refund.id, {"metadata": {"b": "2"}}).metadata.to_dict() == {"a": "1", "b": "2"}


def test_a_refund_is_as_fine_as_its_currency(client):
    charge = charged(client, amount=490000, currency="isk").latest_charge
    with pytest.raises(stripe.InvalidRequestError, match="multiple of 100"):
        client.v1.refunds.create({"charge": charge.id, "amount": 50})
    assert client.v1.refunds.create({"charge": charge.id, "amount": 100}).amount == 100
