"""Money that goes back: in parts, refused by Stripe, sent back by banks, paid by hand; once, whatever happens."""

from marketplace.payments.rules import AccountKind, HoldStatus, RefundStatus


def test_all_goes_back(till):
    hold_id = till.taken()
    refund_id = till.refund(hold_id)
    assert till.hold(hold_id).status is HoldStatus.REFUNDING
    till.work()
    assert till.hold(hold_id).status is HoldStatus.REFUNDED
    assert till.refund_row(refund_id).status is RefundStatus.SUCCEEDED


def test_parts_go_back_before_and_after_sharing(till):
    payee_id = till.payee()
    hold_id = till.taken()
    till.refund(hold_id, 1500)
    till.settle(hold_id, payee_id)
    till.work()
    till.refund(hold_id, 2500)
    till.work()
    assert till.hold(hold_id).kept.minor == 6000
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0
    assert till.booked(AccountKind.PARTNER_PAYABLE, payee_id) == 0
    assert till.booked(AccountKind.COMMISSION) == 1200


def refused_refund(till, hold_id, minor=None):
    """Refund while the customer's bank has taken the payment already, of which the site has not heard."""
    refund_id = till.refund(hold_id, minor)
    dispute_id = till.pull(till.hold(hold_id).charge_id, "dispute", reason="general")["id"]
    till.work()
    return refund_id, dispute_id


def test_a_hold_ends_when_stripe_refuses_its_last_refund(till):
    hold_id = till.taken()
    refund_id, _dispute_id = refused_refund(till, hold_id)
    refund = till.refund_row(refund_id)
    assert refund.status is RefundStatus.FAILED
    assert "charge_disputed" in refund.failure
    assert till.hold(hold_id).status is HoldStatus.REFUNDED
    assert till.booked(AccountKind.CUSTOMER_HELD) == 10000


def test_a_refund_that_came_back_is_paid_by_hand(till):
    hold_id = till.taken()
    refund_id = till.refund(hold_id)
    till.work()
    till.pull(till.refund_row(refund_id).stripe_refund_id, "fail", reason="lost_or_stolen_card")
    till.work()
    assert till.refund_row(refund_id).status is RefundStatus.FAILED
    assert till.booked(AccountKind.CUSTOMER_HELD) == 10000
    till.pay_back_by_hand(refund_id)
    assert till.refund_row(refund_id).status is RefundStatus.PAID_BY_HAND
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0
