"""What policies brought and cost. Amounts come from the ledger, so that they add up to what its accounts say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.insurance.models import Claim, ClaimPart, Plan, PlanVersion, Policy
from marketplace.insurance.rules import PURPOSE
from marketplace.insurance.rules.loss_ratio import LossRatio, loss_ratio
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as payments
from marketplace.payments.rules import AccountKind


@dataclass(frozen=True, slots=True)
class PolicyMoney:
    """What a policy brought and cost in some time, without tax.

    Attributes:
        policy_id: of the policy.
        plan_id: of its plan.
        earned_minor: of its premium.
        cost_minor: of what it covered, less what came back to the vendor.
    """

    policy_id: int
    plan_id: int
    earned_minor: int
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Use:
    """How much a policy was used, beside the others of its plan.

    Attributes:
        policy: the policy.
        cost: of what it covered.
        above_percent: so many of the policies of its plan cost less.
        peers: so many policies its plan had, itself included.
    """

    policy: Policy
    cost: Money
    above_percent: int
    peers: int


def currencies_insured(session: Session) -> list[str]:
    """List the currencies of policies, the one of most policies first."""
    counted = select(PlanVersion.currency).join(Policy, Policy.version_id == PlanVersion.id)
    begun = counted.where(Policy.begins_at.is_not(None)).group_by(PlanVersion.currency)
    return list(session.scalars(begun.order_by(func.count().desc(), PlanVersion.currency)))


def last_version(session: Session, slug: str) -> PlanVersion:
    """Find the last version of a plan, or raise `NotFound`."""
    versions = select(PlanVersion).join(PlanVersion.plan).where(Plan.slug == slug)
    found = session.scalar(versions.order_by(PlanVersion.number.desc()).limit(1))
    if found is None:
        raise NotFound(plan=slug)
    return found


def money_of_policies(session: Session, currency: str, since: datetime, until: datetime) -> list[PolicyMoney]:
    """List the policies that ran at some moment of a time, with what each brought and cost in it."""
    earned = payments.moved_by_subject(session, AccountKind.EARNED, currency, since=since, until=until)
    cost = _cost_by_policy(session, currency, since, until)
    ran = (Policy.begins_at < until) & or_(Policy.ended_at.is_(None), Policy.ended_at > since)
    begun = (
        select(Policy.id, PlanVersion.plan_id, ran)
        .join(PlanVersion, PlanVersion.id == Policy.version_id)
        .where(PlanVersion.currency == currency, Policy.begins_at.is_not(None))
        .order_by(Policy.id)
    )
    found = [
        (PolicyMoney(policy_id, plan_id, earned.get((PURPOSE, policy_id), 0), cost.get(policy_id, 0)), has_run)
        for policy_id, plan_id, has_run in session.execute(begun)
    ]
    # One that is over may still be booked about: a job is settled, or refunded, later.
    return [one for one, has_run in found if has_run or one.earned_minor or one.cost_minor]


def _cost_by_policy(session: Session, currency: str, since: datetime, until: datetime) -> dict[int, int]:
    by_subject = payments.moved_by_subject(session, AccountKind.COVER_CLAIMS, currency, since=since, until=until)
    cost: dict[int, int] = {}
    if not by_subject:
        return cost
    claims = select(Claim.purpose, Claim.subject_id, Claim.policy_id).order_by(Claim.id.desc())
    for purpose, subject_id, policy_id in session.execute(claims):
        minor = by_subject.pop((purpose, subject_id), 0)  # If two policies covered parts of it: the later one.
        cost[policy_id] = cost.get(policy_id, 0) + minor
    return cost


def ratio_of(money: Sequence[PolicyMoney]) -> LossRatio:
    """Find the loss ratio of some policies."""
    columns = np.array([(one.cost_minor, one.earned_minor) for one in money], np.int64).reshape(-1, 2)
    return loss_ratio(columns[:, 0], columns[:, 1])


def reserves(session: Session, currency: str) -> tuple[Money, int]:
    """Tell how much is promised for work that is not paid yet, and for how many payments."""
    promised = select(func.coalesce(func.sum(ClaimPart.reserved_minor), 0), func.count())
    minor, count = session.execute(promised.where(ClaimPart.currency == currency, ClaimPart.reserved_minor > 0)).one()
    return Money(int(minor), currency), count


def most_used(session: Session, money: Sequence[PolicyMoney], currency: str, *, limit: int) -> list[Use]:
    """List the policies that cost most, each beside all the others of its plan."""
    costs: dict[int, list[int]] = {}
    for one in money:
        costs.setdefault(one.plan_id, []).append(one.cost_minor)
    most = sorted((one for one in money if one.cost_minor > 0), key=lambda one: -one.cost_minor)[:limit]
    named = select(Policy).where(Policy.id.in_([one.policy_id for one in most])).options(joinedload(Policy.version))
    policies = {one.id: one for one in session.scalars(named)}
    return [_use(policies[one.policy_id], Money(one.cost_minor, currency), costs[one.plan_id]) for one in most]


def _use(policy: Policy, cost: Money, costs: Sequence[int]) -> Use:
    return Use(policy, cost, 100 * sum(one < cost.minor for one in costs) // len(costs), len(costs))
