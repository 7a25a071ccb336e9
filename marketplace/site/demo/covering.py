"""Support cover in the demo: plans on sale, somebody who uses one, and somebody whose bank takes a payment back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.insurance import commands, queries
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import Due
from marketplace.payments import effects
from marketplace.payments import queries as money
from marketplace.sandbox.stripe import by_hand, visitor
from marketplace.site.demo import bank, troubles
from marketplace.site.demo.casting import Casting, Player
from marketplace.site.demo.content.cast import PersonRow
from marketplace.site.demo.content.plans_of_cover import BY_YEAR, PLANS
from marketplace.site.demo.content.script import DAY, Story
from marketplace.site.demo.life import Play

AVAILABLE_AT_ONCE = "4000000000000077"  # Of other cards the money comes two days later.
ANOTHER_VERSION_AFTER = 900 * DAY


class _AtOnce(Play):
    """A story in which no time passes."""

    def _after(self, while_: timedelta) -> datetime:
        return super()._after(0 * while_)


def put_on_sale(session: Session, *, by: int, now: datetime) -> None:
    """Make the plans at a moment, and each further version some time after the one before."""
    for row in PLANS:
        plan = commands.make_plan(session, row.slug, by=by, now=now)
        for number, terms in enumerate(row.versions):
            moment = now + number * ANOTHER_VERSION_AFTER
            commands.add_version(session, plan.id, terms, names=row.names, texts=BY_YEAR, by=by, now=moment)
            session.expire(plan)  # The next version is numbered after this one.
        commands.put_on_sale(session, plan.id, is_on_sale=True, by=by, now=now)


def use(stories: Sequence[Story], casting: Casting, country: str, slug: str) -> None:
    """Let a customer buy a plan and have requests covered.

    Stripe knows no past: the policy begins as the demo does, and all of that is done at once.
    """
    policy_id = _buy(casting.people[stories[0].by], country, slug, now=casting.now)
    begins_at = queries.policy(reading(), policy_id).begins_at
    reading().rollback()
    assert begins_at is not None, policy_id
    covered = replace(casting, now=begins_at, is_covered=True)
    for story in stories:
        for _moment in _AtOnce(story, covered).run():
            pass


def take_back(row: PersonRow, casting: Casting, slug: str) -> None:
    """Let a customer buy a plan, and the bank take the payment back, which the vendor has not answered yet."""
    policy_id = _buy(casting.people[row.key], row.country, slug, now=casting.now)
    [subscription] = money.subscriptions_of(reading(), PURPOSE, policy_id)
    [payment] = money.period_payments(reading(), subscription.id)
    payment_id, charge_id = payment.id, payment.charge_id
    reading().rollback()
    by_hand.pull(troubles.stand_in(), charge_id, "dispute", reason="subscription_canceled")
    effects.refresh_disputes(Due(0, {"payment_id": payment_id}, casting.now))
    bank.perform(casting.now, now=casting.now)


def _buy(buyer: Player, country: str, slug: str, *, now: datetime) -> int:
    """Buy a plan and pay for it; gives the policy's id."""
    with transaction() as session:
        version = queries.plan_by_slug(session, slug).versions[-1]
        policy, _message = commands.buy(session, person_id=buyer.id, country=country, version_id=version.id, now=now)
        policy_id = policy.id
    bank.perform(now, now=now)
    subscription = money.live_subscription(reading(), PURPOSE, policy_id)
    assert subscription is not None, policy_id
    subscription_id, url = subscription.id, subscription.checkout_url
    reading().rollback()
    assert url is not None, subscription_id
    visitor.pay_checkout(url, AVAILABLE_AT_ONCE, name=buyer.name)  # Shares of what is covered are paid out of premiums.
    effects.refresh_subscription(Due(0, {"subscription_id": subscription_id}, now))
    bank.perform(now, now=now)
    return policy_id
