"""Invoices in place of receipts."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from marketplace.kernel.database import at_end
from marketplace.papers import queries
from marketplace.papers.commands.customers import payment_of_hold
from marketplace.papers.commands.issuing import issue
from marketplace.papers.commands.papering import Payment, draft_for_payment
from marketplace.papers.commands.premiums import payment_of_premium
from marketplace.papers.models import Paper
from marketplace.papers.rules import InvoicedAlready, NobodyNamed, PaperKind, TooLateToInvoice, may_be_invoiced
from marketplace.payments import queries as payments


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
    _lock_payment(session, receipt)
    if queries.superseded_by(session, receipt) is not None:
        raise InvoicedAlready
    if not may_be_invoiced(receipt.issued_at, now):
        raise TooLateToInvoice
    if queries.billing_details(session, person_id) is None:
        raise NobodyNamed
    at_end(session, ("invoice", receipt.id), partial(_issue_instead, receipt_id=receipt.id, now=now))


def _lock_payment(session: Session, receipt: Paper) -> None:
    if receipt.payment is not None:
        payments.lock_subscription(session, receipt.payment.subscription_id)
    elif receipt.hold_id is not None:
        payments.lock_hold(session, receipt.hold_id)


def _issue_instead(session: Session, *, receipt_id: int, now: datetime) -> None:
    receipt = session.get_one(Paper, receipt_id)
    kind, fact = PaperKind.INVOICE, f"invoice:{receipt.id}"
    issue(
        session, draft_for_payment(session, _payment_of(session, receipt), kind, fact, now, instead_of=receipt), now=now
    )


def _payment_of(session: Session, receipt: Paper) -> Payment:
    if receipt.payment is not None:
        return payment_of_premium(session, receipt.payment)
    assert receipt.hold is not None, "a receipt is for a payment"
    return payment_of_hold(session, receipt.hold)
