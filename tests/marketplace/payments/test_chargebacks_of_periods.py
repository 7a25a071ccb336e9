"""Banks that take back what was paid for a period: booked, answered, decided, and both books say the same."""

import pytest

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import (
    AccountKind,
    ChargebackOpen,
    ChargebackStatus,
    CoveredByBank,
    EndReason,
    RefundStatus,
    SubscriptionStatus,
)
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.payments import make_chargeback
from tests.factories.subscribing import DAY, Subscriber, make_period_payment, make_running_subscription


@pytest.fixture
def payer(till):
    return Subscriber(till)


def dispute(till, payer, subscription_id, minor=None, lever="dispute"):
    """Let the payer's bank take the last period back, or a part of it; gives Stripe's id."""
    given = {"reason": "general"} | ({"amount": minor} if minor else {})
    dispute_id = till.pull(payer.payments(subscription_id)[-1].charge_id, lever, **given)["id"]
    till.work()
    return dispute_id


def test_what_a_bank_takes_back_of_a_period_is_booked_and_stands_on_the_desk(till, payer):
    one = payer.begun()
    dispute_id = dispute(till, payer, one)
    chargeback = till.chargeback(dispute_id)
    assert (chargeback.hold_id, chargeback.payment_id) == (None, payer.payments(one)[0].id)
    assert (chargeback.status, chargeback.taken_minor) == (ChargebackStatus.NEEDS_RESPONSE, 11900)
    assert chargeback.about.description == "Cover"
    assert till.booked(AccountKind.DISPUTE_RECEIVABLE) == 11900
    assert [row.id for row in queries.chargebacks_to_decide(reading())] == [chargeback.id]
    assert payer.row(one).status is SubscriptionStatus.ACTIVE
    assert not queries.unexplained(reading())


def test_a_period_that_is_won_stays_paid(till, payer):
    one = payer.begun()
    dispute_id = dispute(till, payer, one)
    till.answer(dispute_id, "winning_evidence")
    till.work()
    till.wait(DAY)
    till.work()
    assert till.chargeback(dispute_id).status is ChargebackStatus.WON
    assert till.booked(AccountKind.DISPUTE_RECEIVABLE) == 0
    assert payer.row(one).status is SubscriptionStatus.ACTIVE
    assert queries.refundable(reading(), payer.row(one)).minor > 0


def test_a_period_that_is_lost_comes_out_of_what_is_not_earned_and_ends_it(till, payer):
    one = payer.begun()
    payer.wait(10 * DAY)
    dispute_id = dispute(till, payer, one)
    till.decide(dispute_id, "lose")
    chargeback, [payment] = till.chargeback(dispute_id), payer.payments(one)
    assert chargeback.status is ChargebackStatus.LOST
    assert chargeback.from_kept_minor + chargeback.loss_minor == 11900
    assert 0 < chargeback.loss_minor < 11900
    assert chargeback.loss_minor >= payment.earned_minor
    assert (payment.refunded_minor, payment.refunded_tax_minor) == (chargeback.from_kept_minor, chargeback.tax_minor)
    assert till.booked(AccountKind.DEFERRED, one) == 0
    assert till.booked(AccountKind.DISPUTE_LOSSES) == chargeback.loss_minor
    row = payer.row(one)
    assert (row.status, row.end_reason) == (SubscriptionStatus.ENDED, EndReason.DISPUTED)
    assert payer.stand_in.client().v1.subscriptions.retrieve(row.stripe_subscription_id).status == "canceled"


def test_a_part_that_is_lost_leaves_the_rest_earned(till, payer):
    one = payer.begun()
    till.decide(dispute(till, payer, one, 2000), "lose")
    [payment] = payer.payments(one)
    assert payment.refunded_minor == 2000
    assert payment.paid.unearned.minor == 0
    assert till.booked(AccountKind.DISPUTE_LOSSES) == 0


