"""A past year of one plan, as the columns from which it is recomputed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from marketplace.insurance.models import Claim, ClaimPart, PlanVersion, Policy, PolicyYear
from marketplace.insurance.rules import PURPOSE
from marketplace.insurance.rules.past_year import NO_LIMIT, PERIODS_A_YEAR, Chargeable, Claims, PolicyYears
from marketplace.insurance.rules.resampling import Whole
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


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was claimed of some policy years, the first first; one entry of each array for each.

    Attributes:
        price_minor: what it costs in the end, or may come to as long as that is open; nothing if it was called off.
        reserved_minor: what cover has promised.
        used_minor: what cover has paid.
        year_id: of the policy year.
        event: a number that claims about the same event share.
        is_counted: False for what was claimed before the time that is looked at.
        subject: what it is about, as its place among `subjects`.
        subjects: purpose and id of each.
    """

    price_minor: Whole
    reserved_minor: Whole
    used_minor: Whole
    year_id: Whole
    event: Whole
    is_counted: NDArray[np.bool_]
    subject: Whole
    subjects: Sequence[tuple[str, int]]


def past_year(session: Session, plan_id: int, currency: str, *, since: datetime, until: datetime) -> PastYear:
    """Gather a time of one plan.

    A year has a hundred thousand claims: they are read as columns, without an object for each.

    Args:
        session: for reading.
        plan_id: of the plan.
        currency: of its policies.
        since: when it began, a midnight in UTC.
        until: when it ends; not before the present moment.
    """
    ran = _ran(plan_id, currency, since, until)
    year_ids, years = _years(session, ran, payments.earned_since(session, PURPOSE, currency, since.date()))
    parts = _parts(session, ran, since)
    covered = (parts.reserved_minor + parts.used_minor)[parts.is_counted]
    return PastYear(
        _claims(parts, year_ids, payments.moved_by_subject(session, AccountKind.COVER_CLAIMS, currency)),
        years,
        Chargeable(smallest_step(currency), least_charge(currency).minor),
        Money(int(covered.sum()), currency),
    )


def _ran(plan_id: int, currency: str, since: datetime, until: datetime) -> Select[int, int, int, int]:
    """Select the policy years that ran: their ids, policies, limits and versions."""
    year, policy, version = PolicyYear.__table__.c, Policy.__table__.c, PlanVersion.__table__.c
    versions = select(version.id).where(version.plan_id == plan_id, version.currency == currency)
    return (
        select(year.id, year.policy_id, year.limit_minor, policy.version_id)
        .join(Policy.__table__, policy.id == year.policy_id)
        .where(policy.version_id.in_(versions), year.ends_at > since, year.starts_at < until)
    )


def _years(session: Session, ran: Select[int, int, int, int], earned: dict[int, int]) -> tuple[Whole, PolicyYears]:
    """Read policy years, with what each policy has earned in the first row that it has; gives their ids as well."""
    year = PolicyYear.__table__.c
    in_order = ran.order_by(year.policy_id, year.number)
    year_id, policy_id, limit, version_id = (np.array(column, np.int64) for column in _columns(session, in_order))
    policies, first, policy = np.unique(policy_id, return_index=True, return_inverse=True)
    earned_here = np.zeros_like(policy_id)
    earned_here[first] = [earned.get(number, 0) for number in policies.tolist()]
    versions, version = np.unique(version_id, return_inverse=True)
    terms = [_terms(session.get_one(PlanVersion, number)) for number in versions.tolist()]
    premium, deductible, claim_limit = np.array(terms, np.int64).reshape(-1, 3)[version].T
    return year_id, PolicyYears(policy, earned_here, premium, limit, deductible, claim_limit)


def _terms(version: PlanVersion) -> tuple[int, int, int]:
    """Give the premium of a year, the deductible and the limit of a claim."""
    claim_limit = NO_LIMIT if version.claim_limit_minor is None else version.claim_limit_minor
    return version.price_minor * PERIODS_A_YEAR[version.interval], version.deductible_minor, claim_limit


def _parts(session: Session, ran: Select[int, int, int, int], since: datetime) -> _Parts:
    part, claim, hold = ClaimPart.__table__.c, Claim.__table__.c, Hold.__table__.c
    price = case(
        (hold.captured_minor > 0, hold.captured_minor - hold.refunded_minor + hold.borne_minor),
        (part.reserved_minor > 0, part.price_minor),
        else_=0,
    )
    event, is_counted = func.coalesce(claim.event_id, claim.id), case((part.made_at >= since, 1), else_=0)
    amounts = price, part.reserved_minor, part.used_minor
    claimed = (
        select(claim.purpose, claim.subject_id, *amounts, part.year_id, event, is_counted)
        .join(Claim.__table__, claim.id == part.claim_id)
        .outerjoin(Hold.__table__, hold.id == part.hold_id)
        .where(part.year_id.in_(ran.with_only_columns(PolicyYear.__table__.c.id)))
        .order_by(part.made_at, part.id)
    )
    purposes, subject_ids, *numbers = _columns(session, claimed)
    price_minor, reserved_minor, used_minor, year_id, events, counted = (np.array(one, np.int64) for one in numbers)
    places: dict[tuple[str, int], int] = {}
    subject = [places.setdefault(one, len(places)) for one in zip(purposes, subject_ids, strict=True)]
    return _Parts(
        price_minor=price_minor,
        reserved_minor=reserved_minor,
        used_minor=used_minor,
        year_id=year_id,
        event=events,
        is_counted=counted > 0,
        subject=np.array(subject, np.int64),
        subjects=tuple(places),
    )


def _claims(parts: _Parts, year_ids: Whole, cost: dict[tuple[str, int], int]) -> Claims:
    """Put them beside what they cost; cost and what was paid are those of the whole subject."""
    paid = np.zeros(len(parts.subjects), np.int64)
    np.add.at(paid, parts.subject, parts.used_minor)
    booked = np.array([cost.get(subject, 0) for subject in parts.subjects], np.int64)
    left_the_house = np.clip(booked, 0, paid)
    by_id = np.argsort(year_ids)
    return Claims(
        price_minor=parts.price_minor,
        paid_minor=paid[parts.subject],
        cost_minor=left_the_house[parts.subject],
        year=by_id[np.searchsorted(year_ids, parts.year_id, sorter=by_id)],
        event=parts.event,
        is_counted=parts.is_counted,
    )


def _columns(session: Session, statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Read rows as columns."""
    rows = session.execute(statement).all()
    return list(zip(*rows, strict=True)) if rows else [()] * len(statement.selected_columns)
