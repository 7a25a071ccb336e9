"""Banks that take payments back: what is frozen, who bears it, and what goes on when the last one has decided."""

import pytest

from marketplace.kernel.database import reading
from marketplace.kernel.errors import Conflict
from marketplace.payments import queries, selfchecks
from marketplace.payments.rules import (
    AccountKind,
    ChargebackOpen,
    ChargebackStatus,
    ClawbackStatus,
    CoveredByBank,
    HoldStatus,
    PayoutStatus,
    RefundCause,
    RefundStatus,
)
from tests.factories import DAY
from tests.factories.till import reserve


def test_payouts_thaw_when_the_last_of_two_chargebacks_is_won(till):
    payee_id = till.payee(with_account=False)
    hold_id = till.settled(payee_id)
    first, second = till.dispute(hold_id, 3000), till.dispute(hold_id, 2000)
    assert till.payouts(hold_id).share.status is PayoutStatus.FROZEN
    till.decide(first, "win")
    assert till.chargeback(first).status is ChargebackStatus.WON
    assert till.payouts(hold_id).share.status is PayoutStatus.FROZEN
    till.decide(second, "win")
    assert till.payouts(hold_id).share.status is PayoutStatus.DUE
    till.pay_by_hand(till.payouts(hold_id).share.id)


def test_a_reserve_waits_again_until_its_day(till):
    payee_id = till.payee()
    hold_id = till.settled(payee_id, reserve=reserve(percent=50, days=30))
    dispute_id = till.dispute(hold_id)
    assert till.payouts(hold_id).reserve.status is PayoutStatus.FROZEN
    assert till.booked(AccountKind.PARTNER_RESERVE, payee_id) == 4000
    till.decide(dispute_id, "win")
    assert till.payouts(hold_id).reserve.status is PayoutStatus.WAITING
    till.wait(29 * DAY)
    till.release_reserves()
    assert till.payouts(hold_id).reserve.status is PayoutStatus.WAITING
    till.wait(DAY)
    till.release_reserves()
    assert till.payouts(hold_id).reserve.status is PayoutStatus.PAID
    assert till.booked(AccountKind.PARTNER_RESERVE, payee_id) == 0


def test_a_reserve_whose_day_comes_while_it_is_frozen_is_paid_after_it(till):
    payee_id = till.payee()
    hold_id = till.settled(payee_id, reserve=reserve(percent=50, days=3))
    dispute_id = till.dispute(hold_id)
    till.wait(4 * DAY)
    till.release_reserves()
    assert till.payouts(hold_id).reserve.status is PayoutStatus.FROZEN
    till.decide(dispute_id, "win")
    assert till.payouts(hold_id).reserve.status is PayoutStatus.PAID


def test_a_lost_chargeback_takes_the_frozen_reserve_first(till):
    payee_id = till.payee()
    hold_id = till.settled(payee_id, reserve=reserve(percent=50, days=30))
    dispute_id = till.dispute(hold_id, 5000)
    till.decide(dispute_id, "lose")
    found = till.payouts(hold_id)
    assert found.reserve.status is PayoutStatus.CANCELLED
    assert (found.share.status, found.share.clawed_back_minor) == (PayoutStatus.PAID, 0)
    assert till.booked(AccountKind.PARTNER_RESERVE, payee_id) == 0


def test_a_lost_chargeback_of_a_shared_payment_is_borne_as_it_was_shared(till):
    payee_id = till.payee()
    hold_id = till.settled(payee_id)
    till.decide(till.dispute(hold_id), "lose")
    assert till.hold(hold_id).kept.minor == 0
    assert [one.status for one in till.clawbacks(hold_id)] == [ClawbackStatus.REVERSED]
    assert till.booked(AccountKind.COMMISSION) == 0
    assert till.booked(AccountKind.DISPUTE_LOSSES) == 0


def test_what_had_gone_back_before_is_the_vendors_loss(till):
    hold_id = till.taken()
    dispute_id = till.dispute(hold_id)
    till.decide(dispute_id, "win")
    till.refund(hold_id, 4000)
    till.work()
    second = till.dispute(hold_id, 6000)
    till.decide(second, "lose")
    lost = till.chargeback(second)
    assert (lost.from_refunds_minor, lost.from_kept_minor, lost.loss_minor) == (0, 6000, 0)
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0


# Refunds and chargebacks of the same money


