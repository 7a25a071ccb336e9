"""Support cover in the demo: the plans on sale, and somebody who has bought one."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.insurance import commands, queries
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import Due
from marketplace.payments import effects
from marketplace.payments import queries as money
from marketplace.sandbox.stripe import visitor
from marketplace.site.demo import bank
from marketplace.site.demo.casting import Player
from marketplace.site.demo.content.plans_of_cover import BY_YEAR, PLANS


def put_on_sale(session: Session, *, by: int, now: datetime) -> None:
    """Make the plans, one version after the other."""
    for row in PLANS:
        plan = commands.make_plan(session, row.slug, by=by, now=now)
        for terms in row.versions:
            commands.add_version(session, plan.id, terms, names=row.names, texts=BY_YEAR, by=by, now=now)
            session.expire(plan)  # The next version is numbered after this one.
        commands.put_on_sale(session, plan.id, is_on_sale=True, by=by, now=now)


def buy(buyer: Player, country: str, slug: str, *, now: datetime) -> None:
    """Let somebody buy a plan and pay for it; Stripe knows no past, so the policy begins as the demo does."""
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
    visitor.pay_checkout(url, name=buyer.name)
    effects.refresh_subscription(Due(0, {"subscription_id": subscription_id}, now))
    bank.perform(now, now=now)
