"""What was taken is shared, given back, paid, and disagreed about."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.kernel.money import Money
from marketplace.payments import commands
from marketplace.payments.rules import Bearer, ClawbackStatus, HoldStatus, PayoutMethod, PayoutStatus, RefundStatus
from tests.marketplace.payments.steps.machine import Machine, at_once, needs, part_of, percent, which


class ShareSteps(Machine):
    """Work is done, refunds are made, payees are paid and customers disagree."""

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

    @needs("hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED})
    @rule(which=which, percent=percent, bearer=st.sampled_from(Bearer), at_once=at_once)
    def goodwill_is_given(self, which, percent, bearer, at_once):
        hold = self.one(which, "hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED})
        kept = hold.captured_minor - hold.refunded_minor - hold.lost_minor
        given = {
            "amount": part_of(kept, hold.currency, percent),
            "bearer": bearer,
            "note": "They waited.",
            "seen": Money(kept, hold.currency),
            "by": self.life.staff_id,
        }
        self.act(lambda: self.life.do(commands.give_goodwill, hold.id, **given), at_once=at_once)

    @precondition(lambda self: self.sent())
    @rule(which=which, at_once=at_once)
    def a_refund_comes_back(self, which, at_once):
        sent = self.sent()
        refund = sent[which % len(sent)]
        self.act(lambda: self.life.pull(refund.stripe_refund_id, "fail", reason="unknown"), at_once=at_once)

    def sent(self):
        """List what Stripe has given back; what only goes back into a cover never comes to a bank."""
        found = self.found("refund", status={RefundStatus.SENT, RefundStatus.SUCCEEDED})
        return [one for one in found if one.stripe_refund_id]

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

    @needs("hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED}, contested_at={None})
    @rule(which=which)
    def payer_and_payee_disagree(self, which):
        """All parts of the subject are contested: nothing of them is paid until it is decided."""
        hold = self.one(which, "hold", status={HoldStatus.CAPTURED, HoldStatus.SETTLED}, contested_at={None})
        self.act(lambda: self.life.do(commands.contest, hold.purpose, hold.subject_id))

    @precondition(lambda self: self.contested())
    @rule(which=which, percents=st.lists(st.integers(0, 100), min_size=1, max_size=3), at_once=at_once)
    def it_is_decided_who_gets_what(self, which, percents, at_once):
        """Of each part something goes back, and the rest is shared; nothing, if they agree again."""
        contested = self.contested()
        subject_id = contested[which % len(contested)]
        self.act(lambda: self.life.decide(subject_id, percents), at_once=at_once)

    def contested(self):
        """List the subjects about which payer and payee disagree."""
        return sorted({one.subject_id for one in self.rows["hold"] if one.contested_at is not None})