def came_back(till, minor=None):
    """Refund a payment; the bank sends the refund back."""
    hold_id = till.taken()
    refund_id = till.refund(hold_id, minor)
    till.work()
    till.pull(till.refund_row(refund_id).stripe_refund_id, "fail", reason="lost_or_stolen_card")
    till.work()
    return hold_id, refund_id


def test_a_refund_that_came_back_is_not_paid_by_hand_while_a_bank_takes_the_same_money(till):
    hold_id, refund_id = came_back(till)
    dispute_id = till.dispute(hold_id)
    with pytest.raises(ChargebackOpen):
        till.pay_back_by_hand(refund_id)
    till.decide(dispute_id, "win")
    till.pay_back_by_hand(refund_id)
    assert till.refund_row(refund_id).status is RefundStatus.PAID_BY_HAND


def test_a_refund_that_came_back_is_not_paid_by_hand_after_the_bank_has_given_it(till):
    hold_id, refund_id = came_back(till)
    till.decide(till.dispute(hold_id), "lose")
    assert till.refund_row(refund_id).status is RefundStatus.COVERED
    with pytest.raises(CoveredByBank):
        till.pay_back_by_hand(refund_id)
    assert till.booked(AccountKind.BANK) == 0
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0
    assert till.booked(AccountKind.DISPUTE_LOSSES) == 0


def test_only_what_the_bank_has_not_given_is_paid_by_hand(till):
    hold_id, refund_id = came_back(till, 6000)
    till.decide(till.dispute(hold_id, 2500), "lose")
    assert till.refund_row(refund_id).left.minor == 3500
    till.pay_back_by_hand(refund_id)
    assert till.booked(AccountKind.BANK) == -3500
    assert till.hold(hold_id).kept.minor == 4000


def test_a_refund_that_comes_back_after_a_lost_chargeback_makes_the_loss_good(till):
    payee_id = till.payee()
    hold_id = till.settled(payee_id)
    refund_id = till.refund(hold_id)  # Stripe is to be asked; the bank is faster.
    dispute_id = till.pull(till.hold(hold_id).charge_id, "dispute", reason="general")["id"]
    till.pull(dispute_id, "lose")
    till.work()
    assert till.refund_row(refund_id).status is RefundStatus.COVERED
    assert till.chargeback(dispute_id).status is ChargebackStatus.LOST
    assert till.booked(AccountKind.DISPUTE_LOSSES) == 0
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0


@pytest.mark.parametrize(("lever", "status"), [("win", RefundStatus.SUCCEEDED), ("lose", RefundStatus.COVERED)])
def test_what_the_end_of_a_job_makes_due_waits_for_the_bank(till, lever, status):
    payee_id = till.payee()
    hold_id = till.taken()
    dispute_id = till.dispute(hold_id)
    refund_id = till.refund(hold_id, 7000, cause=RefundCause.UNUSED)
    till.settle(hold_id, payee_id)
    till.work()
    assert till.refund_row(refund_id).status is RefundStatus.WAITING
    assert till.payouts(hold_id).share.status is PayoutStatus.FROZEN
    till.check()
    till.decide(dispute_id, lever)
    assert till.refund_row(refund_id).status is status
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0
    expected = PayoutStatus.PAID if lever == "win" else PayoutStatus.CANCELLED
    assert till.payouts(hold_id).share.status is expected


def test_a_refund_waits_for_the_last_bank_and_gives_what_the_others_did_not(till):
    hold_id = till.taken()
    first, second = till.dispute(hold_id, 3000), till.dispute(hold_id, 2000)
    refund_id = till.refund(hold_id, cause=RefundCause.ENDED)
    assert till.hold(hold_id).status is HoldStatus.REFUNDING
    till.decide(first, "lose")
    assert till.refund_row(refund_id).status is RefundStatus.WAITING
    till.decide(second, "win")
    refund = till.refund_row(refund_id)
    assert (refund.status, refund.left.minor) == (RefundStatus.SUCCEEDED, 7000)
    assert till.hold(hold_id).status is HoldStatus.REFUNDED


def test_goodwill_does_not_wait(till):
    hold_id = till.taken()
    till.dispute(hold_id)
    with pytest.raises(ChargebackOpen):
        till.refund(hold_id, 1000, cause=RefundCause.GOODWILL)


# Questions of banks


@pytest.fixture
def asked(till):
    """A payment that was shared, of which a reserve waits, and about which a bank asks."""
    hold_id = till.settled(till.payee(), reserve=reserve(percent=50, days=30))
    return hold_id, till.dispute(hold_id, lever="inquire")


