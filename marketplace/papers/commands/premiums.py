"""Papers for customers about cover: one for each period or difference that was paid, and for what goes back of it."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from marketplace.insurance import queries as insurance
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.database import at_end
from marketplace.kernel.money import Money
from marketplace.papers import queries, wording
from marketplace.papers.commands.papering import Payment, issue_credit_note, issue_for_payment
from marketplace.papers.rules import TaxedAmount
from marketplace.payments import queries as payments
from marketplace.payments.commands import ChargebackEnded, PeriodPaid, PeriodRefundDecided
from marketplace.payments.models import PeriodPayment
from marketplace.tariffs.rules import Tax


def premium_paid(session: Session, event: PeriodPaid) -> None:
    """Issue a receipt or an invoice."""
    _owe(session, event.payment_id, event.at)


def premium_refund_decided(session: Session, event: PeriodRefundDecided) -> None:
    """Issue a credit note, and what it corrects if that was not even paid in time."""
    _owe(session, event.payment_id, event.at)


def premium_chargeback_ended(session: Session, event: ChargebackEnded) -> None:
    """Issue a credit note for what was not earned of what a bank has taken back for good."""
    payment_id = payments.chargeback(session, event.chargeback_id).payment_id
    if not event.is_won and payment_id is not None:
        _owe(session, payment_id, event.at)


def _owe(session: Session, payment_id: int, now: datetime) -> None:
    at_end(session, ("premium", payment_id), partial(issue_owed_for_premium, payment_id=payment_id, now=now))


def issue_owed_for_premium(session: Session, payment_id: int, *, now: datetime) -> None:
    """Issue what is owed to who has paid for a period of a policy: nothing if all of it was issued before."""
    premium = payments.period_payment(session, payment_id)
    subscription = payments.lock_subscription(session, premium.subscription_id)
    if subscription.purpose != PURPOSE:
        return
    session.refresh(premium)
    payment = payment_of_premium(session, premium)
    paid = queries.paper_of_premium(session, payment_id) or issue_for_payment(session, payment, now=now)
    assert paid is not None, payment_id
    for one in queries.uncredited_premiums(session, premium):
        sale = payment.sale
        taxed = _less_than_nothing(one, subscription.tax_rate)
        given_back = wording.GivenBack(sale.label, sale.reference, one.cause, sale.tax, taxed)
        issue_credit_note(session, paid, one.fact, given_back, now=now)


def payment_of_premium(session: Session, premium: PeriodPayment) -> Payment:
    """Tell what was paid for a period of a policy, with the tax that the ledger has."""
    subscription = premium.subscription
    policy = insurance.policy(session, subscription.subject_id)
    period = premium.period_start, premium.period_end
    sale = wording.Sale(
        label=wording.POLICY,
        reference=policy.reference,
        describe=partial(wording.cover_for, subscription.description, premium.reason, *period),
        tax=Tax(policy.tax_names, subscription.tax_rate, policy.tax_country),
        taxed=TaxedAmount(subscription.tax_rate, premium.amount - premium.tax, premium.tax),
        covered=Money.zero(premium.currency),
        paid_at=premium.paid_at,
    )
    return Payment(fact=f"premium:{premium.id}", payer_id=subscription.payer_id, sale=sale, payment_id=premium.id)


def _less_than_nothing(one: queries.UncreditedPremium, rate: int) -> TaxedAmount:
    zero = Money.zero(one.amount.currency)
    return TaxedAmount(rate, zero - (one.amount - one.tax), zero - one.tax)
