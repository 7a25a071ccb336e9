"""The life of money in any order, with anything going wrong: what must hold, holds after every step and in the end."""

import logging
import sys

import hypothesis
import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from marketplace.kernel.database import db
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments import commands
from marketplace.payments.rules import (
    ChargebackStatus,
    ClawbackStatus,
    HoldStatus,
    PayoutMethod,
    PayoutStatus,
    RefundStatus,
)
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.marketplace.payments.life import Life, rows
from tests.marketplace.payments.truths import hold_at_any_time, hold_at_rest

STEPS = 50
HOLDS_MAX = 5
CARDS = {
    "pays": "4242424242424242",
    "available at once": "4000000000000077",
    "declined": "4000000000000002",
    "asks": "4000002760003184",
    "refund is pending": "4000000000007726",
    "refund fails later": "4000000000005126",
    "disputed at once": "4000000000000259",
}
FAULTS = (
    *(
        "drop_before",
        "drop_after",
        "error_before",
        "error_after",
        "error_kept",
        "rate_limit",
        "conflict",
        "capture_refused",
    ),
    *("duplicate", "shuffle", "delay", "wrong_secret", "old_time", "other_mode", "unknown_object"),
)
which = st.integers(0, 20)
percent = st.integers(1, 100)
at_once = st.sampled_from([True, True, False])  # Whether everybody does their part right afterwards.


def needs(table, **facts):
    """Let a step be taken when there is a row for it."""
    return precondition(lambda self: self.found(table, **facts))


