"""What the papers about a payment have in common, whatever was paid for."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.papers import queries, wording
from marketplace.papers.commands.issuing import Draft, issue
from marketplace.papers.models import Paper
from marketplace.papers.rules import PaperKind, Sheet
from marketplace.papers.seller import seller


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a paper is about.

    Attributes:
        fact: names it, unlike any other.
        payer_id: who has paid.
        sale: what was paid for.
        hold_id: the payment,
        payment_id: or that for a period.
    """

    fact: str
    payer_id: int
    sale: wording.Sale
    hold_id: int | None = None
    payment_id: int | None = None


def issue_for_payment(session: Session, payment: Payment, *, now: datetime) -> Paper | None:
    """Issue an invoice to who has given billing details, a receipt to others."""
    is_named = queries.billing_details(session, payment.payer_id) is not None
    kind = PaperKind.INVOICE if is_named else PaperKind.RECEIPT
    return issue(session, draft_for_payment(session, payment, kind, payment.fact, now), now=now)


def draft_for_payment(
    session: Session, payment: Payment, kind: PaperKind, fact: str, now: datetime, *, instead_of: Paper | None = None
) -> Draft:
    """Draft a receipt or an invoice; one that takes the place of another has the same amounts."""
    payer = accounts.person(session, payment.payer_id)
    details = queries.billing_details(session, payer.id)
    price = instead_of.taxes[0].taxed if instead_of else payment.sale.taxed
    sale, who = replace(payment.sale, taxed=price, instead_of=instead_of), seller()

    def write(number: str) -> Sheet:
        buyer = wording.buyer_lines(details) if details else [payer.name, payer.email]
        return wording.for_payment(kind, number, replace(sale, buyer=buyer), who, now)

    return Draft(
        kind=kind,
        fact=fact,
        recipient=details.name if details else payer.name,
        language=payer.language,
        currency=price.total.currency,
        taxes=[price],
        write=write,
        person_id=payer.id,
        hold_id=payment.hold_id,
        payment_id=payment.payment_id,
        supersedes_id=instead_of.id if instead_of else None,
    )


def issue_credit_note(
    session: Session, paid: Paper, fact: str, given_back: wording.GivenBack, *, now: datetime
) -> None:
    """Issue a credit note about a receipt or an invoice."""
    who = seller()
    draft = Draft(
        kind=PaperKind.CREDIT_NOTE,
        fact=fact,
        recipient=paid.recipient,
        language=paid.language,
        currency=paid.currency,
        taxes=[given_back.taxed],
        write=lambda number: wording.for_refund(number, paid, given_back, who, now),
        person_id=paid.person_id,
        hold_id=paid.hold_id,
        payment_id=paid.payment_id,
        corrects_id=paid.id,
    )
    issue(session, draft, now=now)
