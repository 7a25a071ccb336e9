"""Reading papers for customers, and what is still to be papered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _l
from marketplace.papers.models import BillingDetails, Paper, PaperTax
from marketplace.papers.rules import PaperKind
from marketplace.payments import queries as payments
from marketplace.payments.models import Chargeback, Hold, LedgerTransaction, PeriodPayment, Subscription
from marketplace.payments.rules import TAKEN, ChargebackStatus

FOR_PAYMENTS = (PaperKind.RECEIPT, PaperKind.INVOICE)
BY_THE_BANK = "chargeback:"  # How the facts begin for which a bank has taken something back.
TAKEN_BACK = _l("Your bank has taken the payment back")
_WITH_TAXES = selectinload(Paper.taxes)


def billing_details(session: Session, person_id: int) -> BillingDetails | None:
    """Find whom a customer wants to stand on the papers; None if nobody was named."""
    return session.get(BillingDetails, person_id)


def paper_of_payment(session: Session, hold_id: int) -> Paper | None:
    """Find the receipt or the invoice for a payment: of two, the invoice that has taken the place of the receipt."""
    issued = select(Paper).filter_by(hold_id=hold_id).where(Paper.kind.in_(FOR_PAYMENTS))
    return session.scalar(issued.order_by(Paper.id.desc()).limit(1))


def price_left(session: Session, paid: Paper) -> Money:
    """Tell what is left of a taxed price after the credit notes, but for those that left the price as it was."""
    of_the_price = select(func.coalesce(func.sum(PaperTax.net_minor + PaperTax.tax_minor), 0)).join(Paper)
    notes = of_the_price.where(Paper.hold_id == paid.hold_id, Paper.kind == PaperKind.CREDIT_NOTE)
    minor = session.scalar(notes.where(PaperTax.rate == paid.taxes[0].rate))
    return paid.total + Money(int(minor or 0), paid.currency)


@dataclass(frozen=True, slots=True)
class Uncredited:
    """Something that went back without a credit note: for which fact, why, how much, and whether out of the price.

    What the vendor gives alone, out of goodwill, leaves the price and its tax as they are, here as in the ledger.
    """

    fact: str
    cause: LazyText
    amount: Money
    is_of_the_price: bool = True


def uncredited(session: Session, hold: Hold) -> list[Uncredited]:
    """List what went back of a hold without a credit note."""
    notes = session.scalars(select(Paper).filter_by(hold_id=hold.id, kind=PaperKind.CREDIT_NOTE))
    issued = {note.fact: note.total_minor for note in notes}
    found = [
        Uncredited(f"refund:{one.id}", one.cause.label, one.amount - one.cover, is_of_the_price=not one.borne)
        for one in payments.refunds_of(session, [hold.id])
        if f"refund:{one.id}" not in issued and one.amount != one.cover
    ]
    left = hold.lost_minor + sum(minor for fact, minor in issued.items() if fact.startswith(BY_THE_BANK))
    lost = select(Chargeback).filter_by(hold_id=hold.id, status=ChargebackStatus.LOST).order_by(Chargeback.id)
    for one in session.scalars(lost):
        part = min(one.amount_minor, left)
        if part and f"{BY_THE_BANK}{one.id}" not in issued:
            found.append(Uncredited(f"{BY_THE_BANK}{one.id}", TAKEN_BACK, Money(part, hold.currency)))
            left -= part
    return found


def taken_at(session: Session, hold: Hold) -> datetime:
    """Tell when a payment was taken, by the ledger."""
    booked = session.scalar(select(LedgerTransaction.at).filter_by(key=f"capture:{hold.charge_id}"))
    return booked or hold.held_at or hold.created_at


def unpapered(session: Session) -> list[tuple[int, int, int]]:
    """List the holds whose papers differ from what was paid by card and not given back: the hold, both sums."""
    kept = Hold.captured_minor - Hold.refunded_minor - Hold.lost_minor - Hold.covered_minor  # By card.
    sum_minor = func.coalesce(func.sum(Paper.total_minor), 0)
    once = (Paper.hold_id == Hold.id) & Paper.supersedes_id.is_(None)  # An invoice in place of a receipt says the same.
    taken = select(Hold.id, sum_minor, kept).outerjoin(Paper, once)
    differing = (
        taken.where(Hold.purpose == PURPOSE, Hold.status.in_(TAKEN), Hold.charged_minor > 0)
        .group_by(Hold.id, kept)
        .having(or_(func.count(Paper.id) == 0, sum_minor != kept))
        .order_by(Hold.id)
    )
    return [(hold_id, int(papers), int(left)) for hold_id, papers, left in session.execute(differing)]


def paper_for(session: Session, number: str, *, person_id: int, provider_id: int | None, is_finance: bool) -> Paper:
    """Find a paper for whoever may read it, or raise `NotFound`."""
    mine = or_(*_of(person_id, provider_id), true() if is_finance else false())
    found = session.scalar(select(Paper).filter_by(number=number).where(mine).options(_WITH_TAXES))
    if found is None:
        raise NotFound(number=number)
    return found


def papers_of(
    session: Session, *, person_id: int, provider_id: int | None = None, before_id: int = MAX_ID, limit: int
) -> list[Paper]:
    """List the papers of a customer, and those of the partner for whom the same person works, the newest first."""
    mine = select(Paper).where(or_(*_of(person_id, provider_id)), Paper.id < before_id).options(_WITH_TAXES)
    return list(session.scalars(mine.order_by(Paper.id.desc()).limit(limit)))


def papers_of_subject(session: Session, purpose: str, subject_id: int) -> list[Paper]:
    """List the papers about all payments for a subject, the first first."""
    about = {"purpose": purpose, "subject_id": subject_id}
    holds = select(Hold.id).filter_by(**about)
    periods = (
        select(PeriodPayment.id)
        .join(PeriodPayment.subscription)
        .filter(Subscription.purpose == purpose, Subscription.subject_id == subject_id)
    )
    found = select(Paper).where(or_(Paper.hold_id.in_(holds), Paper.payment_id.in_(periods)))
    return list(session.scalars(found.order_by(Paper.id)))


def corrections_of(session: Session, paper: Paper) -> list[Paper]:
    """List the credit notes about a paper, the first first."""
    return list(session.scalars(select(Paper).filter_by(corrects_id=paper.id).order_by(Paper.id)))


def superseded_by(session: Session, paper: Paper) -> Paper | None:
    """Find the invoice that has taken the place of a receipt."""
    return session.scalar(select(Paper).filter_by(supersedes_id=paper.id))


def own_receipt(session: Session, number: str, person_id: int) -> Paper:
    """Find a customer's receipt, or raise `NotFound`."""
    same = select(Paper).filter_by(number=number, person_id=person_id, kind=PaperKind.RECEIPT)
    found = session.scalar(same.options(_WITH_TAXES))
    if found is None:
        raise NotFound(number=number)
    return found


def _of(person_id: int, provider_id: int | None) -> list[ColumnElement[bool]]:
    mine = [Paper.person_id == person_id]
    return mine if provider_id is None else [*mine, Paper.provider_id == provider_id]
