"""What must always hold of what is paid by the period."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import utcnow
from marketplace.payments import queries
from marketplace.payments.gateway import Refused, Uncertain, gateway
from marketplace.payments.models import Chargeback, LedgerAccount, PeriodPayment, PeriodRefund, Subscription
from marketplace.payments.rules import OPEN_CHARGEBACKS, OVER, AccountKind, RefundStatus

HERE = frozenset({RefundStatus.DUE, RefundStatus.FAILED})  # What is to go back, and has not left, or has come back.
AT_STRIPE = timedelta(days=7)  # So far back it is asked what was paid.
TO_SETTLE = timedelta(days=1)  # So long it may take to book what is earned, and to hear of a payment.


def deferred_that_disagrees_with_payments(session: Session) -> list[str]:
    """What is paid for a time to come, by the ledger, and by the payments with what became of them."""
    refunded_net = PeriodPayment.refunded_minor - PeriodPayment.refunded_tax_minor
    left = PeriodPayment.amount_minor - PeriodPayment.tax_minor - PeriodPayment.earned_minor - refunded_net
    by_payment = select(PeriodPayment.subscription_id, PeriodPayment.currency, func.sum(left))
    by_refund = (
        select(
            PeriodPayment.subscription_id,
            PeriodPayment.currency,
            func.sum(
                PeriodRefund.amount_minor
                - PeriodRefund.tax_minor
                - (PeriodRefund.lost_minor - PeriodRefund.lost_tax_minor)
            ),
        )
        .join(PeriodRefund, PeriodRefund.payment_id == PeriodPayment.id)
        .where(PeriodRefund.status.in_(HERE))
    )
    expected: Counter[tuple[int, str]] = Counter()
    for query in (by_payment, by_refund):
        grouped = query.group_by(PeriodPayment.subscription_id, PeriodPayment.currency)
        for subscription_id, currency, minor in session.execute(grouped):
            expected[subscription_id, currency] += int(minor)
    accounts = session.scalars(select(LedgerAccount).filter_by(kind=AccountKind.DEFERRED))
    booked = {
        (one.owner_id, one.currency): queries.balance(session, one.kind, one.currency, one.owner_id).minor
        for one in accounts
    }
    return [
        f"subscription {key[0]}: the ledger has {booked.get(key, 0)} {key[1]} deferred, its payments {expected[key]}"
        for key in sorted(booked.keys() | expected.keys())
        if booked.get(key, 0) != expected[key]
    ]


def periods_that_are_over_and_not_earned(session: Session) -> list[str]:
    """After its period, or once its subscription is over, every payment is earned or given back to the last cent.

    While a bank decides, nothing is earned of what pays for the same.
    """
    late = utcnow() - TO_SETTLE
    refunded_net = PeriodPayment.refunded_minor - PeriodPayment.refunded_tax_minor
    left = PeriodPayment.amount_minor - PeriodPayment.tax_minor - PeriodPayment.earned_minor - refunded_net
    rows = select(PeriodPayment.id, left).join(Subscription, Subscription.id == PeriodPayment.subscription_id)
    at_bank = select(Chargeback.payment_id).where(Chargeback.status.in_(OPEN_CHARGEBACKS))
    at_bank = at_bank.where(Chargeback.payment_id.is_not(None))
    stopped = select(PeriodPayment.subscription_id).where(PeriodPayment.id.in_(at_bank))
    is_late = (PeriodPayment.period_end <= late) & PeriodPayment.subscription_id.not_in(stopped)
    is_over = Subscription.status.in_(OVER) & PeriodPayment.id.not_in(at_bank)
    over = rows.where(left != 0, is_late | is_over)
    return [
        f"payment {payment_id} is over, but {minor} of it is not earned" for payment_id, minor in session.execute(over)
    ]


def refunds_that_disagree_with_periods(session: Session) -> list[str]:
    """What payments say went back, with its tax, and the refunds and banks that did that."""
    back: Counter[int | None] = Counter()
    tax_back: Counter[int | None] = Counter()
    refunds = select(PeriodRefund.payment_id, PeriodRefund.amount_minor, PeriodRefund.tax_minor)
    taken = select(Chargeback.payment_id, Chargeback.from_kept_minor, Chargeback.tax_minor)
    for query in (refunds, taken):
        for payment_id, minor, tax_minor in session.execute(query):
            back[payment_id] += minor
            tax_back[payment_id] += tax_minor
    noted = select(PeriodPayment.id, PeriodPayment.refunded_minor, PeriodPayment.refunded_tax_minor)
    return [
        f"payment {one}: {minor} with {tax_minor} tax is noted as gone back, its refunds and chargebacks are "
        f"{back[one]} with {tax_back[one]}"
        for one, minor, tax_minor in session.execute(noted)
        if (minor, tax_minor) != (back[one], tax_back[one])
    ]


def losses_that_disagree_with_period_refunds(session: Session) -> list[str]:
    """What banks have given of refunds that came back, by the refunds and by the chargebacks."""
    by_refunds: Counter[int | None] = Counter()
    by_banks: Counter[int | None] = Counter()
    for payment_id, minor in session.execute(select(PeriodRefund.payment_id, PeriodRefund.lost_minor)):
        by_refunds[payment_id] += minor
    taken = select(Chargeback.payment_id, Chargeback.from_refunds_minor)
    for about_id, minor in session.execute(taken.where(Chargeback.payment_id.is_not(None))):
        by_banks[about_id] += minor
    return [
        f"payment {one}: banks have given {by_banks[one]} of its refunds, these say {by_refunds[one]}"
        for one in by_refunds.keys() | by_banks.keys()
        if by_refunds[one] != by_banks[one]
    ]


def paid_invoices_that_stand_in_no_book(session: Session) -> list[str]:
    """Every invoice of ours that was paid at Stripe lately is a payment here."""
    ours = set(session.scalars(select(Subscription.stripe_subscription_id)))
    known = set(session.scalars(select(PeriodPayment.stripe_invoice_id)))
    session.rollback()
    if not ours - {None}:
        return []
    try:
        paid = list(gateway().paid_invoices(since=utcnow() - AT_STRIPE))
    except (Refused, Uncertain) as error:
        return [f"Stripe could not be asked for the paid invoices: {error}"]
    return [
        f"Stripe's invoice {invoice} of {subscription} is paid, and stands in no book of ours"
        for subscription, invoice in paid
        if subscription in ours and invoice not in known
    ]


CHECKS = (
    deferred_that_disagrees_with_payments,
    periods_that_are_over_and_not_earned,
    refunds_that_disagree_with_periods,
    losses_that_disagree_with_period_refunds,
    paid_invoices_that_stand_in_no_book,
)