class LifeOfMoney(RuleBasedStateMachine):
    """Everybody does anything."""

    def __init__(self, app, empty, *, checked):
        """Begin afresh."""
        super().__init__()
        empty()
        self._travel = time_machine.travel(NOON, tick=False)
        self.life = Life(app, self._travel.start(), checked=checked)
        self.rows = rows()

    def teardown(self):
        """Let all come to rest, and look at it once more."""
        try:
            if sys.exc_info()[0] is None:  # Else it is broken already.
                self.life.drain()
                hold_at_rest(self.life, rows())
        finally:
            self.life.close()
            self._travel.stop()
            db.session.remove()

    @invariant()
    def what_must_hold_holds(self):
        self.rows = rows()
        hold_at_any_time(self.life, self.rows)

    def found(self, table, **facts):
        """Find rows in which each of the facts is one of those named."""
        return [one for one in self.rows[table] if all(getattr(one, name) in values for name, values in facts.items())]

    def one(self, number, table, **facts):
        """Choose a row."""
        found = self.found(table, **facts)
        return found[number % len(found)]

    def act(self, act, *, at_once=False):
        """Do something; what is refused is refused. With `at_once` everybody does their part right afterwards."""
        try:
            act()
        except DomainError:
            return
        if at_once:
            self.life.work()
            self.life.hear()
            self.life.work()

    @precondition(lambda self: len(self.rows["hold"]) < HOLDS_MAX)
    @rule(steps=st.integers(10, 2000), is_more=st.booleans(), pays=at_once)
    def somebody_asks(self, steps, is_more, pays):
        """For something new, or something more for the last subject; most then pay."""
        latest = max((one.subject_id for one in self.rows["hold"]), default=-1)
        is_more = is_more and latest >= 0
        parts = [one.part for one in self.rows["hold"] if one.subject_id == latest] if is_more else [0]
        self.act(lambda: self.life.ask(latest if is_more else latest + 1, steps, max(parts) + 1), at_once=pays)
        hold = rows()["hold"][-1]
        if pays and hold.status is HoldStatus.AWAITING:
            self.act(lambda: self.life.pay(hold), at_once=True)

    @needs("hold", status={HoldStatus.AWAITING})
    @rule(which=which, card=st.sampled_from(list(CARDS)), confirms=at_once, comes_back=st.booleans(), at_once=at_once)
    def somebody_pays(self, which, card, confirms, comes_back, at_once):
        hold = self.one(which, "hold", status={HoldStatus.AWAITING})
        self.act(lambda: self.life.pay(hold, CARDS[card], confirms=confirms), at_once=at_once)
        if comes_back:
            self.life.come_back(hold)

    @needs("hold", status={HoldStatus.HELD})
    @rule(which=which, percent=percent | st.just(100), at_once=at_once)
    def the_work_is_agreed(self, which, percent, at_once):
        hold = self.one(which, "hold", status={HoldStatus.HELD})
        amount = part_of(hold.amount_minor, hold.currency, percent)
        self.act(lambda: self.life.do(commands.capture, hold.id, amount=amount), at_once=at_once)

    @needs("hold", status={HoldStatus.OPENING, HoldStatus.AWAITING, HoldStatus.HELD})
    @rule(which=which, at_once=at_once)
    def the_request_is_cancelled(self, which, at_once):
        hold = self.one(which, "hold", status={HoldStatus.OPENING, HoldStatus.AWAITING, HoldStatus.HELD})
        self.act(lambda: self.life.do(commands.release, hold.id), at_once=at_once)

    @needs("hold", status={HoldStatus.CAPTURED})
    @rule(
        which=which,
        payee=st.sampled_from(["first", "first", "second", "by_hand"]),
        percent=st.integers(0, 100),
        tax_rate=st.sampled_from([0, 700, 2100]),
        reserve_percent=st.sampled_from([0, 0, 20, 100]),
        at_once=at_once,
    )
    def the_work_is_done(self, which, payee, percent, tax_rate, reserve_percent, at_once):
        hold = self.one(which, "hold", status={HoldStatus.CAPTURED})
        payee_id = getattr(self.life.payees, payee)
        shared = {"percent": percent, "tax_rate": tax_rate, "reserve_percent": reserve_percent, "days": 3}
        self.act(lambda: self.life.settle(hold, payee_id, **shared), at_once=at_once)

    @needs("hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED})
    @rule(which=which, percent=st.none() | percent, at_once=at_once)
    def something_is_given_back(self, which, percent, at_once):
        hold = self.one(which, "hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED})
        kept = hold.captured_minor - hold.refunded_minor - hold.lost_minor
        amount = part_of(kept, hold.currency, percent) if percent and kept else None
        self.act(lambda: self.life.do(commands.refund, hold.id, amount=amount), at_once=at_once)

    @needs("refund", status={RefundStatus.SENT, RefundStatus.SUCCEEDED})
    @rule(which=which, at_once=at_once)
    def a_refund_comes_back(self, which, at_once):
        refund = self.one(which, "refund", status={RefundStatus.SENT, RefundStatus.SUCCEEDED})
        self.act(lambda: self.life.pull(refund.stripe_refund_id, "fail", reason="unknown"), at_once=at_once)

    @needs("refund", status={RefundStatus.FAILED})
    @rule(which=which)
    def what_came_back_is_paid_by_hand(self, which):
        refund = self.one(which, "refund", status={RefundStatus.FAILED})
        by_hand = {"reference": "R", "by": self.life.staff_id}
        self.act(lambda: self.life.do(commands.pay_back_by_hand, refund.id, **by_hand))

    @needs("payout", status={PayoutStatus.DUE}, method={PayoutMethod.BY_HAND})
    @rule(which=which)
    def a_payee_is_paid_by_hand(self, which):
        payout = self.one(which, "payout", status={PayoutStatus.DUE}, method={PayoutMethod.BY_HAND})
        by_hand = {"reference": "P", "by": self.life.staff_id}
        self.act(lambda: self.life.do(commands.mark_paid_by_hand, payout.id, **by_hand))

    @needs("clawback", status={ClawbackStatus.OWED})
    @rule(which=which)
    def a_debt_is_written_off(self, which):
        clawback = self.one(which, "clawback", status={ClawbackStatus.OWED})
        self.act(lambda: self.life.do(commands.write_off, clawback.id, "gone", by=self.life.staff_id))

    @needs("hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED})
    @rule(which=which, percent=percent | st.just(100), at_once=at_once)
    def a_bank_takes_it_back(self, which, percent, at_once):
        taken = {HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED}
        hold = self.one(which, "hold", status=taken)
        amount = part_of(hold.captured_minor, hold.currency, percent).minor
        self.act(lambda: self.life.pull(hold.charge_id, "dispute", reason="fraudulent", amount=amount), at_once=at_once)

    @needs("chargeback", status={ChargebackStatus.NEEDS_RESPONSE})
    @rule(which=which, at_once=at_once)
    def the_bank_is_answered(self, which, at_once):
        chargeback = self.one(which, "chargeback", status={ChargebackStatus.NEEDS_RESPONSE})
        self.act(
            lambda: self.life.do(commands.respond, chargeback.id, "It was done.", by=self.life.staff_id),
            at_once=at_once,
        )

    @needs("chargeback", status={ChargebackStatus.NEEDS_RESPONSE, ChargebackStatus.UNDER_REVIEW})
    @rule(which=which, verdict=st.sampled_from(["win", "lose"]), at_once=at_once)
    def the_bank_decides(self, which, verdict, at_once):
        open_ones = {ChargebackStatus.NEEDS_RESPONSE, ChargebackStatus.UNDER_REVIEW}
        chargeback = self.one(which, "chargeback", status=open_ones)
        self.act(lambda: self.life.pull(chargeback.stripe_dispute_id, verdict), at_once=at_once)

    @needs("hold")
    @rule(
        which=which,
        lever=st.sampled_from(["past_due", "complete", "keep_positive", "let_be_negative", "pay_out"]),
        at_once=at_once,
    )
    def stripe_looks_at_a_payee(self, which, lever, at_once):
        accounts = self.life.account_ids()
        self.act(lambda: self.life.pull(accounts[which % len(accounts)], lever), at_once=at_once)

    @needs("hold")
    @rule(kind=st.sampled_from(FAULTS), times=st.integers(1, 4))
    def something_will_go_wrong(self, kind, times):
        self.life.stand_in.add_fault(kind, times=times)

    @needs("hold")
    @rule(what=st.sampled_from(["hear", "work"]), which=which)
    def one_thing_is_done(self, what, which):
        """In any order: Stripe tells things twice, and several workers take what is owed."""
        if what == "hear":
            self.life.hear_again(which)
        else:
            self.life.work_on(which)

    @needs("hold")
    @rule(what=st.sampled_from(["hear", "work", "work"]), moments=st.integers(0, 15))
    def a_process_dies(self, what, moments):
        self.life.die(moments, getattr(self.life, what))

    @needs("hold")
    @rule()
    def all_do_their_part(self):
        self.life.hear()
        self.life.work()

    @needs("hold")
    @rule(span=st.sampled_from([MINUTE, 2 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 8 * DAY]))
    def time_goes_by(self, span):
        self.life.wait(span)
        self.life.keep_house()


def part_of(minor, currency, percent):
    """Take a part of an amount, at least the smallest there is."""
    step = smallest_step(currency)
    return Money(max(1, minor // step * percent // 100) * step, currency)


RUNS = {"sqlite": 100, "postgresql": 20}
RUNS_DEEP = 2000
BLOCKS = 10  # So that several workers share them.


@pytest.mark.parametrize("block", range(BLOCKS))
def test_what_must_hold_of_money_always_holds(app, block, request, monkeypatch):
    # Much goes wrong here on purpose, and each time the outbox would tell of it.
    monkeypatch.setattr(logging.getLogger("marketplace.kernel.outbox"), "disabled", True)
    engine = db.engine.dialect.name
    empty = request.getfixturevalue(f"_{engine}_app")[1]
    is_deep = request.config.getoption("--deep")

    def machine():
        return LifeOfMoney(app, empty, checked=block == 0)

    if not is_deep:
        hypothesis.seed(block)(machine)
    runs = (RUNS_DEEP if is_deep else RUNS[engine]) // BLOCKS
    health = list(hypothesis.HealthCheck)
    how = hypothesis.settings(max_examples=runs, stateful_step_count=STEPS, suppress_health_check=health)
    run_state_machine_as_test(machine, settings=how)
