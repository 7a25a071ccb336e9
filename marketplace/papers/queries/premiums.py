"""Reading what is still to be papered of what customers pay to be covered."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _l
from marketplace.papers.models import Paper
from marketplace.papers.queries.customers import BY_THE_BANK, FOR_PAYMENTS, TAKEN_BACK
from marketplace.papers.rules import PaperKind
from marketplace.payments import queries as payments
from marketplace.payments.models import PeriodPayment, Subscription

NOT_USED = _l("Time that was paid for and is not used")


def paper_of_premium(session: Session, payment_id: int) -> Paper | None:
    """Find the paper for what was paid for a period: of two, the invoice that has taken the place of the receipt."""
    issued = select(Paper).filter_by(payment_id=payment_id).where(Paper.kind.in_(FOR_PAYMENTS))
    return session.scalar(issued.order_by(Paper.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class UncreditedPremium:
    """A part of what was paid for a period that went back without a credit note, and the tax in it."""

    fact: str
    cause: LazyText
    amount: Money
    tax: Money


def uncredited_premiums(session: Session, premium: PeriodPayment) -> list[UncreditedPremium]:
    """List what went back of a payment for a period without a credit note."""
    back = [
        UncreditedPremium(f"period_refund:{one.id}", NOT_USED, one.amount, one.tax)
        for one in payments.period_refunds(session, [premium.id])
    ]
    taken = [
        UncreditedPremium(f"{BY_THE_BANK}{one.id}", TAKEN_BACK, one.from_kept, Money(one.tax_minor, one.currency))
        for one in payments.chargebacks_of_periods(session, [premium.id])
        if one.from_kept
    ]
    notes = select(Paper.fact).filter_by(payment_id=premium.id, kind=PaperKind.CREDIT_NOTE)
    issued = set(session.scalars(notes))
    return [one for one in back + taken if one.fact not in issued]


@dataclass(frozen=True, slots=True)
class UnpaperedPremium:
    """A payment for a period of which the papers say something else: both sums, and both of the tax, in minor units."""

    payment_id: int
    papers: int
    papers_tax: int
    kept: int
    kept_tax: int


def unpapered_premiums(session: Session) -> list[UnpaperedPremium]:
    """List the payments for periods of policies whose papers differ from what was paid and not given back."""
    kept = PeriodPayment.amount_minor - PeriodPayment.refunded_minor
    kept_tax = PeriodPayment.tax_minor - PeriodPayment.refunded_tax_minor
    papers, papers_tax = (func.coalesce(func.sum(one), 0) for one in (Paper.total_minor, Paper.tax_minor))
    once = (Paper.payment_id == PeriodPayment.id) & Paper.supersedes_id.is_(
        None
    )  # An invoice that came later: the same.
    paid = (
        select(PeriodPayment.id, papers, papers_tax, kept, kept_tax)
        .join(Subscription, Subscription.id == PeriodPayment.subscription_id)
        .outerjoin(Paper, once)
        .where(Subscription.purpose == PURPOSE)
        .group_by(PeriodPayment.id, kept, kept_tax)
    )
    differing = paid.having(or_(func.count(Paper.id) == 0, papers != kept, papers_tax != kept_tax))
    rows = session.execute(differing.order_by(PeriodPayment.id))
    return [UnpaperedPremium(payment_id, *(int(minor) for minor in sums)) for payment_id, *sums in rows]