def test_what_is_earned_long_ago_is_lost_by_the_vendor_alone(till, payer):
    one = payer.begun()
    payer.go_to_renewal(one)
    first = payer.payments(one)[0]
    dispute_id = till.pull(first.charge_id, "dispute", reason="general")["id"]
    till.work()
    till.decide(dispute_id, "lose")
    chargeback = till.chargeback(dispute_id)
    assert (chargeback.from_kept_minor, chargeback.loss_minor) == (0, 11900)


def test_nothing_is_given_back_of_what_a_bank_decides_about(till, payer):
    one = payer.begun()
    dispute_id = dispute(till, payer, one)
    assert queries.refundable_at(reading(), payer.row(one), utcnow()).minor == 0
    payer.cancel(one, at_end=False)
    till.work()
    [payment] = payer.payments(one)
    assert (payment.earned_minor, payment.refunded_minor) == (0, 0), "it waits for the bank"
    till.check()
    till.decide(dispute_id, "lose")
    assert till.chargeback(dispute_id).loss_minor == 0
    assert till.booked(AccountKind.DEFERRED, one) == 0


def test_what_a_bank_leaves_is_earned_though_it_was_cancelled_meanwhile(till, payer):
    one = payer.begun()
    dispute_id = dispute(till, payer, one)
    payer.cancel(one, at_end=False)
    till.work()
    till.decide(dispute_id, "win")
    [payment] = payer.payments(one)
    assert (payment.earned_minor, payment.paid.unearned.minor) == (10000, 0)


def test_nothing_is_earned_of_the_time_in_which_a_bank_decides_and_that_is_lost(till, payer):
    one = payer.begun()
    payer.wait(10 * DAY)
    earned = payer.payments(one)[0].earned_minor
    dispute_id = dispute(till, payer, one)
    payer.wait(3 * DAY)
    assert payer.payments(one)[0].earned_minor == earned == 10000 * 10 // 31
    till.check()
    till.decide(dispute_id, "lose")
    chargeback, [payment] = till.chargeback(dispute_id), payer.payments(one)
    assert chargeback.from_kept_minor + chargeback.loss_minor == 11900
    assert (chargeback.from_kept_minor, payment.paid.unearned.minor) == (payment.refunded_minor, 0)
    assert 0 <= payment.earned_minor - earned <= 1, "a cent may be left when tax is shared"
    assert till.booked(AccountKind.EARNED) == payment.earned_minor
    assert till.booked(AccountKind.TAX_PAYABLE) == 1900 - chargeback.tax_minor


def test_what_is_won_is_earned_with_the_time_as_if_nothing_had_been(till, payer):
    one = payer.begun()
    payer.wait(10 * DAY)
    dispute_id = dispute(till, payer, one)
    payer.wait(3 * DAY)
    till.decide(dispute_id, "win")
    assert payer.payments(one)[0].earned_minor == 10000 * 13 // 31
    payer.wait(5 * DAY)
    assert payer.payments(one)[0].earned_minor == 10000 * 18 // 31


