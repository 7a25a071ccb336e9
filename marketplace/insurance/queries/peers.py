"""Reading how much policies are used."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from marketplace.insurance.models import Claim, ClaimPart, PlanVersion, Policy, PolicyYear
from marketplace.insurance.rules import LIVE
from marketplace.insurance.rules.peers import Beside, Usage, beside_peers
from marketplace.kernel.money import Money


def used_beside_peers(session: Session, now: datetime) -> list[Beside]:
    """List the policies whose year runs, each beside the others of its plan; those first that stand out."""
    of_year = (
        select(
            ClaimPart.year_id,
            func.count(Claim.id.distinct()).label("claims"),
            func.count(func.coalesce(Claim.event_id, Claim.id).distinct()).label("events"),
        )
        .join(Claim, Claim.id == ClaimPart.claim_id)
        .where(ClaimPart.reserved_minor + ClaimPart.used_minor > 0)
        .group_by(ClaimPart.year_id)
        .subquery()
    )
    counts = func.coalesce(of_year.c.claims, 0), func.coalesce(of_year.c.events, 0)
    taken = PolicyYear.reserved_minor + PolicyYear.used_minor
    running = (
        select(Policy.id, PlanVersion.plan_id, *counts, taken, PolicyYear.limit_minor, PolicyYear.currency)
        .join(PolicyYear, PolicyYear.policy_id == Policy.id)
        .join(PlanVersion, PlanVersion.id == Policy.version_id)
        .outerjoin(of_year, of_year.c.year_id == PolicyYear.id)
        .where(Policy.status.in_(LIVE), PolicyYear.starts_at <= now, PolicyYear.ends_at > now)
    )
    return beside_peers(
        Usage(policy_id, plan_id, claims, events, Money(minor, currency), Money(limit, currency))
        for policy_id, plan_id, claims, events, minor, limit, currency in session.execute(running)
    )


def policies_named(session: Session, policy_ids: list[int]) -> dict[int, Policy]:
    """Find policies with their plans and owners, by id."""
    named = select(Policy).where(Policy.id.in_(policy_ids))
    with_names = named.options(joinedload(Policy.version), joinedload(Policy.person))
    return {one.id: one for one in session.scalars(with_names)}
