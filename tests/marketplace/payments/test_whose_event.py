"""An event is about one payment: one that was renewed, with a card or on a page, is not taken for somebody else's."""

from sqlalchemy import select

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.models import Chargeback, Renewal
from marketplace.payments.rules import RENEW_AHEAD, RefundStatus, RenewalStatus
from tests.factories.subscribing import Subscriber
from tests.factories.till import open_till


def renewed(till):
    """Let a hold come near its end, so that it is renewed with a saved card, or its payer is asked; gives its id."""
    hold_id = till.held()
    till.wait(till.hold(hold_id).capture_before - RENEW_AHEAD - utcnow())
    with transaction() as session:
        commands.renew(session, hold_id, now=utcnow())
    till.work()
    return hold_id


def renewed_by_card(till):
    """Renew a hold with a saved card, without a page; gives its id."""
    till.save_card()
    hold_id = renewed(till)
    [renewal] = renewals(hold_id)
    assert (renewal.status, renewal.checkout_session_id) == (RenewalStatus.DONE, None)
    return hold_id


def renewals(hold_id):
    return reading().scalars(select(Renewal).filter_by(hold_id=hold_id)).all()


def test_what_a_bank_takes_back_of_a_period_is_not_taken_off_a_renewed_hold(till):
    renewed_by_card(till)
    payer = Subscriber(till)
    [payment] = payer.payments(payer.begun())
    dispute_id = till.pull(payment.charge_id, "dispute", reason="general")["id"]
    till.work()
    chargeback = till.chargeback(dispute_id)
    assert (chargeback.hold_id, chargeback.payment_id) == (None, payment.id)


def test_that_the_refund_of_a_period_comes_back_is_heard_beside_a_renewed_hold(till):
    renewed_by_card(till)
    payer = Subscriber(till)
    one = payer.begun()
    payer.cancel(one, at_end=False, refund="all")
    till.work()
    [refund] = payer.refunds(one)
    till.pull(refund.stripe_refund_id, "fail", reason="unknown")
    till.work()
    assert payer.refunds(one)[0].status is RefundStatus.FAILED


def test_what_a_bank_takes_back_of_a_payment_that_is_not_ours_is_not_taken_off_a_renewed_hold(app):
    with open_till(app) as till:
        renewed_by_card(till)
        card = {"payment_method": "pm_card_visa", "payment_method_types": ["card"]}
        stripe = till.stand_in.client().v1
        intent = stripe.payment_intents.create({"amount": 5000, "currency": "eur", "confirm": True, **card})
        till.pull(intent.latest_charge, "dispute", reason="general")
        till.work()
        assert reading().scalars(select(Chargeback)).all() == []


def test_a_renewal_is_found_by_its_payment_alone(till):
    hold_id = renewed_by_card(till)
    [renewal] = renewals(hold_id)
    assert queries.hold_of_renewal(reading(), intent_id=renewal.payment_intent_id).id == hold_id
    assert queries.hold_of_renewal(reading(), intent_id="pi_of_somebody_else") is None


def test_a_renewal_is_found_by_its_page_alone(till):
    hold_id = renewed(till)
    [renewal] = renewals(hold_id)
    assert (renewal.status, renewal.payment_intent_id) == (RenewalStatus.ASKED, None)
    assert queries.hold_of_renewal(reading(), session_id=renewal.checkout_session_id).id == hold_id
    assert queries.hold_of_renewal(reading(), session_id="cs_of_somebody_else") is None
