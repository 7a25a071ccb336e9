"""Subscriptions: paid by the period, changed, ended and resumed, and both books say the same afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.kernel.clock import utcnow
from marketplace.kernel.errors import IllegalMove
from marketplace.payments.models import SubscriptionChange
from marketplace.payments.rules import (
    AccountKind,
    ChangeMoment,
    ChangeStatus,
    EndReason,
    Interval,
    MoreThanUnearned,
    NotMoreThanNow,
    NotRunning,
    OneCurrency,
    OtherCurrencyOpen,
    PeriodReason,
    RefundStatus,
    SubscriptionStatus,
)
from tests.factories.subscribing import DAY, Subscriber

NEEDS_OWNER = "4000002760003184"  # The bank asks every time.


@pytest.fixture
def payer(till):
    return Subscriber(till)


def test_whoever_subscribes_has_a_period_that_is_paid(till, payer):
    one = payer.begun()
    row = payer.row(one)
    [payment] = payer.payments(one)
    assert row.status is SubscriptionStatus.ACTIVE
    assert (payment.reason, payment.amount_minor, payment.tax_minor) == (PeriodReason.FIRST, 11900, 1900)
    assert (row.period_start, row.period_end) == (payment.period_start, payment.period_end)
    assert till.booked(AccountKind.DEFERRED, one) == 10000
    assert till.booked(AccountKind.TAX_PAYABLE) == 1900
    assert till.booked(AccountKind.STRIPE_BALANCE) == 11900 - payment.fee_minor


def test_a_renewal_is_another_payment_and_what_is_over_is_earned(till, payer):
    one = payer.begun()
    before = payer.row(one).period_end
    payer.go_to_renewal(one)
    _first, second = payer.payments(one)
    assert (second.reason, second.period_start) == (PeriodReason.RENEWAL, before)
    assert payer.row(one).period_end == second.period_end
    payer.earn()
    assert till.booked(AccountKind.EARNED) == 10000
    assert till.booked(AccountKind.DEFERRED, one) == 10000


def test_each_day_earns_its_part_and_days_that_were_missed_are_made_up_for(till, payer):
    one = payer.begun()
    [payment] = payer.payments(one)
    days = (payment.period_end.date() - payment.period_start.date()).days
    payer.wait(DAY)
    payer.earn()
    payer.earn()
    assert till.booked(AccountKind.EARNED) == 10000 // days
    payer.wait(6 * DAY)
    payer.earn()
    assert till.booked(AccountKind.EARNED) == 10000 * 7 // days


def test_a_card_whose_bank_asks_every_time_begins_on_the_page_and_asks_at_the_renewal(till, payer):
    one = payer.begun(card=NEEDS_OWNER)
    assert payer.row(one).status is SubscriptionStatus.ACTIVE
    payer.pull(one, "ask_next")
    payer.go_to_renewal(one)
    row = payer.row(one)
    assert (row.status, row.needs_action) == (SubscriptionStatus.PAST_DUE, True)
    payer.answer_bank(one)
    row = payer.row(one)
    assert (row.status, row.needs_action, row.action_url) == (SubscriptionStatus.ACTIVE, False, None)
    assert [paid.reason for paid in payer.payments(one)] == [PeriodReason.FIRST, PeriodReason.RENEWAL]


def test_a_renewal_that_fails_is_paid_at_a_later_try(till, payer):
    one = payer.begun()
    payer.pull(one, "fail_next")
    payer.go_to_renewal(one)
    row = payer.row(one)
    assert (row.status, row.needs_action) == (SubscriptionStatus.PAST_DUE, False)
    assert row.action_url
    payer.wait(DAY)
    assert payer.row(one).status is SubscriptionStatus.ACTIVE


def test_a_renewal_that_nobody_pays_ends_it(till, payer):
    one = payer.begun()
    payer.fail_for_good(one)
    payer.go_to_renewal(one)
    for _try in range(5):
        payer.wait(5 * DAY)
    row = payer.row(one)
    assert (row.status, row.end_reason) == (SubscriptionStatus.ENDED, EndReason.UNPAID)
    payer.earn()
    assert till.booked(AccountKind.DEFERRED, one) == 0
    assert payer.unpaid_at_stripe(one) == (), "nobody can pay for it any more"


def test_a_page_that_nobody_pays_on_lapses(till, payer):
    one = payer.open()
    till.work()
    payer.wait(2 * DAY)
    assert payer.row(one).status is SubscriptionStatus.LAPSED


def test_what_is_taken_back_can_not_be_paid(till, payer):
    one = payer.open()
    till.work()
    payer.take_back(one)
    till.work()
    assert payer.row(one).status is SubscriptionStatus.LAPSED
    with pytest.raises(IllegalMove):
        payer.take_back(one)


def test_who_pays_what_was_taken_back_gets_all_of_it_back(till, payer):
    one = payer.open()
    till.work()
    payer.stand_in.pay(payer.row(one).checkout_url)
    payer.take_back(one)
    till.work()
    [payment] = payer.payments(one)
    [refund] = payer.refunds(one)
    assert (refund.amount_minor, refund.status) == (11900, RefundStatus.SUCCEEDED)
    assert (payment.refunded_minor, payment.refunded_tax_minor) == (11900, 1900)
    assert payer.at_stripe(one).is_over
    assert till.booked(AccountKind.DEFERRED, one) == 0


def test_more_is_paid_at_once_and_exactly_what_was_shown(till, payer):
    one = payer.begun()
    payer.wait(10 * DAY)
    shown = payer.preview(one, 23800)
    payer.wait(timedelta(minutes=20))
    change = payer.change(one, 23800, prorated_at=shown.prorated_at)
    till.work()
    first, more = payer.payments(one)
    assert (more.reason, more.amount_minor) == (PeriodReason.CHANGE, shown.due.minor)
    assert (more.period_start, more.period_end) == (shown.prorated_at, first.period_end)
    row = payer.row(one)
    assert (row.price_minor, row.description) == (23800, "More cover")
    assert till.row(SubscriptionChange, change).status is ChangeStatus.DONE
    payer.go_to_renewal(one)
    assert payer.payments(one)[-1].amount_minor == 23800


def test_more_that_is_not_paid_changes_nothing(till, payer):
    one = payer.begun()
    payer.wait(DAY)
    payer.fail_for_good(one)
    change = payer.change(one, 23800)
    till.work()
    row = payer.row(one)
    assert (row.status, row.price_minor) == (SubscriptionStatus.ACTIVE, 11900)
    assert till.row(SubscriptionChange, change).status is ChangeStatus.REFUSED
    assert len(payer.payments(one)) == 1


def test_less_is_paid_from_the_next_period_on(till, payer):
    one = payer.begun()
    payer.change(one, 5950, ChangeMoment.PERIOD_END)
    till.work()
    row = payer.row(one)
    assert (row.price_minor, row.next_price_minor) == (11900, 5950)
    payer.go_to_renewal(one)
    assert [paid.amount_minor for paid in payer.payments(one)] == [11900, 5950]
    row = payer.row(one)
    assert (row.price_minor, row.next_price_minor, row.description) == (5950, None, "More cover")


def test_less_is_refused_at_once(till, payer):
    one = payer.begun()
    with pytest.raises(NotMoreThanNow):
        payer.change(one, 5950)


def test_what_does_not_run_is_not_changed(till, payer):
    one = payer.open()
    with pytest.raises(NotRunning):
        payer.change(one, 23800)
    with pytest.raises(NotRunning):
        payer.resume(one)


def test_it_ends_with_its_period(till, payer):
    one = payer.begun()
    payer.cancel(one)
    till.work()
    assert payer.at_stripe(one).cancels_at == payer.row(one).cancels_at == payer.row(one).period_end
    payer.go_to_renewal(one)
    row = payer.row(one)
    assert (row.status, row.end_reason) == (SubscriptionStatus.ENDED, EndReason.CANCELLED)
    assert till.booked(AccountKind.EARNED) == 10000
    assert len(payer.payments(one)) == 1


def test_it_goes_on_after_all(till, payer):
    one = payer.begun()
    payer.cancel(one)
    payer.resume(one)
    till.work()
    assert payer.at_stripe(one).cancels_at is payer.row(one).cancels_at is None
    payer.go_to_renewal(one)
    assert len(payer.payments(one)) == 2


def test_it_ends_at_once_and_what_is_not_earned_goes_back(till, payer):
    one = payer.begun()
    payer.wait(10 * DAY)
    payer.earn()
    [payment] = payer.payments(one)
    most = payment.refundable.minor
    payer.cancel(one, at_end=False, refund="all")
    assert payer.row(one).status is SubscriptionStatus.ENDED
    till.work()
    [refund] = payer.refunds(one)
    assert (refund.amount_minor, refund.status) == (most, RefundStatus.SUCCEEDED)
    [payment] = payer.payments(one)
    assert payment.earned_minor + refund.amount_minor - refund.tax_minor == 10000
    assert till.booked(AccountKind.DEFERRED, one) == 0
    assert till.booked(AccountKind.TAX_PAYABLE) == 1900 - refund.tax_minor
    assert payer.at_stripe(one).is_over


def test_it_ends_at_once_and_nothing_goes_back(till, payer):
    one = payer.begun()
    payer.cancel(one, at_end=False)
    till.work()
    assert till.booked(AccountKind.EARNED) == 10000
    assert payer.refunds(one) == []


def test_what_is_earned_does_not_go_back(till, payer):
    one = payer.begun()
    payer.wait(10 * DAY)
    with pytest.raises(MoreThanUnearned):
        payer.cancel(one, at_end=False, refund=11900)
    assert payer.row(one).status is SubscriptionStatus.ACTIVE


def test_what_goes_back_is_taken_out_of_the_last_payments_first(till, payer):
    one = payer.begun()
    payer.wait(DAY)
    payer.change(one, 23800)
    till.work()
    first, more = payer.payments(one)
    payer.cancel(one, at_end=False, refund=more.amount_minor + 100)
    till.work()
    assert [refund.amount_minor for refund in payer.refunds(one)] == [more.amount_minor, 100]
    assert first.charge_id != more.charge_id


@pytest.mark.parametrize(
    ("begins", "interval", "ends"),
    [
        (datetime(2028, 2, 29, 12, tzinfo=UTC), Interval.YEAR, ["2029-02-28", "2030-02-28"]),
        (datetime(2028, 1, 31, 12, tzinfo=UTC), Interval.MONTH, ["2028-02-29", "2028-03-31", "2028-04-30"]),
    ],
)
def test_a_period_ends_on_the_day_of_its_beginning_or_the_last_one_before(till, payer, begins, interval, ends):
    till.wait(begins - utcnow())
    one = payer.begun(interval=interval)
    for end in ends:
        assert payer.row(one).period_end.date().isoformat() == end
        payer.go_to_renewal(one)
    payer.earn()
    assert till.booked(AccountKind.EARNED) == 10000 * len(ends)


@pytest.mark.parametrize(("currency", "minor", "step"), [("JPY", 1190, 1), ("KWD", 11900, 10), ("ISK", 1190000, 100)])
def test_every_part_can_be_charged_and_all_add_up(till, payer, currency, minor, step):
    one = payer.begun(minor, currency)
    payer.wait(10 * DAY)
    payer.earn()
    [payment] = payer.payments(one)
    assert payment.earned_minor > 0
    assert payment.earned_minor % step == payment.tax_minor % step == 0
    payer.cancel(one, at_end=False, refund="all")
    till.work()
    assert till.booked(AccountKind.DEFERRED, one, currency) == 0
    [refund] = payer.refunds(one)
    assert refund.amount_minor % step == refund.tax_minor % step == 0


def test_another_currency_is_told_of_before_anything_is_asked(till, payer):
    one = payer.begun()
    with pytest.raises(OneCurrency) as told:
        payer.open(1900, "USD")
    assert "You have paid in EUR" in str(told.value.text)
    payer.cancel(one, at_end=False)
    till.work()
    with pytest.raises(OneCurrency):
        payer.open(1900, "USD")
    assert payer.row(payer.begun(1900, "EUR")).status is SubscriptionStatus.ACTIVE


def test_two_pages_in_two_currencies_are_not_open_at_once(till, payer):
    first = payer.open(1900, "USD")
    till.work()
    payer.open(2900, "USD")
    with pytest.raises(OtherCurrencyOpen) as told:
        payer.open()
    assert "A payment in USD is waiting for you" in str(told.value.text)
    payer.take_back(first)
    payer.take_back(first + 1)
    till.work()
    assert payer.row(payer.begun()).status is SubscriptionStatus.ACTIVE


def test_what_was_paid_too_late_and_given_back_decides_the_currency_too(till, payer):
    first = payer.open(1900, "USD")
    till.work()
    url = payer.row(first).checkout_url
    payer.take_back(first)
    till.stand_in.pay(url)
    till.work()
    assert [one.refunded_minor for one in payer.payments(first)] == [1900]
    with pytest.raises(OneCurrency):
        payer.open()
