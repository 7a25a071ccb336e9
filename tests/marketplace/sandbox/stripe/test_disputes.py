"""Disputes: the owner of a card wants the money back, the platform answers, the bank decides."""

import pytest
import stripe

from marketplace.sandbox.stripe.resources.dispute_body import LONG_TEXTS
from tests.marketplace.sandbox.stripe.actions import DAY_S, balance, charged, held, paid, pull, told

FRAUDULENT, NOT_RECEIVED, INQUIRY = "4000000000000259", "4000000000002685", "4000000000001976"
FEE = 1500


def disputed(client, card=FRAUDULENT, **parameters):
    """Pay with a card whose owner complains; give the dispute."""
    intent = charged(client, card=card, **parameters)
    return client.v1.disputes.list({"payment_intent": intent.id, "expand": ["data.charge"]}).data[0]


def money(client):
    return balance(client, "pending") + balance(client, "available")


def entries(client, dispute):
    page = client.v1.balance_transactions.list({"source": dispute.id})
    return [(one.type, one.reporting_category, one.amount, one.fee, one.net) for one in page]


def test_a_dispute_takes_the_amount_and_a_fee(client):
    dispute = disputed(client)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 4900)
    assert dispute.charge.disputed is True
    assert dispute.is_charge_refundable is False
    assert entries(client, dispute) == [("adjustment", "dispute", -4900, FEE, -4900 - FEE)]
    assert [one.net for one in dispute.balance_transactions] == [-4900 - FEE]
    assert money(client) == 4900 - 172 - 4900 - FEE
    assert told(client)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_the_owner_of_a_card_complains_after_the_payment_is_done(client):
    intent = held(client, card=NOT_RECEIVED)
    assert client.v1.disputes.list().data == []
    client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000})
    [dispute] = client.v1.disputes.list({"charge": intent.latest_charge.id}).data
    assert (dispute.reason, dispute.amount) == ("product_not_received", 3000)


@pytest.mark.parametrize(
    ("currency", "amount", "fee"),
    [("eur", 4900, 1500), ("jpy", 4900, 15), ("kwd", 49000, 15000), ("isk", 490000, 1500)],
)
def test_the_fee_is_fifteen_of_the_currency(client, currency, amount, fee):
    dispute = disputed(client, currency=currency, amount=amount)
    assert dispute.balance_transactions[0].fee == fee


def test_evidence_may_be_collected_before_it_is_handed_in(client):
    dispute = disputed(client)
    staged = client.v1.disputes.update(
        dispute.id, {"evidence": {"product_description": "An upgrade"}, "submit": False, "metadata": {"case": "7"}}
    )
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert staged.evidence_details.submission_count == 0
    handed_in = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "See the thread."}})
    assert (handed_in.status, handed_in.evidence_details.submission_count) == ("under_review", 1)
    assert handed_in.evidence.product_description == "An upgrade"
    assert handed_in.metadata.to_dict() == {"case": "7"}
    assert told(client, type="charge.dispute.updated") == ["charge.dispute.updated"] * 2


def test_metadata_alone_hand_nothing_in(client):
    dispute = disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"product_description": "An upgrade"}, "submit": False})
    assert client.v1.disputes.update(dispute.id, {"metadata": {"case": "7"}}).status == "needs_response"
    assert client.v1.disputes.update(dispute.id, {"submit": True}).status == "under_review"


def test_evidence_is_handed_in_once(client):
    dispute = disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "See the thread."}})
    with pytest.raises(stripe.InvalidRequestError, match="can no longer be changed"):
        client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "One more thing."}})
    assert client.v1.disputes.update(dispute.id, {"metadata": {"case": "7"}}).metadata["case"] == "7"


def test_all_evidence_together_has_a_limit(client, careless_client):
    dispute = disputed(client)
    with pytest.raises(stripe.InvalidRequestError, match="150000 characters"):
        client.v1.disputes.update(dispute.id, {"evidence": dict.fromkeys(LONG_TEXTS, "x" * 19_000)})
    with pytest.raises(stripe.InvalidRequestError, match="20000 characters"):
        careless_client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "x" * 20_001}})


def test_answering_costs_a_second_fee(client):
    dispute = disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "See the thread."}})
    assert entries(client, dispute)[0] == ("stripe_fee", "fee", -FEE, 0, -FEE)


def test_a_dispute_that_is_won_gives_all_back_but_the_first_fee(client):
    dispute = disputed(client)
    answered = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert answered.status == "under_review"
    won = client.v1.disputes.retrieve(dispute.id)
    assert won.status == "won"
    assert entries(client, dispute)[:2] == [
        ("stripe_fee", "fee", FEE, 0, FEE),
        ("adjustment", "dispute_reversal", 4900, 0, 4900),
    ]
    assert [one.amount for one in won.balance_transactions] == [-4900, 4900]
    assert money(client) == 4900 - 172 - FEE
    assert told(client)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_a_dispute_that_is_lost_costs_both_fees(client):
    dispute = disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})
    assert client.v1.disputes.retrieve(dispute.id).status == "lost"
    assert money(client) == -172 - 2 * FEE
    assert told(client)[-1] == "charge.dispute.closed"


