"""What must always hold of cover; `handrail check` and the worker ask every day. Each check names what is broken."""

from collections import Counter, defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.insurance.models import Claim, ClaimPart, Policy, PolicyYear
from marketplace.insurance.rules import COVERING, PURPOSE, minutes_of
from marketplace.kernel.money import Money
from marketplace.payments import queries as payments
from marketplace.payments.models import Chargeback, Hold, PeriodPayment, Subscription
from marketplace.payments.rules import OPEN_CHARGEBACKS, TAKEN, AccountKind


def years_that_are_overdrawn(session: Session) -> list[str]:
    """Promised and paid within the limit of the year."""
    over = select(PolicyYear).where(PolicyYear.reserved_minor + PolicyYear.used_minor > PolicyYear.limit_minor)
    return [f"year {one.id} has {one.left.minor} left" for one in session.scalars(over)]


def years_that_disagree_with_their_claims(session: Session) -> list[str]:
    """What years have promised and paid, in money and in time, and their claims."""
    sums: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for part in session.scalars(select(ClaimPart)):
        promised = Money(part.promised_minor, part.currency)
        for name, minor in (("reserved", part.reserved_minor), ("used", part.used_minor)):
            minutes = minutes_of(Money(minor, part.currency), promised, part.promised_minutes)
            sums[part.year_id].update({f"{name}_minor": minor, f"{name}_minutes": minutes})
    return [
        f"year {year.id}: {name} is {getattr(year, name)}, by its claims {sums[year.id][name]}"
        for year in session.scalars(select(PolicyYear).order_by(PolicyYear.id))
        for name in ("reserved_minor", "used_minor", "reserved_minutes", "used_minutes")
        if getattr(year, name) != sums[year.id][name]
    ]


def years_that_disagree_with_the_ledger(session: Session) -> list[str]:
    """What years have left, promised and paid, by themselves and by the ledger's memo."""
    kinds = {
        AccountKind.COVER_LEFT: "left",
        AccountKind.COVER_RESERVED: "reserved",
        AccountKind.COVER_USED: "used",
    }
    return [
        f"year {year.id}: {name} is {getattr(year, name).minor}, by the ledger {booked.minor}"
        for year in session.scalars(select(PolicyYear).order_by(PolicyYear.id))
        for kind, name in kinds.items()
        if (booked := payments.balance(session, kind, year.currency, year.id)) != getattr(year, name)
    ]


def claims_that_disagree_with_their_payments(session: Session) -> list[str]:
    """What claims take, and what is covered of the payments that they are for."""
    broken = []
    for part, hold in session.execute(select(ClaimPart, Hold).join(Hold, Hold.id == ClaimPart.hold_id)).all():
        expected = (0, hold.covered_minor) if hold.status in TAKEN else (hold.covered_minor, 0)
        if (part.reserved_minor, part.used_minor) != expected:
            broken.append(
                f"hold {hold.id} is {hold.status} and covered with {hold.covered_minor}, "
                f"its claim has {part.reserved_minor} reserved and {part.used_minor} used"
            )
    return broken


def payments_covered_for_nobody(session: Session) -> list[str]:
    """Payments that are covered have a claim of their payer's own policy."""
    parts = select(ClaimPart.hold_id).where(ClaimPart.hold_id.is_not(None))
    orphans = select(Hold.id).where(Hold.covered_minor > 0, Hold.id.not_in(parts))
    waiting = select(Claim.id).join(ClaimPart).where(ClaimPart.hold_id.is_(None))
    return [
        *(f"hold {hold_id} is covered, but no claim says by what" for hold_id in session.scalars(orphans)),
        *(f"claim {claim_id} was promised for a payment that is not there" for claim_id in session.scalars(waiting)),
    ]


def policies_that_cover_while_a_bank_decides(session: Session) -> list[str]:
    """Nothing new is covered by a policy as long as a bank has taken back what was paid for it."""
    at_bank = (
        select(Policy.reference, Policy.status)
        .join(Subscription, (Subscription.purpose == PURPOSE) & (Subscription.subject_id == Policy.id))
        .join(PeriodPayment, PeriodPayment.subscription_id == Subscription.id)
        .join(Chargeback, Chargeback.payment_id == PeriodPayment.id)
        .where(Chargeback.status.in_(OPEN_CHARGEBACKS), Policy.status.in_(COVERING))
    )
    return [
        f"policy {reference} is {status}, but a bank has taken back what was paid for it"
        for reference, status in session.execute(at_bank.order_by(Policy.id))
    ]


CHECKS = (
    years_that_are_overdrawn,
    years_that_disagree_with_their_claims,
    years_that_disagree_with_the_ledger,
    claims_that_disagree_with_their_payments,
    payments_covered_for_nobody,
    policies_that_cover_while_a_bank_decides,
)
