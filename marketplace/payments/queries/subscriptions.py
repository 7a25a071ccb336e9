"""Reading about what is paid for by the period."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.payments.models import (
    Chargeback,
    Hold,
    Payer,
    PeriodPayment,
    PortalVisit,
    StripeCall,
    Subscription,
    SubscriptionChange,
)
from marketplace.payments.queries.holds import holds_by_subject, lock_hold
from marketplace.payments.rules import (
    CHECK_EVERY,
    IDLE_LOOK,
    OVER,
    RETRY_LOOK,
    RUNNING,
    WAITING,
    CallKind,
    ChangeStatus,
    SubscriptionStatus,
)

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

    It is a matter of the customer at Stripe, so one that was made anew begins anew; and what was paid too late, and
    given back, counts there as well.
    """
    same = Payer.stripe_customer_id == Subscription.customer_id
    was_paid = Subscription.began_at.is_not(None) | Subscription.id.in_(select(PeriodPayment.subscription_id))
    paid = select(Subscription.currency).join(Payer, same).where(was_paid)
    return session.scalar(paid.where(Payer.person_id == payer_id).order_by(Subscription.id).limit(1))


def currencies_open(session: Session, payer_id: int) -> set[str]:
    """List the currencies in which somebody is asked to subscribe, and may still do so."""
    waiting = select(Subscription.currency).filter_by(payer_id=payer_id).where(Subscription.status.in_(WAITING))
    return set(session.scalars(waiting))


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
    """List the subscriptions of which nothing has been heard for a while, the longest first."""
    waiting = and_(Subscription.status == SubscriptionStatus.AWAITING, Subscription.checked_at <= now - CHECK_EVERY)
    unsure = and_(
        Subscription.status.in_(RUNNING),
        or_(Subscription.period_end <= now, Subscription.status == SubscriptionStatus.PAST_DUE),
        Subscription.checked_at <= now - RETRY_LOOK,
    )
    quiet = and_(Subscription.status.in_(RUNNING), Subscription.checked_at <= now - IDLE_LOOK)
    overdue = select(Subscription.id).where(or_(waiting, unsure, quiet))
    in_order = overdue.order_by(Subscription.checked_at, Subscription.id)
    return list(session.scalars(in_order.limit(LOOKS_AT_ONCE)))


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


def invoices_known(session: Session, subscription_id: int) -> set[str]:
    """List the paid invoices of a subscription that stand in our book, by Stripe's ids."""
    return set(session.scalars(select(PeriodPayment.stripe_invoice_id).filter_by(subscription_id=subscription_id)))


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


def portal_visit(session: Session, visit_id: int, person_id: int) -> PortalVisit:
    """Find a visit of this person to the portal, or raise `NotFound`."""
    found = session.scalar(select(PortalVisit).filter_by(id=visit_id, person_id=person_id))
    if found is None:
        raise NotFound(visit_id=visit_id)
    return found
