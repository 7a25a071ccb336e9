"""Calls about what goes back to payers: refunds, and answers to chargebacks."""

from contextlib import suppress
from datetime import datetime

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands
from marketplace.payments.effects.calls import Call, ask_once
from marketplace.payments.gateway import Dispute, Refused, gateway
from marketplace.payments.models import Chargeback, Refund

UNANSWERED = frozenset({"needs_response", "warning_needs_response"})


def refund(call: Call, now: datetime) -> None:
    """Give money back."""
    owed = reading().get_one(Refund, call.about_id)
    intent_id, amount = owed.hold.payment_intent_id, owed.left
    reading().rollback()
    assert intent_id is not None
    try:
        state = ask_once(
            call,
            now,
            look=lambda: gateway().find_refund(intent_id, call.mark),
            ask=lambda: gateway().refund(intent_id, amount, refund_id=call.about_id, mark=call.mark, key=call.key),
        )
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_refund(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.describe_refund(session, call.about_id, state, now=now)


def respond(call: Call, now: datetime) -> None:
    """Pass the vendor's answer to a chargeback on."""
    chargeback = reading().get_one(Chargeback, call.about_id)
    dispute_id, evidence = chargeback.stripe_dispute_id, chargeback.evidence
    hold_id, payment_id = chargeback.hold_id, chargeback.payment_id
    reading().rollback()
    assert evidence is not None

    def look() -> Dispute | None:
        found = gateway().dispute(dispute_id)
        return None if found.status in UNANSWERED else found

    def ask() -> Dispute:
        with suppress(Refused):  # Too late, or decided already: what Stripe says of it counts.
            gateway().respond(dispute_id, evidence, key=call.key)
        return gateway().dispute(dispute_id)

    dispute = ask_once(call, now, look=look, ask=ask)
    with transaction() as session:
        commands.responded(session, call.about_id, now=now)
        if hold_id is not None:
            commands.apply_dispute(session, hold_id, dispute, now=now)
        elif payment_id is not None:
            commands.apply_period_dispute(session, payment_id, dispute, now=now)
