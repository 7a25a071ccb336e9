"""What customers claim: no more is promised than there is, and nothing is refused for no reason."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.insurance.rules import LIVE, CoverHasChanged
from marketplace.kernel.clock import utcnow
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments import commands
from marketplace.payments.rules import HoldStatus, Subject
from tests.factories import HOUR, MINUTE
from tests.marketplace.insurance.promised import Wish, assert_promised_rightly, assert_refused_rightly
from tests.marketplace.payments.life import PURPOSE, UNITS
from tests.marketplace.payments.steps.machine import Machine, at_once, part_of, which

CLAIMS_MAX = 7
OVER = {HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED}
wanted = st.fixed_dictionaries({
    "steps": st.integers(10, 2000),
    "minutes": st.sampled_from([0, 0, 45, 480]),
    "what": st.sampled_from(["other", "other", "more", "again", "same cause"]),
    "by_card": st.booleans(),
})  # fmt: skip
can_claim = precondition(lambda self: self.found("policy", status=LIVE) and len(self.rows["hold"]) < CLAIMS_MAX)


class ClaimSteps(Machine):
    """Customers claim; what becomes of the holds for it is the business of others."""

    @can_claim
    @rule(which=which, wanted=wanted, pays=at_once, agreed=st.sampled_from([None, 100, 100, 60, 10]))
    def somebody_claims(self, which, wanted, pays, agreed):
        """Most then pay what is not covered, and agree to a price: to all of it, or to so much in percent."""
        self.claim(self.one(which, "policy", status=LIVE), wanted)
        for hold in self.holds(HoldStatus.AWAITING) if pays else ():
            self.act(lambda hold=hold: self.life.pay(hold), at_once=True)
        for hold in self.holds(HoldStatus.HELD) if agreed else ():
            amount = part_of(hold.amount_minor, hold.currency, agreed)
            self.act(lambda hold=hold, amount=amount: self.life.do(commands.capture, hold.id, amount=amount))

    def holds(self, status):
        """List the holds that have come so far, once everybody has done their part."""
        self.life.work()
        self.look()
        return self.found("hold", status={status})

    @can_claim
    @rule(which=which, wanted=wanted, more=wanted, is_charged=st.booleans(), at_once=at_once)
    def somebody_claims_in_the_minute_of_a_renewal(self, which, wanted, more, is_charged, at_once):
        """Before it and after it: when a period ends, or when the next one is charged an hour later."""
        policy = self.one(which, "policy", status=LIVE)
        ends = [one.period_end for one in self.found("subscription", subject_id={policy.id}) if one.period_end]
        if ends:
            self.life.wait(max(max(ends) + is_charged * HOUR - MINUTE / 2 - utcnow(), MINUTE))
        self.claim(policy, wanted)
        self.life.wait(MINUTE)
        self.claim(policy, more)
        self.act(self.life.hear, at_once=at_once)

    def claim(self, policy, wanted):
        """Claim by a policy, and see that what is promised, or refused, is right."""
        rows = self.look()
        subject, same_cause_as = self.about(policy.id, wanted["what"])
        price = Money(wanted["steps"] * smallest_step(self.currency) * UNITS[self.currency], self.currency)
        wish = Wish(policy.id, subject, price, wanted["minutes"], same_cause_as)
        card_id = self.life.newest_card() if wanted["by_card"] else None
        try:
            self.life.claim(wish, card_id=card_id)
        except CoverHasChanged:
            assert_refused_rightly(rows, wish, utcnow())
        except DomainError:
            return
        else:
            assert_promised_rightly(rows, wish, utcnow(), self.look()["claim_part"][-1])

    def about(self, policy_id, what):
        """Find what a claim is about, and the claim with the same cause if there is one."""
        holds, claims = self.rows["hold"], self.found("claim", policy_id={policy_id})
        parts = [one.part for one in holds if one.subject_id == holds[-1].subject_id]
        if what == "more" and holds:
            return _subject(holds[-1].subject_id, max(parts) + 1), None
        if what == "again" and holds and holds[-1].status in OVER:
            return _subject(holds[-1].subject_id, holds[-1].part), None
        number = max((one.subject_id for one in holds), default=0) + 1
        return _subject(number), claims[0].id if what == "same cause" and claims else None


def _subject(number, part=1):
    return Subject(PURPOSE, number, f"Subject {number}", "/requests", part)
