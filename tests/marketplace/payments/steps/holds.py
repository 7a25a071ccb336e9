"""What payers and the site do with a hold, until it is taken or let go."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.kernel.clock import utcnow
from marketplace.payments import commands
from marketplace.payments.rules import HoldStatus, RenewalStatus
from tests.factories import DAY, HOUR, MINUTE
from tests.marketplace.payments.rows import rows
from tests.marketplace.payments.steps.machine import Machine, at_once, needs, part_of, percent, which

HOLDS_MAX, CARDS_MAX = 5, 3
CARDS = {
    "pays": "4242424242424242",
    "available at once": "4000000000000077",
    "declined": "4000000000000002",
    "asks": "4000002760003184",
    "refund is pending": "4000000000007726",
    "refund fails later": "4000000000005126",
    "disputed at once": "4000000000000259",
    "asked about at once": "4000000000001976",
}

SAVED = {"pays": "4242424242424242", "asks": "4000002760003184", "declined when charged": "4000000000000341"}
# What the payer bears first, and the most that is covered, in percent of a price.
COVERS = ((0, 0), (0, 0), (0, 0), (0, 100), (0, 60), (20, 100), (35, 30), (1, 99))


class AskingSteps(Machine):
    """Holds are asked for."""

    @precondition(lambda self: len(self.rows["hold"]) < HOLDS_MAX)
    @rule(
        steps=st.integers(10, 2000),
        is_more=st.booleans(),
        by_card=st.booleans(),
        cover=st.sampled_from(COVERS),
        pays=at_once,
    )
    def somebody_asks(self, steps, is_more, by_card, cover, pays):
        """For something new, or something more for the last subject; most then pay, with a saved card or another."""
        latest = max((one.subject_id for one in self.rows["hold"]), default=-1)
        is_more = is_more and latest >= 0
        parts = [one.part for one in self.rows["hold"] if one.subject_id == latest] if is_more else [0]
        own, most = (steps * percent // 100 for percent in cover)
        how = {"by_card": by_card, "own": own, "most": most}
        self.act(lambda: self.life.ask(latest if is_more else latest + 1, steps, max(parts) + 1, **how), at_once=pays)
        hold = rows()["hold"][-1]
        if pays and hold.status is HoldStatus.AWAITING:
            self.act(lambda: self.life.pay(hold), at_once=True)


class HoldSteps(Machine):
    """Holds are paid, taken and let go."""

    @needs("hold", status={HoldStatus.AWAITING})
    @rule(which=which, card=st.sampled_from(list(CARDS)), confirms=at_once, comes_back=st.booleans(), at_once=at_once)
    def somebody_pays(self, which, card, confirms, comes_back, at_once):
        hold = self.one(which, "hold", status={HoldStatus.AWAITING})
        self.act(lambda: self.life.pay(hold, CARDS[card], confirms=confirms), at_once=at_once)
        if comes_back:
            self.life.come_back(hold)

    @precondition(lambda self: len(self.rows["saved_card"]) < CARDS_MAX)
    @rule(card=st.sampled_from(list(SAVED)), at_once=at_once)
    def a_card_is_saved(self, card, at_once):
        self.act(lambda: self.life.save_card(SAVED[card]), at_once=at_once)

    @needs("saved_card")
    @rule(which=which, at_once=at_once)
    def a_card_is_removed(self, which, at_once):
        card = self.one(which, "saved_card")
        self.act(lambda: self.life.do(commands.remove_card, card.id, person_id=card.person_id), at_once=at_once)

    @needs("hold", status={HoldStatus.HELD})
    @rule(which=which, left=st.sampled_from([DAY, 3 * HOUR, HOUR]), at_once=at_once)
    def a_hold_comes_near_its_end(self, which, left, at_once):
        """The amount is set aside once more, with a saved card or by the payer, or it is too late for that."""
        hold = self.one(which, "hold", status={HoldStatus.HELD})
        self.life.wait(max(hold.capture_before - left - utcnow(), MINUTE))
        self.act(self.life.keep_house, at_once=at_once)

    @needs("renewal", status={RenewalStatus.ASKED})
    @rule(which=which, card=st.sampled_from(list(CARDS)), at_once=at_once)
    def the_payer_renews_a_hold(self, which, card, at_once):
        renewal = self.one(which, "renewal", status={RenewalStatus.ASKED})
        self.act(lambda: self.life.pay(renewal, CARDS[card]), at_once=at_once)

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
