"""What the banks of payers do, and Stripe with payees."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.payments import commands
from marketplace.payments.rules import OPEN_CHARGEBACKS, TO_ANSWER, ChargebackStatus, HoldStatus
from tests.marketplace.payments.steps.machine import Machine, at_once, needs, part_of, percent, which

TAKEN = {HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED}
QUESTIONS = {ChargebackStatus.INQUIRY, ChargebackStatus.INQUIRY_ANSWERED}
ways_to_take = st.sampled_from(["dispute", "dispute", "inquire"])


class DecidingSteps(Machine):
    """Banks that have asked, or taken something back, are answered and decide."""

    @needs("chargeback", status=TO_ANSWER)
    @rule(which=which, at_once=at_once)
    def the_bank_is_answered(self, which, at_once):
        chargeback = self.one(which, "chargeback", status=TO_ANSWER)
        self.act(
            lambda: self.life.do(commands.respond, chargeback.id, "It was done.", by=self.life.staff_id),
            at_once=at_once,
        )

    @needs("chargeback", status=QUESTIONS)
    @rule(which=which, end=st.sampled_from(["drop", "escalate"]), at_once=at_once)
    def the_bank_has_asked_enough(self, which, end, at_once):
        """It lets the question rest, or takes the money after all."""
        chargeback = self.one(which, "chargeback", status=QUESTIONS)
        self.act(lambda: self.life.pull(chargeback.stripe_dispute_id, end), at_once=at_once)

    @needs("chargeback", status=OPEN_CHARGEBACKS)
    @rule(which=which, verdict=st.sampled_from(["win", "lose"]), at_once=at_once)
    def the_bank_decides(self, which, verdict, at_once):
        chargeback = self.one(which, "chargeback", status=OPEN_CHARGEBACKS)
        self.act(lambda: self.life.pull(chargeback.stripe_dispute_id, verdict), at_once=at_once)


class TakingSteps(DecidingSteps):
    """Banks ask about holds, or take them back."""

    @precondition(lambda self: self.charged())
    @rule(which=which, how=ways_to_take, percent=percent | st.just(100), at_once=at_once)
    def a_bank_takes_it_back_or_asks(self, which, how, percent, at_once):
        charged = self.charged()
        hold = charged[which % len(charged)]
        amount = part_of(hold.charged_minor, hold.currency, percent).minor
        self.act(lambda: self.life.pull(hold.charge_id, how, reason="fraudulent", amount=amount), at_once=at_once)

    def charged(self):
        """List the holds of which a bank has given something."""
        return [one for one in self.found("hold", status=TAKEN) if one.charged_minor]


class BankSteps(TakingSteps):
    """Stripe looks at payees, too."""

    @needs("hold")
    @rule(
        which=which,
        lever=st.sampled_from(["past_due", "complete", "keep_positive", "let_be_negative", "pay_out"]),
        at_once=at_once,
    )
    def stripe_looks_at_a_payee(self, which, lever, at_once):
        accounts = self.life.account_ids()
        self.act(lambda: self.life.pull(accounts[which % len(accounts)], lever), at_once=at_once)
