"""Calls about what goes back to payers: refunds, and answers to chargebacks."""

from contextlib import suppress
from datetime import datetime

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands
from marketplace.payments.effects.calls import Call
from marketplace.payments.gateway import Refused, gateway
from marketplace.payments.models import Chargeback, Refund


def refund(call: Call, now: datetime) -> None:
    """Give money back."""
    owed = reading().get_one(Refund, call.about_id)
    intent_id, amount = owed.hold.payment_intent_id, owed.amount
    reading().rollback()
    assert intent_id is not None
    try:
        state = gateway().refund(intent_id, amount, refund_id=call.about_id, key=call.key)
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_refund(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.describe_refund(session, call.about_id, state, now=now)


def respond(call: Call, now: datetime) -> None:
    """Pass the vendor's answer to a chargeback on."""
    chargeback = reading().get_one(Chargeback, call.about_id)
    dispute_id, evidence, hold_id = chargeback.stripe_dispute_id, chargeback.evidence, chargeback.hold_id
    reading().rollback()
    assert evidence is not None
    with suppress(Refused):  # Too late, or decided already: Stripe is asked below.
        gateway().respond(dispute_id, evidence, key=call.key)
    dispute = gateway().dispute(dispute_id)
    with transaction() as session:
        commands.responded(session, call.about_id, now=now)
        commands.apply_dispute(session, hold_id, dispute, now=now)