def test_a_dispute_that_nobody_answers_in_time_is_lost(client, sandbox):
    dispute = disputed(client)
    assert dispute.evidence_details.due_by == dispute.created + 9 * DAY_S
    sandbox.advance(9 * DAY_S - 60)
    assert client.v1.disputes.retrieve(dispute.id).status == "needs_response"
    sandbox.advance(60)
    lapsed = client.v1.disputes.retrieve(dispute.id)
    assert (lapsed.status, lapsed.evidence_details.submission_count) == ("lost", 0)
    assert told(client)[-1] == "charge.dispute.closed"


def test_an_answer_that_is_in_time_waits_for_the_bank(client, sandbox):
    dispute = disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "See the thread."}})
    sandbox.advance(60 * DAY_S)
    assert client.v1.disputes.retrieve(dispute.id).status == "under_review"
    assert pull(sandbox, dispute, "win")["status"] == "won"


def test_a_dispute_can_be_given_up(client):
    dispute = disputed(client)
    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="is lost"):
        client.v1.disputes.close(dispute.id)
    with pytest.raises(stripe.InvalidRequestError, match="can no longer be changed"):
        client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "Wait!"}})


def test_a_disputed_charge_cannot_be_refunded(client):
    dispute = disputed(client)
    with pytest.raises(stripe.InvalidRequestError, match="has been charged back; cannot issue a refund") as refused:
        client.v1.refunds.create({"charge": dispute.charge.id})
    assert refused.value.code == "charge_disputed"


def test_what_is_not_disputed_can_be_refunded(client, sandbox):
    charge = charged(client).latest_charge
    pull(sandbox, charge, "dispute", reason="duplicate", amount=3000)
    with pytest.raises(stripe.InvalidRequestError, match=r"unrefunded amount on charge \(1900 eur\)"):
        client.v1.refunds.create({"charge": charge.id, "amount": 1901})
    assert client.v1.refunds.create({"charge": charge.id}).amount == 1900
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id, "amount": 1})
    assert refused.value.code == "charge_disputed"


def test_a_charge_whose_dispute_was_won_can_be_refunded(client, sandbox):
    dispute = disputed(client)
    pull(sandbox, dispute, "win")
    assert client.v1.refunds.create({"charge": dispute.charge.id}).amount == 4900


def test_a_charge_that_was_refunded_can_be_disputed_only_for_the_rest(client, sandbox):
    charge = charged(client).latest_charge
    client.v1.refunds.create({"charge": charge.id, "amount": 900})
    assert pull(sandbox, charge, "dispute", reason="general")["amount"] == 4000


def test_an_inquiry_takes_nothing(client):
    dispute = disputed(client, INQUIRY)
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.is_charge_refundable is True
    assert dispute.payment_method_details.card.case_type == "inquiry"
    assert money(client) == 4900 - 172
    assert told(client)[-1] == "charge.dispute.created"


def test_an_inquiry_ends_by_itself_after_four_months(client, sandbox):
    dispute = disputed(client, INQUIRY)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "It was for the upgrade."}})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_under_review"
    assert entries(client, dispute) == []
    sandbox.advance(120 * DAY_S)
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"
    assert told(client)[-1] == "charge.dispute.closed"


def test_an_inquiry_may_become_a_dispute(client):
    dispute = disputed(client, INQUIRY)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    escalated = client.v1.disputes.retrieve(dispute.id)
    assert (escalated.status, escalated.payment_method_details.card.case_type) == ("needs_response", "chargeback")
    assert money(client) == -172 - FEE
    assert told(client)[-2:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_a_full_refund_ends_an_inquiry(client):
    dispute = disputed(client, INQUIRY)
    client.v1.refunds.create({"charge": dispute.charge.id, "amount": 900})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_needs_response"
    client.v1.refunds.create({"charge": dispute.charge.id})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"


def test_an_inquiry_cannot_be_given_up(client):
    with pytest.raises(stripe.InvalidRequestError, match="needs a response"):
        client.v1.disputes.close(disputed(client, INQUIRY).id)


def test_disputes_are_listed_by_charge(client):
    first, second = disputed(client), disputed(client)
    assert [one.id for one in client.v1.disputes.list({"charge": second.charge.id})] == [second.id]
    assert {one.id for one in client.v1.disputes.list()} == {first.id, second.id}


def test_a_payment_that_was_given_back_is_not_disputed(client):
    intent = paid(client, card=FRAUDULENT, capture="manual")
    client.v1.payment_intents.cancel(intent.id)
    assert client.v1.disputes.list().data == []


def test_the_bank_may_ask_and_then_let_it_rest_or_not(client, sandbox):
    charge = charged(client).latest_charge
    asked = pull(sandbox, charge, "inquire", reason="unrecognized", amount=1000)
    assert (asked["status"], asked["amount"]) == ("warning_needs_response", 1000)
    assert pull(sandbox, client.v1.disputes.retrieve(asked["id"]), "drop")["status"] == "warning_closed"
    again = pull(sandbox, charge, "inquire", reason="general")
    escalated = pull(sandbox, client.v1.disputes.retrieve(again["id"]), "escalate")
    assert (escalated["status"], escalated["amount"]) == ("needs_response", 4900)
    assert client.v1.charges.retrieve(charge.id).disputed is True
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_disputed"


def test_an_owner_may_take_a_dispute_back(client, sandbox):
    dispute = disputed(client)
    assert pull(sandbox, dispute, "win")["status"] == "won"
    assert [kind for kind, *_rest in entries(client, dispute)] == ["adjustment", "adjustment"]
