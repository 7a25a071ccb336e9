"""Reading about what is paid for by the period."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money, total
from marketplace.payments.models import (
    Chargeback,
    Hold,
    Payer,
    PeriodPayment,
    PeriodRefund,
    PortalVisit,
    StripeCall,
    Subscription,
    SubscriptionChange,
)
from marketplace.payments.queries.holds import holds_by_subject, lock_hold
from marketplace.payments.rules import (
    CHECK_EVERY,
    IDLE_LOOK,
    OPEN_CHARGEBACKS,
    OVER,
    RETRY_LOOK,
    RUNNING,
    CallKind,
    ChangeStatus,
    RefundStatus,
    SubscriptionStatus,
    earned_by,
)
from marketplace.payments.rules import refundable as refundable_of

LOOKS_AT_ONCE = 50
CALLS_THAT_END = (CallKind.SET_END, CallKind.CANCEL, CallKind.WITHDRAW)


def subscription(session: Session, subscription_id: int) -> Subscription:
    """Find a subscription, or raise `NotFound`."""
    found = session.get(Subscription, subscription_id)
    if found is None:
        raise NotFound(subscription_id=subscription_id)
    return found


def lock_subscription(session: Session, subscription_id: int) -> Subscription:
    """Hold on to a subscription until the transaction ends, or raise `NotFound`."""
    locked = select(Subscription).filter_by(id=subscription_id).with_for_update()
    found = session.scalar(locked.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(subscription_id=subscription_id)
    return found


def subscription_of_payer(session: Session, subscription_id: int, payer_id: int) -> Subscription:
    """Find a subscription of this payer, or raise `NotFound`."""
    found = session.scalar(select(Subscription).filter_by(id=subscription_id, payer_id=payer_id))
    if found is None:
        raise NotFound(subscription_id=subscription_id)
    return found


def live_subscription(session: Session, purpose: str, subject_id: int) -> Subscription | None:
    """Find the one subscription of a subject that is not over."""
    of_subject = select(Subscription).filter_by(purpose=purpose, subject_id=subject_id)
    return session.scalar(of_subject.where(Subscription.status.not_in(OVER)))


def currency_billed(session: Session, payer_id: int) -> str | None:
    """Tell in which currency Stripe bills somebody by the period: that of the first one paid, for good; None if none.

    It is a matter of the customer at Stripe, so one that was made anew begins anew.
    """
    same = Payer.stripe_customer_id == Subscription.customer_id
    paid = select(Subscription.currency).join(Payer, same).where(Subscription.began_at.is_not(None))
    return session.scalar(paid.where(Payer.person_id == payer_id).order_by(Subscription.id).limit(1))


def subscriptions_of(session: Session, purpose: str, subject_id: int) -> list[Subscription]:
    """List every subscription of a subject, the first first."""
    of_subject = select(Subscription).filter_by(purpose=purpose, subject_id=subject_id)
    return list(session.scalars(of_subject.order_by(Subscription.id)))


def subscriptions_by_subject(
    session: Session, subjects: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Subscription]:
    """Find the latest subscription of each subject, a purpose and an id."""
    ids = {subject_id for _purpose, subject_id in subjects}
    found = session.scalars(select(Subscription).where(Subscription.subject_id.in_(ids)).order_by(Subscription.id))
    return {(one.purpose, one.subject_id): one for one in found}


def subjects_named(
    session: Session, subjects: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Hold | Subscription]:
    """Find for each subject, a purpose and an id, what knows how it is called: its latest hold or subscription."""
    return {**subscriptions_by_subject(session, subjects), **holds_by_subject(session, subjects)}


def subscription_by_stripe(
    session: Session, *, session_id: str | None = None, stripe_id: str | None = None, call: str | None = None
) -> int | None:
    """Find the subscription to which an object of Stripe belongs: by its page, its own id, or the mark of our call."""
    if session_id is not None:
        return session.scalar(select(Subscription.id).filter_by(checkout_session_id=session_id))
    found = session.scalar(select(Subscription.id).filter_by(stripe_subscription_id=stripe_id)) if stripe_id else None
    if found is None and call is not None:
        return session.scalar(select(StripeCall.about_id).filter_by(kind=CallKind.SUBSCRIBE, key=call))
    return found


def subscriptions_to_check(session: Session, now: datetime) -> list[int]:
    """List the subscriptions of which nothing has been heard for a while."""
    waiting = and_(Subscription.status == SubscriptionStatus.AWAITING, Subscription.checked_at <= now - CHECK_EVERY)
    unsure = and_(
        Subscription.status.in_(RUNNING),
        or_(Subscription.period_end <= now, Subscription.status == SubscriptionStatus.PAST_DUE),
        Subscription.checked_at <= now - RETRY_LOOK,
    )
    quiet = and_(Subscription.status.in_(RUNNING), Subscription.checked_at <= now - IDLE_LOOK)
    overdue = select(Subscription.id).where(or_(waiting, unsure, quiet)).order_by(Subscription.checked_at)
    return list(session.scalars(overdue.limit(LOOKS_AT_ONCE)))


def is_end_under_way(session: Session, subscription_id: int) -> bool:
    """Tell whether Stripe is still to be told when a subscription ends."""
    owed = select(StripeCall.id).where(StripeCall.kind.in_(CALLS_THAT_END), StripeCall.answered_at.is_(None))
    return session.scalar(owed.filter_by(about_id=subscription_id).limit(1)) is not None


def change(session: Session, change_id: int) -> SubscriptionChange:
    """Find a change that is there."""
    return session.get_one(SubscriptionChange, change_id)


def asked_change(session: Session, subscription_id: int) -> SubscriptionChange | None:
    """Find the change that Stripe is being asked for."""
    return session.scalar(
        select(SubscriptionChange).filter_by(subscription_id=subscription_id, status=ChangeStatus.ASKED)
    )


def latest_change(session: Session, subscription_id: int) -> SubscriptionChange | None:
    """Find the last change that anybody asked for."""
    changes = select(SubscriptionChange).filter_by(subscription_id=subscription_id)
    return session.scalar(changes.order_by(SubscriptionChange.id.desc()).limit(1))


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


def invoices_known(session: Session, subscription_id: int) -> set[str]:
    """List the paid invoices of a subscription that stand in our book, by Stripe's ids."""
    return set(session.scalars(select(PeriodPayment.stripe_invoice_id).filter_by(subscription_id=subscription_id)))


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


