"""A past year of one plan, as the columns from which it is recomputed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.insurance.models import Claim, ClaimPart, PlanVersion, Policy, PolicyYear
from marketplace.insurance.queries.figures import PolicyMoney
from marketplace.insurance.rules.past_year import NO_LIMIT, PERIODS_A_YEAR, Chargeable, Claims, PolicyYears
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.payments.rules import AccountKind, least_charge


@dataclass(frozen=True, slots=True)
class PastYear:
    """What there was to pay for, and on what terms.

    Attributes:
        claims: of the time and, uncounted, of its policy years before it.
        years: the policy years that ran in it.
        chargeable: what a card can be charged.
        paid: what cover has really paid or promised in it.
    """

    claims: Claims
    years: PolicyYears
    chargeable: Chargeable
    paid: Money


def past_year(
    session: Session, plan_id: int, currency: str, money: Sequence[PolicyMoney], *, since: datetime, until: datetime
) -> PastYear:
    """Gather a time of one plan.

    Args:
        session: for reading.
        plan_id: of the plan.
        currency: of its policies.
        money: what each policy of the plan brought in that time.
        since: when it began.
        until: when it ended.
    """
    years = _years(session, plan_id, currency, since, until)
    parts = _parts(session, {year.id for year in years})
    step = smallest_step(currency)
    return PastYear(
        _claims(parts, years, payments.moved_by_subject(session, AccountKind.COVER_CLAIMS, currency), since),
        _terms(years, {one.policy_id: one.earned_minor for one in money}),
        Chargeable(step, least_charge(currency).minor),
        Money(sum(part.used_minor + part.reserved_minor for part in parts if part.made_at >= since), currency),
    )


def _years(session: Session, plan_id: int, currency: str, since: datetime, until: datetime) -> Sequence[Any]:
    terms = (PlanVersion.deductible_minor, PlanVersion.claim_limit_minor, PlanVersion.price_minor, PlanVersion.interval)
    running = (
        select(PolicyYear.id, PolicyYear.policy_id, PolicyYear.limit_minor, *terms)
        .join(Policy, Policy.id == PolicyYear.policy_id)
        .join(PlanVersion, PlanVersion.id == Policy.version_id)
        .where(PlanVersion.plan_id == plan_id, PlanVersion.currency == currency)
        .where(PolicyYear.ends_at > since, PolicyYear.starts_at < until)
    )
    return session.execute(running.order_by(PolicyYear.policy_id, PolicyYear.number)).all()


def _parts(session: Session, year_ids: set[int]) -> Sequence[Any]:
    """List what was claimed of some policy years, the first first."""
    if not year_ids:
        return []
    columns = (
        *(ClaimPart.year_id, ClaimPart.price_minor, ClaimPart.reserved_minor, ClaimPart.used_minor, ClaimPart.made_at),
        *(Claim.id.label("claim_id"), Claim.event_id, Claim.purpose, Claim.subject_id),
        *(Hold.captured_minor, Hold.refunded_minor, Hold.borne_minor),
    )
    claimed = select(*columns).join(Claim, Claim.id == ClaimPart.claim_id)
    claimed = claimed.outerjoin(Hold, Hold.id == ClaimPart.hold_id).order_by(ClaimPart.made_at, ClaimPart.id)
    later = session.execute(claimed.where(ClaimPart.year_id >= min(year_ids)))  # Too many to name them all.
    return [part for part in later if part.year_id in year_ids]


def _claims(parts: Sequence[Any], years: Sequence[Any], cost: dict[tuple[str, int], int], since: datetime) -> Claims:
    row_of = {year.id: row for row, year in enumerate(years)}
    paid: Counter[tuple[str, int]] = Counter()
    for part in parts:
        paid[part.purpose, part.subject_id] += part.used_minor
    rows = []
    for part in parts:
        subject = part.purpose, part.subject_id
        left_the_house = min(max(cost.get(subject, 0), 0), paid[subject])
        rows.append((_price(part), paid[subject], left_the_house, row_of[part.year_id], part.event_id or part.claim_id))
    price, paid_minor, cost_minor, year, event = np.array(rows, np.int64).reshape(-1, 5).T
    is_counted = np.array([part.made_at >= since for part in parts], np.bool_)
    return Claims(price, paid_minor, cost_minor, year, event, is_counted)


def _price(part: Any) -> int:
    """Tell what a part costs in the end, or may come to as long as that is open; nothing if it was called off."""
    if part.captured_minor:
        return int(part.captured_minor - part.refunded_minor + part.borne_minor)
    return int(part.price_minor) if part.reserved_minor else 0


def _terms(years: Sequence[Any], earned: dict[int, int]) -> PolicyYears:
    """Put the policy years into columns; what a policy has earned stands in the first row that it has."""
    numbers: dict[int, int] = {}
    rows = []
    for year in years:
        earned_here = 0 if year.policy_id in numbers else earned.get(year.policy_id, 0)
        number = numbers.setdefault(year.policy_id, len(numbers))
        claim_limit = NO_LIMIT if year.claim_limit_minor is None else year.claim_limit_minor
        premium = year.price_minor * PERIODS_A_YEAR[year.interval]
        rows.append((number, earned_here, premium, year.limit_minor, year.deductible_minor, claim_limit))
    return PolicyYears(*np.array(rows, np.int64).reshape(-1, 6).T)
