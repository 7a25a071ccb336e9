"""Reading about policies, and how they stand."""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.insurance.models import Claim, ClaimPart, PlanVersion, Policy, PolicyYear
from marketplace.insurance.queries.claims import claim_of, own_claim, year_at
from marketplace.insurance.queries.plans import plans_on_sale
from marketplace.insurance.rules import LIVE, PURPOSE, RENEWAL_TAKES, Cancellation, PolicyStatus, Standing
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as payments
from marketplace.payments.rules import Subject


def policy(session: Session, policy_id: int) -> Policy:
    """Find a policy that is there."""
    return session.get_one(Policy, policy_id)


def policy_by_reference(session: Session, reference: str, person_id: int | None = None) -> Policy:
    """Find a policy, of this person if one is named, or raise `NotFound`."""
    found = session.scalar(select(Policy).filter_by(reference=reference))
    if found is None or (person_id is not None and found.person_id != person_id):
        raise NotFound(reference=reference)
    return found


def lock_policy(session: Session, policy_id: int) -> Policy:
    """Hold on to a policy until the transaction ends."""
    locked = select(Policy).filter_by(id=policy_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one()


def lock_own_policy(session: Session, reference: str, person_id: int) -> Policy:
    """Hold on to a policy of this person, or raise `NotFound`."""
    return lock_policy(session, policy_by_reference(session, reference, person_id).id)


def cancellation(session: Session, policy: Policy, now: datetime) -> Cancellation:
    """Tell what goes back if a policy ends now."""
    currency = policy.version.currency
    subscription = payments.live_subscription(session, PURPOSE, policy.id)
    year = year_at(session, policy.id, now)
    taken = year.reserved + year.used if year else Money.zero(currency)
    unearned = payments.refundable_at(session, subscription, now) if subscription else Money.zero(currency)
    return Cancellation(unearned, taken)


def plans_to_change_to(session: Session, policy: Policy) -> list[PlanVersion]:
    """List what a policy can go over to: what is on sale, paid as often and in the same currency, and differs."""
    now = policy.version
    return [
        one
        for one in plans_on_sale(session)
        if (one.currency, one.interval, one.needs_licence) == (now.currency, now.interval, now.needs_licence)
        and one.id != now.id
        and one.price_minor != now.price_minor
    ]


def policies_of(session: Session, person_id: int) -> list[Policy]:
    """List the policies of a person, the newest first."""
    return list(session.scalars(select(Policy).filter_by(person_id=person_id).order_by(Policy.id.desc())))


def live_policies(session: Session, person_id: int) -> list[Policy]:
    """List the policies of a person that have not ended, the oldest first."""
    mine = select(Policy).filter_by(person_id=person_id).where(Policy.status.in_(LIVE))
    return list(session.scalars(mine.order_by(Policy.id)))


def to_suspend(session: Session, now: datetime) -> list[int]:
    """List the policies whose grace is over."""
    overdue = select(Policy.id, Policy.unpaid_since, PlanVersion.grace_days).join(
        PlanVersion, PlanVersion.id == Policy.version_id
    )
    rows = session.execute(overdue.where(Policy.status == PolicyStatus.GRACE).order_by(Policy.id))
    return [policy_id for policy_id, since, days in rows if since is not None and since + timedelta(days=days) <= now]


def between_years(session: Session, now: datetime) -> list[int]:
    """List the policies whose last year has just ended, while Stripe has not charged, or tried to charge, the next."""
    later = aliased(PolicyYear)
    has_next = exists().where(later.policy_id == PolicyYear.policy_id, later.number > PolicyYear.number)
    ended = select(PolicyYear.policy_id).join(Policy, Policy.id == PolicyYear.policy_id).where(~has_next)
    just_now = ended.where(PolicyYear.ends_at <= now, PolicyYear.ends_at > now - RENEWAL_TAKES)
    return list(session.scalars(just_now.where(Policy.status == PolicyStatus.ACTIVE).order_by(PolicyYear.policy_id)))


def standing(
    session: Session, policy_id: int, now: datetime, *, subject: Subject | None = None, same_cause_as: int | None = None
) -> Standing:
    """Tell how a policy stands, and what the event of a subject has taken of it already.

    Args:
        session: the transaction.
        policy_id: of the policy.
        now: the present moment.
        subject: what is to be covered, whose earlier parts belong to the same event.
        same_cause_as: a claim about the same event.
    """
    found = policy(session, policy_id)
    year = year_at(session, policy_id, now)
    terms = found.version.terms
    borne, covered = _of_event(session, policy_id, terms.limit.currency, subject, same_cause_as)
    return Standing(
        status=found.status,
        terms=terms,
        waits_until=found.waits_until,
        left=year.left if year else None,
        left_minutes=year.left_minutes if year else None,
        own_borne=borne,
        event_covered=covered,
        is_for_another_licence=subject is not None and _is_for_another_licence(session, found, subject),
    )


def _is_for_another_licence(session: Session, policy: Policy, subject: Subject) -> bool:
    """Tell whether a policy for another licence pays a part of a subject; who chooses one says what it is about."""
    if not policy.licence:
        return False
    about = select(Claim.id).join(Claim.policy).where(Policy.licence.not_in(["", policy.licence]))
    about = about.where(Claim.purpose == subject.purpose, Claim.subject_id == subject.id)
    paying = about.join(Claim.parts).where(ClaimPart.reserved_minor + ClaimPart.used_minor > 0)
    return session.scalar(paying.limit(1)) is not None


def _of_event(
    session: Session, policy_id: int, currency: str, subject: Subject | None, same_cause_as: int | None
) -> tuple[Money, Money]:
    """Add up what customer and cover bear of an event already."""
    claims = []
    if subject is not None:
        claims.append(claim_of(session, policy_id, subject.purpose, subject.id))
    if same_cause_as is not None:
        claims.append(own_claim(session, policy_id, same_cause_as))
    event_ids = {one.event_id or one.id for one in claims if one is not None}
    if not event_ids:
        return Money.zero(currency), Money.zero(currency)
    covered = ClaimPart.reserved_minor + ClaimPart.used_minor
    of_event = or_(Claim.id.in_(event_ids), Claim.event_id.in_(event_ids))
    sums = select(func.coalesce(func.sum(ClaimPart.own_minor), 0), func.coalesce(func.sum(covered), 0)).join(Claim)
    own, taken = session.execute(sums.where(of_event, covered > 0)).one()
    return Money(int(own), currency), Money(int(taken), currency)


def is_at_bank(session: Session, policy_id: int) -> bool:
    """Tell whether a bank has taken back what was paid for a policy, and has not decided yet."""
    paid = payments.subscriptions_of(session, PURPOSE, policy_id)
    return any(payments.payments_at_bank(session, one.id) for one in paid)