def lock_chargeback(session: Session, chargeback_id: int) -> Chargeback:
    """Hold on to a chargeback, and before it to the hold or subscription that it is about, or raise `NotFound`."""
    found = session.get(Chargeback, chargeback_id)
    if found is None:
        raise NotFound(chargeback_id=chargeback_id)
    if found.payment is not None:
        lock_subscription(session, found.payment.subscription_id)
    elif found.hold_id is not None:
        lock_hold(session, found.hold_id)
    return session.scalars(
        select(Chargeback).filter_by(id=chargeback_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def chargebacks_of_periods(session: Session, payment_ids: Collection[int]) -> list[Chargeback]:
    """List what banks took back of several payments, or asked about, the first first."""
    taken = select(Chargeback).where(Chargeback.payment_id.in_(payment_ids))
    return list(session.scalars(taken.order_by(Chargeback.id)))


def refundable_at(session: Session, subscription: Subscription, now: datetime) -> Money:
    """Tell how much of what was paid will not be earned by a moment, with its tax, whether or not that is booked."""
    today = now.astimezone(UTC).date()

    def left(one: PeriodPayment) -> Money:
        by_now = earned_by(today, one.period_start.date(), one.period_end.date(), one.paid.net)
        paid = one.paid
        return refundable_of(replace(paid, earned=max(paid.earned, min(by_now, paid.earned + paid.unearned))))

    return total((left(one) for one in payments_to_give_back(session, subscription.id)), subscription.currency)


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


def period_refunds_to_pay_by_hand(session: Session) -> list[PeriodRefund]:
    """List the refunds of periods that came back, the oldest first."""
    failed = select(PeriodRefund).filter_by(status=RefundStatus.FAILED)
    return list(session.scalars(failed.order_by(PeriodRefund.id)))


def portal_visit(session: Session, visit_id: int, person_id: int) -> PortalVisit:
    """Find a visit of this person to the portal, or raise `NotFound`."""
    found = session.scalar(select(PortalVisit).filter_by(id=visit_id, person_id=person_id))
    if found is None:
        raise NotFound(visit_id=visit_id)
    return found
