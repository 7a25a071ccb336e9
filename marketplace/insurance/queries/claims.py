"""Reading about years and claims."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from marketplace.insurance.models import Claim, ClaimPart, PolicyYear
from marketplace.insurance.rules import ONE_EVENT_DAYS
from marketplace.kernel.errors import NotFound
from marketplace.payments.rules import Subject


def year_at(session: Session, policy_id: int, moment: datetime) -> PolicyYear | None:
    """Find the year of a policy that runs at a moment."""
    of_policy = select(PolicyYear).filter_by(policy_id=policy_id).execution_options(populate_existing=True)
    return session.scalar(of_policy.where(PolicyYear.starts_at <= moment, PolicyYear.ends_at > moment))


def year_of(session: Session, policy_id: int, number: int) -> PolicyYear:
    """Find a year of a policy that is there."""
    return session.scalars(select(PolicyYear).filter_by(policy_id=policy_id, number=number)).one()


def years_of(session: Session, policy_ids: Collection[int]) -> list[PolicyYear]:
    """List the years of several policies, the first first."""
    of_policies = select(PolicyYear).where(PolicyYear.policy_id.in_(policy_ids))
    return list(session.scalars(of_policies.order_by(PolicyYear.policy_id, PolicyYear.number)))


def lock_year(session: Session, year_id: int) -> PolicyYear:
    """Hold on to a year until the transaction ends; it is the last lock that anybody takes."""
    locked = select(PolicyYear).filter_by(id=year_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one()


def claim_of(session: Session, policy_id: int, purpose: str, subject_id: int) -> Claim | None:
    """Find the claim of a policy for a subject."""
    return session.scalar(select(Claim).filter_by(policy_id=policy_id, purpose=purpose, subject_id=subject_id))


def own_claim(session: Session, policy_id: int, claim_id: int) -> Claim:
    """Find a claim of a policy, or raise `NotFound`."""
    found = session.scalar(select(Claim).filter_by(id=claim_id, policy_id=policy_id))
    if found is None:
        raise NotFound(claim_id=claim_id)
    return found


def claims_of(session: Session, policy_ids: Collection[int]) -> list[Claim]:
    """List the claims of several policies with their parts, the newest first."""
    of_policies = select(Claim).where(Claim.policy_id.in_(policy_ids)).options(selectinload(Claim.parts))
    return list(session.scalars(of_policies.order_by(Claim.id.desc())))


def claims_about(session: Session, purpose: str, subject_id: int) -> list[Claim]:
    """List the claims for a subject with their parts, one for each policy, the first first."""
    about = select(Claim).filter_by(purpose=purpose, subject_id=subject_id).options(selectinload(Claim.parts))
    return list(session.scalars(about.order_by(Claim.id)))


def events_to_join(session: Session, policy_ids: Collection[int], subject: Subject, now: datetime) -> list[Claim]:
    """List the events of several policies to which a further subject may belong, each by its first claim.

    The newest is the first. What was let go, or has gone back, has cost nothing: nobody needs to join that.
    """
    other = aliased(Claim)
    with_cover = (
        select(func.coalesce(other.event_id, other.id))
        .join(ClaimPart, ClaimPart.claim_id == other.id)
        .where(other.policy_id.in_(policy_ids), ClaimPart.reserved_minor + ClaimPart.used_minor > 0)
    )
    recent = select(Claim).where(Claim.event_id.is_(None), Claim.made_at > now - timedelta(days=ONE_EVENT_DAYS))
    others = recent.where(or_(Claim.purpose != subject.purpose, Claim.subject_id != subject.id))
    return list(session.scalars(others.where(Claim.id.in_(with_cover)).order_by(Claim.id.desc())))


def part_of_hold(session: Session, hold_id: int) -> ClaimPart | None:
    """Find what is covered of a hold."""
    return session.scalar(select(ClaimPart).filter_by(hold_id=hold_id))


def promised_part(session: Session, purpose: str, subject_id: int, part: int) -> ClaimPart | None:
    """Find what is promised for a part of a subject whose hold is not known yet."""
    promised = select(ClaimPart).join(Claim, Claim.id == ClaimPart.claim_id)
    waiting = promised.where(ClaimPart.hold_id.is_(None), ClaimPart.part == part)
    return session.scalar(waiting.where(Claim.purpose == purpose, Claim.subject_id == subject_id))
