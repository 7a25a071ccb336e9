"""What the vendor does with plans, and customers with policies."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from marketplace.insurance import commands, queries
from marketplace.insurance.rules import AppealStatus, Obstacle, PlanTerms, PolicyStatus
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments.rules import Interval, SubscriptionStatus
from tests.factories import MINUTE
from tests.marketplace.payments.life import CURRENCIES, UNITS
from tests.marketplace.payments.steps.machine import at_once, needs, which
from tests.marketplace.payments.steps.subscriptions import PeriodSteps, days

POLICIES_MAX, VERSIONS_MAX = 4, 8
LICENCES = ("A", "B")
is_sold = st.sampled_from([True, True, True, False])
RUNNING = {PolicyStatus.ACTIVE, PolicyStatus.GRACE, PolicyStatus.SUSPENDED}
promises = st.fixed_dictionaries({
    "price": st.integers(10, 1000),
    "limit": st.integers(20, 3000),
    "deductible": st.sampled_from([0, 0, 1, 10, 30]),  # In percent of the limit.
    "claim_limit": st.sampled_from([None, None, 15, 60, 100]),
    "minutes": st.sampled_from([None, None, 90, 600]),
    "waiting_days": st.sampled_from([0, 0, 0, 0, 2, 14]),
    "grace_days": st.sampled_from([0, 2, 7]),
})  # fmt: skip


class PolicySteps(PeriodSteps):
    """Plans are sold, changed and withdrawn; policies are bought, changed and ended."""

    @initialize(
        day=days,
        currency=st.sampled_from(CURRENCIES),
        interval=st.sampled_from([Interval.MONTH, Interval.MONTH, Interval.YEAR]),
        promised=st.lists(promises, min_size=2, max_size=3, unique_by=lambda one: one["price"]),
    )
    def somebody_has_bought(self, day, currency, interval, promised):
        """Plans are sold in one currency, and paid equally often, so that a policy can go over from each to each."""
        self.life.wait(day - utcnow())
        self.currency, self.interval = currency, interval
        for one in promised:
            self.life.sell(self.terms(one))
        self.look()
        self.buy(self.rows["plan_version"][0], LICENCES[0], pays=True)

    def terms(self, promised):
        """Make the terms of a plan of what was drawn."""

        def amount(steps, percent=100):
            unit = smallest_step(self.currency)
            return Money(steps * UNITS[self.currency] * percent // 100 * unit, self.currency)

        limit, percent = promised["limit"], promised["claim_limit"]
        return PlanTerms(
            price=amount(promised["price"]),
            interval=self.interval,
            limit=amount(limit),
            deductible=amount(limit, promised["deductible"]),
            claim_limit=amount(limit, percent) if percent else None,
            limit_minutes=promised["minutes"],
            waiting_days=promised["waiting_days"],
            grace_days=promised["grace_days"],
            needs_licence=True,
        )

    @precondition(lambda self: len(self.rows["plan_version"]) < VERSIONS_MAX)
    @rule(which=which, promised=promises)
    def a_plan_has_another_version(self, which, promised):
        """Nobody's policy is changed by that."""
        plan_id = self.one(which, "plan_version").plan_id
        self.act(lambda: self.life.sell(self.terms(promised), plan_id))

    @rule(which=which, is_on_sale=at_once)
    def a_plan_is_withdrawn_or_sold_again(self, which, is_on_sale):
        plan_id = self.one(which, "plan_version").plan_id
        self.life.do(commands.put_on_sale, plan_id, is_on_sale=is_on_sale, by=self.life.staff_id)

    @precondition(lambda self: len(self.rows["policy"]) < POLICIES_MAX)
    @rule(which=which, is_sold=is_sold, licence=st.sampled_from(LICENCES), pays=at_once)
    def somebody_buys(self, which, is_sold, licence, pays):
        """Most then pay."""
        self.buy(self.version(which, is_sold=is_sold), licence, pays=pays)

    def version(self, number, *, is_sold):
        """Choose what a plan promises: what is on sale, or anything."""
        sold = {one.id for one in self.found("plan", is_on_sale={True})}
        last = {one.plan_id: one for one in self.rows["plan_version"] if one.plan_id in sold}
        found = [*last.values()] if is_sold and last else self.rows["plan_version"]
        return found[number % len(found)]

    def buy(self, version, licence, *, pays):
        """Buy a policy, and pay it if they do."""
        self.act(lambda: self.life.buy(version.id, licence), at_once=pays)
        self.look()
        for subscription in self.found("subscription", status={SubscriptionStatus.AWAITING}) if pays else ():
            self.act(lambda subscription=subscription: self.life.pay(subscription), at_once=True)

    @needs("policy", status={PolicyStatus.OPENING})
    @rule(which=which, at_once=at_once)
    def a_policy_is_taken_back(self, which, at_once):
        self.decide(which, commands.take_back, at_once, {PolicyStatus.OPENING})

    @needs("policy", status=RUNNING)
    @rule(which=which, at_once=at_once)
    def a_policy_is_to_run_out(self, which, at_once):
        self.decide(which, commands.cancel_at_end, at_once)

    @needs("policy", status=RUNNING)
    @rule(which=which, at_once=at_once)
    def a_policy_goes_on_after_all(self, which, at_once):
        self.decide(which, commands.go_on, at_once)

    @precondition(lambda self: self.rows["claim"] and self.found("policy", status=RUNNING))
    @rule(which=which, at_once=at_once)
    def a_policy_ends_at_once(self, which, at_once):
        """What is not earned goes back, less what was covered."""
        policy = queries.policy(reading(), self.one(which, "policy", status=RUNNING).id)
        seen = queries.cancellation(reading(), policy, utcnow()).refund
        reading().rollback()
        self.decide(which, commands.cancel_now, at_once, seen=seen)

    @needs("policy", status=RUNNING)
    @rule(which=which, to=which, is_sold=is_sold, minutes_ago=st.sampled_from([0, 0, 29]), at_once=at_once)
    def a_policy_goes_over_to_another_plan(self, which, to, is_sold, minutes_ago, at_once):
        """To a dearer one at once, to a cheaper one with the next period."""
        version_id = self.version(to, is_sold=is_sold).id
        seen = {"version_id": version_id, "prorated_at": utcnow() - minutes_ago * MINUTE}
        self.decide(which, commands.change_plan, at_once, **seen)

    def decide(self, which, command, at_once, status=RUNNING, **how):
        """Let the owner of a policy decide something about it."""
        policy = self.one(which, "policy", status=status)
        self.act(lambda: self.life.decide_about(policy, command, **how), at_once=at_once)

    @needs("claim")
    @rule(which=which, claim=which, obstacle=st.sampled_from([None, *Obstacle]))
    def somebody_appeals(self, which, claim, obstacle):
        """Against why nothing was covered, or what a claim of theirs paid; no money moves by that."""
        policy = self.one(which, "policy")
        claims = self.found("claim", policy_id={policy.id})
        about = {"obstacle": obstacle or Obstacle.OVER}
        if claims and obstacle is None:
            about = {"claim_id": claims[claim % len(claims)].id}
        words = {"statement": "It was an emergency."}
        self.act(lambda: self.life.decide_about(policy, commands.appeal, **about, **words))

    @needs("appeal", status={AppealStatus.OPEN})
    @rule(which=which)
    def an_appeal_is_answered(self, which):
        appeal = self.one(which, "appeal", status={AppealStatus.OPEN})
        said = {"answer": "We look at it again.", "by": self.life.staff_id}
        self.act(lambda: self.life.do(commands.answer_appeal, appeal.id, **said))
