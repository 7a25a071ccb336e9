"""Holds and payouts."""

from marketplace.jobs.rules import PURPOSE
from marketplace.payments.models import Chargeback, Clawback, Hold, Payer, Payout, Refund, SavedCard, Settlement
from marketplace.payments.rules import ChargebackStatus, HoldStatus, PayoutMethod, RefundCause
from tests.factories import NOON
from tests.factories.support_requests import make_request


def make_hold(session, *, support_request=None, **overrides):
    """Make a hold of 60 EUR for a request, that the bank has set aside at `NOON`."""
    support_request = support_request or make_request(session)
    facts = {
        "purpose": PURPOSE,
        "subject_id": support_request.id,
        "payer_id": support_request.customer_id,
        "currency": support_request.currency,
        "amount_minor": 6000,
        "description": support_request.title,
        "return_path": f"/requests/{support_request.reference}",
        "status": HoldStatus.HELD,
        "created_at": NOON,
        "checked_at": NOON,
        "held_at": NOON,
        **overrides,
    }
    hold = Hold(**facts)
    session.add(hold)
    session.flush()
    return hold


def make_payout(session, *, support_request=None, **overrides):
    """Make a payout of 41.65 EUR that is due by hand, for the provider of a request that is closed."""
    support_request = support_request or make_request(session, status="closed")
    facts = {
        "payee_id": support_request.provider_id,
        "subject_id": support_request.id,
        "purpose": PURPOSE,
        "currency": support_request.currency,
        "amount_minor": 4165,
        "method": PayoutMethod.BY_HAND,
        "created_at": NOON,
        **overrides,
    }
    if "hold_id" not in facts:
        settled = {"status": HoldStatus.SETTLED, "captured_minor": 4900}
        facts["hold_id"] = make_hold(session, support_request=support_request, **settled).id
        terms = {"commission_percent": 15, "tax_rate": 0, "commission_tax_rate": 0}
        session.add(Settlement(hold_id=facts["hold_id"], payee_id=facts["payee_id"], at=NOON, **terms))
    payout = Payout(**facts)
    session.add(payout)
    session.flush()
    return payout


def make_refund(session, *, hold, **overrides):
    """Make a refund of 10 EUR of a hold, that Stripe is to be asked for."""
    facts = {
        "hold_id": hold.id,
        "currency": hold.currency,
        "amount_minor": 1000,
        "cause": RefundCause.GOODWILL,
        "created_at": NOON,
        **overrides,
    }
    refund = Refund(**facts)
    session.add(refund)
    session.flush()
    return refund


def make_chargeback(session, *, hold=None, payment=None, **overrides):
    """Make a chargeback of all of a hold, or of a payment for a period, that waits for the vendor's answer."""
    facts = {
        "hold_id": hold and hold.id,
        "payment_id": payment and payment.id,
        "stripe_dispute_id": f"dp_{hold.id}" if hold else f"dp_period_{payment.id}",
        "currency": (hold or payment).currency,
        "amount_minor": hold.captured_minor if hold else payment.amount_minor,
        "reason": "fraudulent",
        "created_at": NOON,
        **overrides,
    }
    if facts.get("status") == ChargebackStatus.LOST:  # All of it was kept until then.
        facts = {"taken_minor": facts["amount_minor"], "from_kept_minor": facts["amount_minor"], **facts}
    chargeback = Chargeback(**facts)
    session.add(chargeback)
    session.flush()
    return chargeback


def make_clawback(session, *, payout, refund, **overrides):
    """Make what a payee is to give back of a payout, 5 EUR, for a refund."""
    facts = {
        "payout_id": payout.id,
        "payee_id": payout.payee_id,
        "refund_id": refund.id,
        "currency": payout.currency,
        "amount_minor": 500,
        "created_at": NOON,
        **overrides,
    }
    clawback = Clawback(**facts)
    session.add(clawback)
    session.flush()
    return clawback


def make_card(session, *, person_id, **overrides):
    """Make a card that somebody has saved; it may be used while they are away."""
    if session.get(Payer, person_id) is None:
        customer = {"key": f"payer:{person_id}:1", "keyed_at": NOON, "stripe_customer_id": f"cus_{person_id}"}
        session.add(Payer(person_id=person_id, **customer))
        session.flush()
    facts = {
        "person_id": person_id,
        "stripe_id": f"pm_{person_id}",
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2040,
        "may_renew": True,
        "saved_at": NOON,
        **overrides,
    }
    card = SavedCard(**facts)
    session.add(card)
    session.flush()
    return card
