"""Reading about what was paid for periods, and what became of it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money, smallest_step, total
from marketplace.payments.models import Chargeback, PeriodPayment, PeriodRefund, Subscription
from marketplace.payments.queries.subscriptions import lock_subscription
from marketplace.payments.rules import OPEN_CHARGEBACKS, ChargebackStatus, RefundStatus, earned_by, earned_minor_by
from marketplace.payments.rules import refundable as refundable_of


def period_payments(session: Session, subscription_id: int) -> list[PeriodPayment]:
    """List what was paid for a subscription, the first first."""
    paid = select(PeriodPayment).filter_by(subscription_id=subscription_id)
    return list(session.scalars(paid.order_by(PeriodPayment.paid_at, PeriodPayment.id)))


def period_payment(session: Session, payment_id: int) -> PeriodPayment:
    """Find a payment for a period, or raise `NotFound`."""
    found = session.get(PeriodPayment, payment_id)
    if found is None:
        raise NotFound(payment_id=payment_id)
    return found


def payment_of_charge(session: Session, charge_id: str) -> PeriodPayment | None:
    """Find the payment for a period that came by a charge."""
    return session.scalar(select(PeriodPayment).filter_by(charge_id=charge_id))


def payments_to_earn(session: Session, today: date) -> list[int]:
    """List the payments of which something may have been earned since the day of the last booking."""
    refunded_net = PeriodPayment.refunded_minor - PeriodPayment.refunded_tax_minor
    unearned = PeriodPayment.amount_minor - PeriodPayment.tax_minor - PeriodPayment.earned_minor - refunded_net > 0
    open_ones = select(PeriodPayment.id).where(unearned, PeriodPayment.earned_on < today)
    return list(session.scalars(open_ones.order_by(PeriodPayment.id)))


def refundable(session: Session, subscription: Subscription) -> Money:
    """Tell how much of what was paid is not earned, with its tax, as it is booked; not of what a bank decides about."""
    return total((one.refundable for one in payments_to_give_back(session, subscription.id)), subscription.currency)


def payments_to_give_back(session: Session, subscription_id: int) -> list[PeriodPayment]:
    """List the payments for a subscription of which something may go back: no bank is taking it back already."""
    at_bank = payments_at_bank(session, subscription_id)
    return [one for one in period_payments(session, subscription_id) if one.id not in at_bank]


def payments_at_bank(session: Session, subscription_id: int) -> set[int]:
    """List the payments for a subscription that a bank has taken back and has not decided about yet, by id."""
    taken = select(PeriodPayment.id).join(Chargeback, Chargeback.payment_id == PeriodPayment.id)
    open_ones = taken.where(Chargeback.status.in_(OPEN_CHARGEBACKS))
    return set(session.scalars(open_ones.where(PeriodPayment.subscription_id == subscription_id)))


def chargebacks_of_periods(session: Session, payment_ids: Collection[int]) -> list[Chargeback]:
    """List what banks took back of several payments, or asked about, the first first."""
    taken = select(Chargeback).where(Chargeback.payment_id.in_(payment_ids))
    return list(session.scalars(taken.order_by(Chargeback.id)))


def refundable_at(session: Session, subscription: Subscription, now: datetime) -> Money:
    """Tell how much of what was paid will not be earned by a moment, with its tax, whether or not that is booked."""
    today = now.astimezone(UTC).date()
    is_stopped = bool(payments_at_bank(session, subscription.id))

    def left(one: PeriodPayment) -> Money:
        if is_stopped:  # Nothing is covered, so nothing is earned.
            return one.refundable
        by_now = earned_by(today, one.period_start.date(), one.period_end.date(), one.paid.net)
        paid = one.paid
        return refundable_of(replace(paid, earned=max(paid.earned, min(by_now, paid.earned + paid.unearned))))

    return total((left(one) for one in payments_to_give_back(session, subscription.id)), subscription.currency)


def earned_since(session: Session, purpose: str, currency: str, since: date) -> dict[int, int]:
    """Tell what was earned of payments for periods since the beginning of a day in UTC.

    The ledger has a booking for each day of each payment: tens of millions in a year of many subscriptions. So what was
    earned before that day is worked out by the rule by which it was booked; it differs by what the worker missed.

    Returns:
        minor units without tax, by the id of what was subscribed to.
    """
    begins_at = datetime.combine(since, time(), UTC)
    is_later = PeriodPayment.period_start >= begins_at
    paid = (
        select(Subscription.subject_id)
        .join(PeriodPayment, PeriodPayment.subscription_id == Subscription.id)
        .where(Subscription.purpose == purpose, PeriodPayment.currency == currency)
        # What ends early is earned to the end on that day.
        .where(PeriodPayment.period_end > begins_at, func.coalesce(Subscription.ended_at, begins_at) >= begins_at)
    )
    later = paid.add_columns(func.sum(PeriodPayment.earned_minor)).where(is_later).group_by(Subscription.subject_id)
    net = PeriodPayment.amount_minor - PeriodPayment.tax_minor
    running = paid.add_columns(PeriodPayment.earned_minor, net, PeriodPayment.period_start, PeriodPayment.period_end)
    earned: Counter[int] = Counter()
    step = smallest_step(currency)
    for subject_id, minor in session.execute(later):
        earned[subject_id] += int(minor)
    for subject_id, minor, net_minor, first, last in session.execute(running.where(~is_later)):
        earned[subject_id] += minor - min(minor, earned_minor_by(since, first.date(), last.date(), net_minor, step))
    return dict(earned)


def lock_period_refund(session: Session, refund_id: int) -> tuple[Subscription, PeriodPayment, PeriodRefund]:
    """Hold on to a refund of a period, and before it to its subscription, or raise `NotFound`."""
    of_refund = select(PeriodPayment.subscription_id).join(PeriodRefund, PeriodRefund.payment_id == PeriodPayment.id)
    subscription_id = session.scalar(of_refund.where(PeriodRefund.id == refund_id))
    if subscription_id is None:
        raise NotFound(refund_id=refund_id)
    owner = lock_subscription(session, subscription_id)
    locked = select(PeriodRefund).filter_by(id=refund_id).with_for_update()
    refund = session.scalars(locked.execution_options(populate_existing=True)).one()
    return owner, session.get_one(PeriodPayment, refund.payment_id), refund


def period_refunds(session: Session, payment_ids: Collection[int]) -> list[PeriodRefund]:
    """List what goes back of several payments, the first first."""
    back = select(PeriodRefund).where(PeriodRefund.payment_id.in_(payment_ids))
    return list(session.scalars(back.order_by(PeriodRefund.id)))


def period_refund_of(session: Session, charge_id: str, refund_id: str | None) -> int | None:
    """Find a refund of ours by what Stripe keeps of it as text; None if there is none, or of another charge."""
    if refund_id is None or not refund_id.isdecimal():
        return None
    of_charge = select(PeriodRefund.id).join(PeriodPayment, PeriodPayment.id == PeriodRefund.payment_id)
    return session.scalar(of_charge.where(PeriodPayment.charge_id == charge_id, PeriodRefund.id == int(refund_id)))


def period_refunds_to_cover(session: Session, payment_id: int) -> list[PeriodRefund]:
    """List the refunds of a payment that came back, and are not paid by hand, the oldest first."""
    failed = select(PeriodRefund).filter_by(payment_id=payment_id, status=RefundStatus.FAILED)
    return list(session.scalars(failed.order_by(PeriodRefund.id)))


def losses_of_period(session: Session, payment_id: int) -> list[Chargeback]:
    """List the lost chargebacks of a payment of which the vendor bears something alone, the oldest first."""
    lost = select(Chargeback).filter_by(payment_id=payment_id, status=ChargebackStatus.LOST)
    return list(session.scalars(lost.where(Chargeback.loss_minor > 0).order_by(Chargeback.id)))


def period_refunds_to_pay_by_hand(session: Session) -> list[PeriodRefund]:
    """List the refunds of periods that came back, the oldest first."""
    failed = select(PeriodRefund).filter_by(status=RefundStatus.FAILED)
    return list(session.scalars(failed.order_by(PeriodRefund.id)))
