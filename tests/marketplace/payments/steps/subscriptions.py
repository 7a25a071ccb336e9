"""What payers, the site and banks do with what is paid by the period."""

from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.money import smallest_step
from marketplace.payments import commands, queries
from marketplace.payments.rules import OPEN_CHARGEBACKS, OVER, ChangeMoment, Interval, RefundStatus, SubscriptionStatus
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.subscribing import Subscriber
from tests.marketplace.payments.life import CURRENCIES, UNITS
from tests.marketplace.payments.rows import rows
from tests.marketplace.payments.steps.banks import DecidingSteps, ways_to_take
from tests.marketplace.payments.steps.machine import at_once, needs, part_of, percent, which
from tests.marketplace.payments.truths import assert_all_is_earned_or_given_back

SUBSCRIPTIONS_MAX = 3
ENDINGS_MAX, CHARGEBACKS_MAX = 4, 2
RUNNING = {SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE}
NOT_PAID_YET = {SubscriptionStatus.OPENING, SubscriptionStatus.AWAITING}
CARDS = {
    "pays": "4242424242424242",
    "declined": "4000000000000002",
    "declined from the next time on": "4000000000000341",
    "asks at first": "4000002500003155",
    "asks each time": "4000002760003184",
    "refund fails later": "4000000000005126",
}
NEW_YEARS_EVE, LEAP_DAY = datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)
days = st.sampled_from([NOON, NEW_YEARS_EVE, LEAP_DAY])


class PeriodSteps(DecidingSteps):
    """Periods are paid or not, end, are taken back by banks, and what goes back of them arrives or does not."""

    @needs("subscription", status={SubscriptionStatus.AWAITING})
    @rule(which=which, card=st.sampled_from(list(CARDS)), confirms=at_once, at_once=at_once)
    def the_first_period_is_paid(self, which, card, confirms, at_once):
        subscription = self.one(which, "subscription", status={SubscriptionStatus.AWAITING})
        self.act(lambda: self.life.pay(subscription, CARDS[card], confirms=confirms), at_once=at_once)

    @needs("subscription", status=RUNNING)
    @rule(which=which, lever=st.sampled_from(["fail_next", "ask_next"]))
    def the_bank_will_not_just_pay(self, which, lever):
        subscription = self.one(which, "subscription", status=RUNNING)
        self.life.pull(subscription.stripe_subscription_id, lever)

    @needs("subscription", status={SubscriptionStatus.PAST_DUE})
    @rule(which=which, at_once=at_once)
    def what_is_missing_is_tried_again(self, which, at_once):
        subscription = self.one(which, "subscription", status={SubscriptionStatus.PAST_DUE})
        for invoice_id in self.life.unpaid(subscription.stripe_subscription_id):
            self.act(lambda invoice_id=invoice_id: self.life.pull(invoice_id, "try_now"), at_once=at_once)

    @needs("subscription", status=RUNNING)
    @rule(which=which, later=st.sampled_from([-MINUTE, MINUTE, 2 * HOUR, 2 * DAY]), at_once=at_once)
    def a_period_ends(self, which, later, at_once):
        """The next one is charged an hour later."""
        subscription = self.one(which, "subscription", status=RUNNING)
        self.life.wait(max(subscription.period_end - utcnow() + later, MINUTE))
        self.act(self.life.keep_house, at_once=at_once)

    @needs("period_refund", status={RefundStatus.SENT, RefundStatus.SUCCEEDED})
    @rule(which=which, at_once=at_once)
    def the_refund_of_a_period_comes_back(self, which, at_once):
        refund = self.one(which, "period_refund", status={RefundStatus.SENT, RefundStatus.SUCCEEDED})
        self.act(lambda: self.life.pull(refund.stripe_refund_id, "fail", reason="unknown"), at_once=at_once)

    @needs("period_refund", status={RefundStatus.FAILED})
    @rule(which=which)
    def the_refund_of_a_period_is_paid_by_hand(self, which):
        refund = self.one(which, "period_refund", status={RefundStatus.FAILED})
        by_hand = {"reference": "R", "by": self.life.staff_id}
        self.act(lambda: self.life.do(commands.pay_period_back_by_hand, refund.id, **by_hand))

    @precondition(lambda self: self.rows["period_payment"] and len(self.rows["chargeback"]) < CHARGEBACKS_MAX)
    @rule(which=which, how=ways_to_take, percent=percent | st.just(100), at_once=at_once)
    def a_bank_takes_a_period_back_or_asks(self, which, how, percent, at_once):
        paid = self.one(which, "period_payment")
        amount = part_of(paid.amount_minor, paid.currency, percent).minor
        self.act(lambda: self.life.pull(paid.charge_id, how, reason="fraudulent", amount=amount), at_once=at_once)

    def end(self):
        """Let banks decide and everything run out, and assert what is true of it then."""
        for one in self.found("chargeback", status=OPEN_CHARGEBACKS):
            self.life.pull(one.stripe_dispute_id, "win" if one.id % 2 else "lose")
        self.rest()
        for _round in range(ENDINGS_MAX):
            if all(one.status in OVER for one in self.rows["subscription"]):
                break
            running = self.found("subscription", status=RUNNING)
            for one in running:
                at_end = one.status is SubscriptionStatus.ACTIVE
                self.life.do(commands.cancel_subscription, one.id, at_end=at_end)
            self.life.drain()
            ends_at = max([utcnow(), *(one.period_end for one in running)])
            self.life.wait(ends_at - utcnow() + 2 * DAY)  # Pages that nobody has paid on are closed by then, too.
            self.rest()
        assert_all_is_earned_or_given_back(self.rows)