def test_a_renewal_earns_nothing_while_a_bank_decides_about_the_period_before(till, payer):
    one = payer.begun()
    payer.wait(30 * DAY)
    dispute_id = dispute(till, payer, one)
    payer.go_to_renewal(one)
    payer.wait(4 * DAY)
    first, second = payer.payments(one)
    assert (first.earned_minor, second.earned_minor) == (10000 * 30 // 31, 0)
    assert queries.refundable_at(reading(), payer.row(one), utcnow()).minor == 11900
    till.check()
    till.decide(dispute_id, "win")
    first, second = payer.payments(one)
    assert first.earned_minor == 10000
    assert second.earned_minor > 0


def came_back(till, payer, minor):
    """Let a period end at once, and what goes back of it come back; gives the subscription and the refund."""
    one = payer.begun()
    payer.cancel(one, at_end=False, refund=minor)
    till.work()
    [refund] = payer.refunds(one)
    till.pull(refund.stripe_refund_id, "fail", reason="lost_or_stolen_card")
    till.work()
    return one, payer.refunds(one)[0]


def pay_by_hand(till, refund):
    """Pay a refund from the vendor's bank."""
    with transaction() as session:
        commands.pay_period_back_by_hand(session, refund.id, reference="HR 1", by=till.finance_id, now=utcnow())


def test_a_refund_that_came_back_and_that_a_bank_has_given_is_not_paid_by_hand(till, payer):
    one, refund = came_back(till, payer, 5000)
    assert refund.status is RefundStatus.FAILED
    dispute_id = dispute(till, payer, one)
    till.decide(dispute_id, "lose")
    chargeback, [refund] = till.chargeback(dispute_id), payer.refunds(one)
    assert (refund.status, refund.left.minor, refund.left_tax.minor) == (RefundStatus.COVERED, 0, 0)
    assert (chargeback.from_refunds_minor, chargeback.loss_minor) == (5000, 6900)
    assert till.booked(AccountKind.DEFERRED, one) == 0
    assert not queries.period_refunds_to_pay_by_hand(reading())
    with pytest.raises(CoveredByBank):
        pay_by_hand(till, refund)


def test_of_a_refund_of_which_a_bank_has_given_a_part_only_the_rest_is_paid_by_hand(till, payer):
    one, _refund = came_back(till, payer, 5000)
    till.decide(dispute(till, payer, one, 2001), "lose")
    [refund] = payer.refunds(one)
    assert (refund.status, refund.left.minor) == (RefundStatus.FAILED, 2999)
    assert refund.lost_tax_minor == 2001 * refund.tax_minor // 5000
    pay_by_hand(till, refund)
    assert till.booked(AccountKind.BANK) == -2999
    assert till.booked(AccountKind.DEFERRED, one) == 0


def test_a_refund_that_comes_back_after_a_bank_has_given_it_makes_the_loss_good(till, payer):
    one = payer.begun()
    payer.cancel(one, at_end=False, refund=5000)
    till.work()
    dispute_id = dispute(till, payer, one)
    till.decide(dispute_id, "lose")
    loss = till.chargeback(dispute_id).loss_minor
    [refund] = payer.refunds(one)
    assert refund.status in {RefundStatus.SENT, RefundStatus.SUCCEEDED}
    till.pull(refund.stripe_refund_id, "fail", reason="lost_or_stolen_card")
    till.work()
    chargeback, [refund] = till.chargeback(dispute_id), payer.refunds(one)
    assert refund.status is RefundStatus.COVERED
    assert (chargeback.from_refunds_minor, chargeback.loss_minor) == (5000, loss - 5000)
    assert till.booked(AccountKind.DISPUTE_LOSSES) == loss - 5000


def early_dispute(till, payer, monkeypatch):
    """Let a bank take back what Stripe knows is paid, and we do not yet; gives the subscription, and Stripe's id.

    Whatever Stripe tells is lost on its way.
    """
    monkeypatch.setattr(till.stand_in._courier, "_send", lambda *_delivery: (True, "200"))
    one = payer.open()
    till.work()
    till.stand_in.pay(payer.row(one).checkout_url)
    [charge] = till.stand_in.client().v1.charges.list().data
    return one, till.pull(charge.id, "dispute", reason="general")["id"], charge


def test_what_a_bank_takes_before_the_payment_is_known_is_found_with_it(till, payer, monkeypatch):
    one, dispute_id, charge = early_dispute(till, payer, monkeypatch)
    about = {"object": "dispute", "id": dispute_id, "charge": charge.id, "payment_intent": charge.payment_intent}
    event = {"id": "evt_early", "type": "charge.dispute.created", "data": {"object": about}}
    with transaction() as session:
        message_id = outbox.enqueue(session, commands.EVENT, at=utcnow(), event=event, account_id=None)
    assert outbox.deliver_now(message_id), "it is applied, and there is nothing that it could be about"
    assert not queries.chargebacks_to_decide(reading())
    payer.look(one)
    assert till.chargeback(dispute_id).payment_id == payer.payments(one)[0].id
    assert till.booked(AccountKind.DISPUTE_RECEIVABLE) == 11900


def test_no_event_has_to_come_for_that(till, payer, monkeypatch):
    one, dispute_id, _charge = early_dispute(till, payer, monkeypatch)
    payer.look(one)
    assert till.chargeback(dispute_id).payment_id == payer.payments(one)[0].id


def test_a_refund_that_came_back_is_not_paid_by_hand_while_a_bank_decides(till, payer):
    one = payer.begun()
    payer.cancel(one, at_end=False, refund=5000)
    dispute_id = dispute(till, payer, one)
    [refund] = payer.refunds(one)
    if refund.status is not RefundStatus.FAILED:
        till.pull(refund.stripe_refund_id, "fail", reason="lost_or_stolen_card")
        till.work()
    with pytest.raises(ChargebackOpen), transaction() as session:
        commands.pay_period_back_by_hand(session, refund.id, reference="HR 1", by=till.finance_id, now=utcnow())
    till.decide(dispute_id, "win")
    with transaction() as session:
        commands.pay_period_back_by_hand(session, refund.id, reference="HR 1", by=till.finance_id, now=utcnow())


def test_a_question_takes_nothing_and_may_become_a_chargeback(till, payer):
    one = payer.begun()
    dispute_id = dispute(till, payer, one, lever="inquire")
    assert till.chargeback(dispute_id).status is ChargebackStatus.INQUIRY
    assert till.booked(AccountKind.DISPUTE_RECEIVABLE) == 0
    till.decide(dispute_id, "escalate")
    assert till.chargeback(dispute_id).status is ChargebackStatus.NEEDS_RESPONSE
    assert till.booked(AccountKind.DISPUTE_RECEIVABLE) == 11900
    till.decide(dispute_id, "win")


def test_the_same_news_twice_are_booked_once(till, payer):
    one = payer.begun()
    dispute_id = dispute(till, payer, one)
    told = gateway().dispute(dispute_id)
    with transaction() as session:
        commands.apply_period_dispute(session, payer.payments(one)[0].id, told, now=utcnow())
    assert till.booked(AccountKind.DISPUTE_RECEIVABLE) == 11900
    till.decide(dispute_id, "win")


def test_finance_finds_it_on_the_desk_answers_and_follows_it(app, client):
    with transaction() as session:
        running = make_running_subscription(session)
        payment = make_period_payment(session, running)
        lost = {"from_kept_minor": 5000, "tax_minor": 798, "loss_minor": 6900, "ended_at": NOON}
        status = ChargebackStatus.LOST
        make_chargeback(session, payment=payment, stripe_dispute_id="dp_2", status=status, **lost)
        chargeback_id = make_chargeback(session, payment=payment).id
        finance = make_staff(session, "finance")
    client.sign_in(finance)
    assert f"/vendor/money/chargebacks/{chargeback_id}" in client.get("/vendor/money").text
    page = client.get("/vendor/money/subjects/test/2").text
    assert "Refunds and chargebacks" in page
    assert f"/vendor/money/chargebacks/{chargeback_id}" in page
    assert "What was paid for a time to come" in client.get(f"/vendor/money/chargebacks/{chargeback_id - 1}").text
    assert "/vendor/money/subjects/test/2" in client.get(f"/vendor/money/chargebacks/{chargeback_id}").text
    answer = client.post(f"/vendor/money/chargebacks/{chargeback_id}", data={"evidence": "They used it."})
    assert answer.status_code == 302
    reading().rollback()
    assert queries.chargeback(reading(), chargeback_id).evidence == "They used it."