def test_a_question_of_a_bank_takes_and_freezes_nothing(till, asked):
    hold_id, dispute_id = asked
    question = till.chargeback(dispute_id)
    assert (question.status, question.taken_minor, question.takes_answer) == (ChargebackStatus.INQUIRY, 0, True)
    assert till.payouts(hold_id).reserve.status is PayoutStatus.WAITING
    assert [one.id for one in queries.chargebacks_to_decide(reading())] == [question.id]


def test_a_question_is_answered_once_and_closed(till, asked):
    _hold_id, dispute_id = asked
    till.answer(dispute_id)
    till.work()
    assert till.chargeback(dispute_id).status is ChargebackStatus.INQUIRY_ANSWERED
    with pytest.raises(Conflict):
        till.answer(dispute_id)
    till.decide(dispute_id, "drop")
    assert till.chargeback(dispute_id).status is ChargebackStatus.INQUIRY_CLOSED
    assert queries.chargebacks_to_decide(reading()) == []


def test_a_question_becomes_a_chargeback_that_takes_another_answer(till, asked):
    hold_id, dispute_id = asked
    till.answer(dispute_id, "It was for help.")
    till.work()
    till.decide(dispute_id, "escalate")
    escalated = till.chargeback(dispute_id)
    assert (escalated.status, escalated.inquiry_evidence) == (ChargebackStatus.NEEDS_RESPONSE, "It was for help.")
    assert (escalated.taken_minor, escalated.takes_answer) == (10000, True)
    assert till.payouts(hold_id).reserve.status is PayoutStatus.FROZEN
    till.answer(dispute_id, "They confirmed it.")
    till.work()
    assert till.chargeback(dispute_id).status is ChargebackStatus.UNDER_REVIEW
    till.decide(dispute_id, "win")
    assert till.payouts(hold_id).reserve.status is PayoutStatus.WAITING


def test_a_question_is_ended_by_giving_the_payment_back(till, asked):
    hold_id, dispute_id = asked
    till.refund(hold_id)
    till.work()
    assert till.hold(hold_id).kept.minor == 0
    assert till.chargeback(dispute_id).status is ChargebackStatus.INQUIRY_CLOSED


def test_all_that_a_bank_did_is_heard_at_once(till):
    hold_id = till.settled(till.payee(with_account=False))
    dispute_id = till.pull(till.hold(hold_id).charge_id, "inquire", reason="general")["id"]
    till.pull(dispute_id, "escalate")
    till.pull(dispute_id, "lose")
    till.work()
    lost = till.chargeback(dispute_id)
    assert (lost.status, lost.taken_minor, lost.from_kept_minor) == (ChargebackStatus.LOST, 10000, 10000)
    assert till.payouts(hold_id).share.status is PayoutStatus.CANCELLED


# What the self-checks promise


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"taken_minor": 9999}, "was taken"), ({"returned_minor": 1}, "came back")],
)
def test_a_cent_that_a_decided_chargeback_did_not_move_is_told(till, changes, words):
    dispute_id = till.dispute(till.taken())
    till.decide(dispute_id, "lose")
    told = till.with_changed(till.chargeback(dispute_id), changes, selfchecks.chargebacks_that_moved_something_else)
    assert len(told) == 1
    assert words in told[0]


def test_a_cent_between_chargebacks_and_ledger_is_told(till):
    dispute_id = till.dispute(till.taken())
    check = selfchecks.chargebacks_that_disagree_with_the_ledger
    [told] = till.with_changed(till.chargeback(dispute_id), {"taken_minor": 9999}, check)
    assert "10000 EUR" in told
    till.decide(dispute_id, "lose")
    changes = {"from_kept_minor": 9999, "loss_minor": 1}
    assert len(till.with_changed(till.chargeback(dispute_id), changes, check)) == 1
    assert len(till.with_changed(till.chargeback(dispute_id), changes, selfchecks.losses_that_disagree_with_holds)) == 1


def test_a_refund_that_waits_for_no_bank_is_told(till):
    hold_id = till.taken()
    dispute_id = till.dispute(hold_id)
    refund_id = till.refund(hold_id, 1000, cause=RefundCause.UNUSED)
    won = {"status": ChargebackStatus.WON}
    [told] = till.with_changed(till.chargeback(dispute_id), won, selfchecks.refunds_that_wait_for_nothing)
    assert told.startswith(f"refund {refund_id} ")