class SubscriptionSteps(PeriodSteps):
    """Subscriptions are opened, changed and ended."""

    def __init__(self, *arguments, **how):
        """Begin with somebody who pays by the period."""
        super().__init__(*arguments, **how)
        self.payer = Subscriber(self.life)

    @initialize(day=days)
    def it_begins_on_any_day(self, day):
        self.life.wait(day - utcnow())

    @precondition(lambda self: len(self.rows["subscription"]) < SUBSCRIPTIONS_MAX)
    @rule(
        steps=st.integers(10, 1000),
        currency=st.sampled_from(CURRENCIES),
        interval=st.sampled_from([Interval.MONTH, Interval.MONTH, Interval.YEAR]),
        tax_rate=st.sampled_from([0, 700, 1900]),
        pays=at_once,
    )
    def somebody_subscribes(self, steps, currency, interval, tax_rate, pays):
        minor = steps * smallest_step(currency) * UNITS[currency]
        self.act(lambda: self.payer.open(minor, currency, interval=interval, tax_rate=tax_rate), at_once=pays)
        subscription = rows()["subscription"][-1]
        if pays and subscription.status is SubscriptionStatus.AWAITING:
            self.act(lambda: self.life.pay(subscription), at_once=True)

    @needs("subscription", status=NOT_PAID_YET)
    @rule(which=which, at_once=at_once)
    def it_is_taken_back(self, which, at_once):
        subscription = self.one(which, "subscription", status=NOT_PAID_YET)
        self.act(lambda: self.payer.take_back(subscription.id), at_once=at_once)

    @needs("subscription", status=RUNNING)
    @rule(which=which, percent=st.integers(20, 300), moment=st.sampled_from(ChangeMoment), at_once=at_once)
    def the_price_changes(self, which, percent, moment, at_once):
        subscription = self.one(which, "subscription", status=RUNNING)
        price = part_of(subscription.price_minor, subscription.currency, percent)
        self.act(lambda: self.payer.change(subscription.id, price.minor, moment), at_once=at_once)

    @needs("subscription", status=RUNNING)
    @rule(which=which, at_once=at_once)
    def it_is_to_end_with_its_period(self, which, at_once):
        subscription = self.one(which, "subscription", status=RUNNING)
        self.act(lambda: self.payer.cancel(subscription.id), at_once=at_once)

    @needs("subscription", status=RUNNING)
    @rule(which=which, at_once=at_once)
    def it_goes_on_after_all(self, which, at_once):
        subscription = self.one(which, "subscription", status=RUNNING)
        self.act(lambda: self.payer.resume(subscription.id), at_once=at_once)

    @needs("subscription", status=RUNNING)
    @rule(which=which, percent=percent | st.just(0) | st.just(100), at_once=at_once)
    def it_ends_at_once(self, which, percent, at_once):
        """A part of what is not earned goes back, or all of it, or nothing."""
        subscription = self.one(which, "subscription", status=RUNNING)
        most = queries.refundable_at(reading(), queries.subscription(reading(), subscription.id), utcnow())
        reading().rollback()
        back = part_of(most.minor, most.currency, percent).minor if percent and most else None
        self.act(lambda: self.payer.cancel(subscription.id, at_end=False, refund=back), at_once=at_once)
