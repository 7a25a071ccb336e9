"""The years of a policy, each with its own limit."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.insurance import queries
from marketplace.insurance.models import Policy, PolicyYear
from marketplace.insurance.rules import PURPOSE, PlanTerms, anniversary
from marketplace.kernel.database import insert_new
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments.rules import Account, AccountKind, Fact, Movement


class _About:
    """A policy, as its bookings name it."""

    purpose = PURPOSE

    def __init__(self, policy_id: int) -> None:
        self.subject_id = policy_id


def begin_year(session: Session, policy: Policy, number: int, *, now: datetime) -> None:
    """Begin a year of a policy, which is locked, unless it has begun; a replayed renewal begins nothing twice."""
    assert policy.begins_at is not None
    terms = policy.version.terms
    is_new = insert_new(
        session,
        PolicyYear,
        policy_id=policy.id,
        number=number,
        starts_at=anniversary(policy.begins_at, number),
        ends_at=anniversary(policy.begins_at, number + 1),
        currency=terms.limit.currency,
        limit_minor=terms.limit.minor,
        reserved_minor=0,
        used_minor=0,
        limit_minutes=terms.limit_minutes,
        reserved_minutes=0,
        used_minutes=0,
    )
    if is_new:
        year = queries.year_of(session, policy.id, number)
        _book(session, policy.id, year.id, f"cover_granted:{year.id}", terms.limit, now)


def bring_years_to(session: Session, policy: Policy, terms: PlanTerms, *, now: datetime) -> None:
    """Give the running year the limits of another plan, though never less than what is promised and paid."""
    running = queries.year_at(session, policy.id, now)
    if running is None:
        return
    year = queries.lock_year(session, running.id)
    before = year.limit
    year.limit_minor = max(terms.limit, year.reserved + year.used).minor
    taken = year.reserved_minutes + year.used_minutes
    year.limit_minutes = None if terms.limit_minutes is None else max(terms.limit_minutes, taken)
    session.flush()
    _book(session, policy.id, year.id, f"cover_granted:{year.id}:{policy.version_id}", year.limit - before, now)


def _book(session: Session, policy_id: int, year_id: int, key: str, granted: Money, now: datetime) -> None:
    """Book that a year has so much more to promise, or less if it is negative."""
    left, contra = Account(AccountKind.COVER_LEFT, year_id), Account(AccountKind.COVER_CONTRA)
    movement = Movement(left, contra, granted)
    if granted.minor < 0:
        movement = Movement(contra, left, Money(-granted.minor, granted.currency))
    if granted:
        payments.book(session, _About(policy_id), Fact.COVER_GRANTED, key, [movement], now=now)
