"""Papers for customers: one for each payment that was taken, and one for all that goes back of it."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.jobs import queries as jobs
from marketplace.jobs.rules import FIRST_PART, PURPOSE
from marketplace.kernel.database import at_end
from marketplace.kernel.money import Money
from marketplace.papers import queries, wording
from marketplace.papers.commands.issuing import Draft, issue
from marketplace.papers.models import Paper
from marketplace.papers.rules import (
    InvoicedAlready,
    NobodyNamed,
    PaperKind,
    TaxedAmount,
    TooLateToInvoice,
    difference,
    may_be_invoiced,
    taxed,
)
from marketplace.papers.seller import seller
from marketplace.payments import queries as payments
from marketplace.payments.commands import ChargebackEnded, PaymentTaken, RefundDecided
from marketplace.payments.models import Hold
from marketplace.payments.rules import TAKEN
from marketplace.support_requests.models import SupportRequest
from marketplace.tariffs.rules import NO_TAX


def payment_taken(session: Session, event: PaymentTaken) -> None:
    """Issue a receipt or an invoice."""
    _owe(session, event.hold_id, event.at)


def refund_decided(session: Session, event: RefundDecided) -> None:
    """Issue a credit note."""
    _owe(session, event.hold_id, event.at)


def chargeback_ended(session: Session, event: ChargebackEnded) -> None:
    """Issue a credit note for what a bank has taken back for good; periods have their papers at Stripe."""
    hold_id = payments.chargeback(session, event.chargeback_id).hold_id
    if not event.is_won and hold_id is not None:
        _owe(session, hold_id, event.at)


def _owe(session: Session, hold_id: int, now: datetime) -> None:
    at_end(session, ("papers", hold_id), partial(issue_owed, hold_id=hold_id, now=now))


def issue_owed(session: Session, hold_id: int, *, now: datetime) -> None:
    """Issue what is owed to the payer of a hold: nothing if all of it was issued before."""
    hold = payments.lock_hold(session, hold_id)
    if hold.purpose != PURPOSE or hold.status not in TAKEN or not hold.charged:  # What is covered is paid before.
        return
    paid = queries.paper_of_payment(session, hold_id) or _issue_for_payment(session, hold, now)
    assert paid is not None, hold_id
    left = queries.price_left(session, paid)
    for one in queries.uncredited(session, hold):
        given_back = _given_back(one, left, paid.taxes[0].rate)
        _issue_credit_note(session, paid, one, given_back, now=now)
        left += given_back.total if given_back.rate == paid.taxes[0].rate else Money.zero(paid.currency)


def _issue_for_payment(session: Session, hold: Hold, now: datetime) -> Paper | None:
    is_named = queries.billing_details(session, hold.payer_id) is not None
    kind = PaperKind.INVOICE if is_named else PaperKind.RECEIPT
    return issue(session, _for_payment(session, hold, kind, f"hold:{hold.id}", now), now=now)


def ask_for_invoice(session: Session, number: str, *, person_id: int, now: datetime) -> None:
    """Have an invoice issued in place of a receipt, with the billing details of now; the receipt stays as it is.

    It is the same sale with the same tax, so it counts in the sums where the receipt does, in the month of that.

    Raises:
        NotFound: it is no receipt of this person.
        NobodyNamed: there are no billing details to put on it.
        InvoicedAlready: an invoice has taken its place.
        TooLateToInvoice: the year after that of the receipt is over.
    """
    receipt = queries.own_receipt(session, number, person_id)
    assert receipt.hold_id is not None
    payments.lock_hold(session, receipt.hold_id)
    if queries.superseded_by(session, receipt) is not None:
        raise InvoicedAlready
    if not may_be_invoiced(receipt.issued_at, now):
        raise TooLateToInvoice
    if queries.billing_details(session, person_id) is None:
        raise NobodyNamed
    at_end(session, ("invoice", receipt.id), partial(_issue_instead, receipt_id=receipt.id, now=now))


def _issue_instead(session: Session, *, receipt_id: int, now: datetime) -> None:
    receipt = session.get_one(Paper, receipt_id)
    assert receipt.hold is not None
    draft = _for_payment(session, receipt.hold, PaperKind.INVOICE, f"invoice:{receipt.id}", now, instead_of=receipt)
    issue(session, draft, now=now)


def _for_payment(
    session: Session, hold: Hold, kind: PaperKind, fact: str, now: datetime, *, instead_of: Paper | None = None
) -> Draft:
    payer = accounts.person(session, hold.payer_id)
    details = queries.billing_details(session, payer.id)
    job = jobs.job_of(session, hold.subject_id)
    tax = job.tax if job else NO_TAX
    price = instead_of.taxes[0].taxed if instead_of else taxed(hold.charged, tax.rate)
    who = seller()
    sale = partial(
        wording.Sale,
        reference=_reference(session, hold),
        what=_what(session, hold),
        partner=(job.provider.name, job.provider.country) if job else None,
        tax=tax,
        taxed=price,
        covered=hold.captured - hold.charged,
        paid_at=queries.taken_at(session, hold),
        instead_of=instead_of,
    )
    return Draft(
        kind=kind,
        fact=fact,
        recipient=details.name if details else payer.name,
        language=payer.language,
        currency=hold.currency,
        taxes=[price],
        write=lambda number: wording.for_payment(
            kind, number, sale(buyer=wording.buyer_lines(details) if details else [payer.name, payer.email]), who, now
        ),
        person_id=payer.id,
        hold_id=hold.id,
        supersedes_id=instead_of.id if instead_of else None,
    )


def _what(session: Session, hold: Hold) -> str:
    """Tell what was paid for: the title, and of extra work what was proposed."""
    extras = jobs.extras_of(session, jobs.job_of(session, hold.subject_id)) if hold.part != FIRST_PART else []
    proposed = next((one.description for one in extras if one.part == hold.part), None)
    return f"{hold.description}\n{proposed}" if proposed else hold.description


def _reference(session: Session, hold: Hold) -> str:
    return session.get_one(SupportRequest, hold.subject_id).reference


def _given_back(one: queries.Uncredited, left: Money, rate: int) -> TaxedAmount:
    if one.is_of_the_price:
        return difference(left, one.amount, rate)
    zero = Money.zero(one.amount.currency)
    return TaxedAmount(NO_TAX.rate, zero - one.amount, zero)


def _issue_credit_note(
    session: Session, paid: Paper, about: queries.Uncredited, given_back: TaxedAmount, *, now: datetime
) -> None:
    who, hold = seller(), paid.hold
    assert hold is not None
    job = jobs.job_of(session, hold.subject_id)
    reference, tax = _reference(session, hold), job.tax if job and about.is_of_the_price else NO_TAX
    draft = Draft(
        kind=PaperKind.CREDIT_NOTE,
        fact=about.fact,
        recipient=paid.recipient,
        language=paid.language,
        currency=paid.currency,
        taxes=[given_back],
        write=lambda number: wording.for_refund(
            number, paid, wording.GivenBack(reference, str(about.cause), tax, given_back), who, now
        ),
        person_id=paid.person_id,
        hold_id=paid.hold_id,
        corrects_id=paid.id,
    )
    issue(session, draft, now=now)
