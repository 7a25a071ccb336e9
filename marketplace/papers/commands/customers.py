"""Papers for customers about requests: one for each payment that was taken, and one for all that goes back of it."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from marketplace.jobs import queries as jobs
from marketplace.jobs.rules import FIRST_PART, PURPOSE
from marketplace.kernel.database import at_end
from marketplace.kernel.money import Money
from marketplace.papers import queries, wording
from marketplace.papers.commands.papering import Payment, issue_credit_note, issue_for_payment
from marketplace.papers.rules import TaxedAmount, difference, taxed
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
    """Issue a credit note for what a bank has taken back for good."""
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
    payment = payment_of_hold(session, hold)
    paid = queries.paper_of_payment(session, hold_id) or issue_for_payment(session, payment, now=now)
    assert paid is not None, hold_id
    left, rate = queries.price_left(session, paid), paid.taxes[0].rate
    for one in queries.uncredited(session, hold):
        taxed_back = _given_back(one, left, rate)
        tax = payment.sale.tax if one.is_of_the_price else NO_TAX
        given_back = wording.GivenBack(wording.REQUEST, payment.sale.reference, one.cause, tax, taxed_back)
        issue_credit_note(session, paid, one.fact, given_back, now=now)
        left += taxed_back.total if taxed_back.rate == rate else Money.zero(paid.currency)


def payment_of_hold(session: Session, hold: Hold) -> Payment:
    """Tell what was paid with a hold."""
    job = jobs.job_of(session, hold.subject_id)
    tax, what = job.tax if job else NO_TAX, _what(session, hold)
    partner = (job.provider.name, job.provider.country) if job else None
    sale = wording.Sale(
        label=wording.REQUEST,
        reference=session.get_one(SupportRequest, hold.subject_id).reference,
        describe=partial(wording.work_by, what, partner),
        tax=tax,
        taxed=taxed(hold.charged, tax.rate),
        covered=hold.captured - hold.charged,
        paid_at=queries.taken_at(session, hold),
    )
    return Payment(fact=f"hold:{hold.id}", payer_id=hold.payer_id, sale=sale, hold_id=hold.id)


def _what(session: Session, hold: Hold) -> str:
    """Tell what was paid for: the title, and of extra work what was proposed."""
    extras = jobs.extras_of(session, jobs.job_of(session, hold.subject_id)) if hold.part != FIRST_PART else []
    proposed = next((one.description for one in extras if one.part == hold.part), None)
    return f"{hold.description}\n{proposed}" if proposed else hold.description


def _given_back(one: queries.Uncredited, left: Money, rate: int) -> TaxedAmount:
    if one.is_of_the_price:
        return difference(left, one.amount, rate)
    zero = Money.zero(one.amount.currency)
    return TaxedAmount(NO_TAX.rate, zero - one.amount, zero)
