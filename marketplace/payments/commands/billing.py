"""Bringing a subscription to where Stripe says that it is."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit, outbox
from marketplace.kernel.events import announce
from marketplace.payments import queries
from marketplace.payments.commands.billing_events import (
    EndChanged,
    PeriodPaid,
    PeriodUnpaid,
    SubscriptionBegan,
    SubscriptionChanged,
    SubscriptionChangeRefused,
    SubscriptionLapsed,
)
from marketplace.payments.commands.calls import DISPUTES_LOOK, note_answer, note_refusal, owe_call
from marketplace.payments.commands.earning import give_back
from marketplace.payments.commands.events import OutcomeKnown
from marketplace.payments.commands.ledger import book
from marketplace.payments.commands.subscriptions import end, is_over, look_at_subscription
from marketplace.payments.gateway import Invoices, PaidInvoice, SubscriptionState, UnpaidInvoice
from marketplace.payments.models import PeriodPayment, Subscription, SubscriptionChange
from marketplace.payments.rules import (
    SUBSCRIPTION,
    CallKind,
    ChangeMoment,
    ChangeStatus,
    EndReason,
    Fact,
    PeriodReason,
    SubscriptionAction,
    facts,
    included_tax,
)


def describe_subscription(
    session: Session, subscription_id: int, state: SubscriptionState, invoices: Invoices, *, looks: int, now: datetime
) -> None:
    """Bring a subscription to where Stripe says that it is; any order and any repetition end the same.

    Args:
        session: the transaction.
        subscription_id: of our row.
        state: how it stands there.
        invoices: what was paid, as far as it may be new, and what is to be paid.
        looks: how often something had been written down when Stripe was asked.
        now: the present moment.
    """
    subscription = _lock(session, subscription_id)
    if subscription.looks != looks:  # Somebody has written in between; this look may be older.
        look_at_subscription(session, subscription_id, now=now)
        return
    subscription.looks += 1
    subscription.checked_at = now
    subscription.stripe_subscription_id = state.id
    _begin(session, subscription, invoices, now)
    _note_change(session, subscription, state, now)
    known = queries.invoices_known(session, subscription.id)
    for invoice in sorted(invoices.paid, key=lambda one: one.paid_at):
        if invoice.id not in known:
            _note_payment(session, subscription, invoice, now)
    _bring_status(session, subscription, state, invoices.unpaid, now)


def lapse_subscription(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Note that the page of a subscription ended unpaid, or could not be made."""
    subscription = _lock(session, subscription_id)
    subscription.checked_at = now
    if not SUBSCRIPTION.allows(subscription.status, SubscriptionAction.LAPSE):
        return
    subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.LAPSE)
    subscription.ended_at = now
    announce(session, SubscriptionLapsed(subscription.purpose, subscription.subject_id, subscription.id, now))


def refuse_subscription(session: Session, subscription_id: int, reason: str, *, now: datetime) -> None:
    """Note that there will be no page to subscribe on: Stripe makes none."""
    note_refusal(session, CallKind.SUBSCRIBE, subscription_id, now, reason=reason)
    lapse_subscription(session, subscription_id, now=now)


def refuse_change(session: Session, change_id: int, reason: str, *, now: datetime) -> None:
    """Note that Stripe did not change a price: it was not paid, or the subscription is over."""
    subscription = _lock(session, queries.change(session, change_id).subscription_id)
    note_answer(session, CallKind.CHANGE, change_id, now, stripe_id=None)
    change = queries.change(session, change_id)
    session.refresh(change)
    if change.status is not ChangeStatus.ASKED:
        return
    change.status, change.failure, change.ended_at = ChangeStatus.REFUSED, reason, now
    audit.record(session, subscription, "refuse_change", by=None, at=now, reason=reason)
    about = subscription.purpose, subscription.subject_id, subscription.id
    announce(session, SubscriptionChangeRefused(*about, change.id, now))


def _lock(session: Session, subscription_id: int) -> Subscription:
    """Lock a subscription, and before it what it is for, as everybody does who acts on that."""
    subscription = queries.subscription(session, subscription_id)
    announce(session, OutcomeKnown(subscription.purpose, subscription.subject_id))
    return queries.lock_subscription(session, subscription_id)


def _begin(session: Session, subscription: Subscription, invoices: Invoices, now: datetime) -> None:
    """Begin with the first payment, never without."""
    if not invoices.paid or not SUBSCRIPTION.allows(subscription.status, SubscriptionAction.BEGIN):
        return
    subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.BEGIN)
    subscription.began_at = now
    announce(session, SubscriptionBegan(subscription.purpose, subscription.subject_id, subscription.id, now))


def _note_change(session: Session, subscription: Subscription, state: SubscriptionState, now: datetime) -> None:
    """Note that the price was changed, once Stripe says that it was, whoever tells it first."""
    change = queries.asked_change(session, subscription.id)
    call = queries.latest_call(session, CallKind.CHANGE, change.id) if change else None
    if change is None or call is None or call.key != state.change:
        return
    note_answer(session, CallKind.CHANGE, change.id, now, stripe_id=state.id)
    change.status, change.ended_at = ChangeStatus.DONE, now
    if is_over(subscription):
        return
    _take_price(subscription, change)
    audit.record(session, subscription, "change", by=None, at=now, minor=change.price_minor, moment=change.moment)
    about = subscription.purpose, subscription.subject_id, subscription.id
    announce(session, SubscriptionChanged(*about, change.id, change.moment, now))


def _take_price(subscription: Subscription, change: SubscriptionChange) -> None:
    if change.moment is ChangeMoment.NOW:
        subscription.price_minor, subscription.description = change.price_minor, change.description
        subscription.next_price_minor = subscription.next_description = None
    else:
        subscription.next_price_minor, subscription.next_description = change.price_minor, change.description


def _note_payment(session: Session, subscription: Subscription, invoice: PaidInvoice, now: datetime) -> None:
    """Book a paid invoice. What is paid for something that is over goes back in full."""
    assert invoice.amount.currency == subscription.currency, (subscription.id, invoice)
    tax = included_tax(invoice.amount, subscription.tax_rate)
    payment = PeriodPayment(
        subscription_id=subscription.id,
        currency=subscription.currency,
        stripe_invoice_id=invoice.id,
        charge_id=invoice.charge_id,
        reason=invoice.reason,
        amount_minor=invoice.amount.minor,
        tax_minor=tax.minor,
        fee_minor=invoice.fee.minor,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        earned_on=invoice.period_start.date(),
        paid_at=invoice.paid_at,
    )
    session.add(payment)
    session.flush()  # The event needs its id, and what goes back.
    movements = facts.period_paid(subscription.id, invoice.amount - tax, tax, invoice.fee)
    key = f"period:{invoice.id}"
    book(session, subscription, Fact.PERIOD_PAID, key, movements, now=now, stripe_id=invoice.charge_id)
    # A bank may have taken it back already; word of that found nothing then that it could be about.
    outbox.enqueue(session, DISPUTES_LOOK, at=now, payment_id=payment.id)
    if is_over(subscription):
        give_back(session, payment, payment.refundable, now)
        return
    _take_period(subscription, payment)
    about = subscription.purpose, subscription.subject_id, subscription.id
    period = payment.period_start, payment.period_end
    announce(session, PeriodPaid(*about, payment.id, *period, payment.reason, now))


def _take_period(subscription: Subscription, payment: PeriodPayment) -> None:
    """Note until when it is paid; with another period, the price for it holds that was agreed before.

    A renewal at the price of before may have been on its way already: then it is about the period after it.
    """
    if payment.reason is PeriodReason.CHANGE:
        return
    if subscription.period_end is None or payment.period_end > subscription.period_end:
        subscription.period_start, subscription.period_end = payment.period_start, payment.period_end
    is_as_before = payment.amount == subscription.price
    if payment.reason is PeriodReason.RENEWAL and subscription.next_description is not None and not is_as_before:
        subscription.price_minor = subscription.next_price.minor
        subscription.description = subscription.next_description
        subscription.next_price_minor = subscription.next_description = None


def _bring_status(
    session: Session,
    subscription: Subscription,
    state: SubscriptionState,
    unpaid: tuple[UnpaidInvoice, ...],
    now: datetime,
) -> None:
    if is_over(subscription):
        _close(session, subscription, state, unpaid, now)
    elif state.is_over and SUBSCRIPTION.allows(subscription.status, SubscriptionAction.END):
        end(session, subscription, state.end_reason or EndReason.CANCELLED, now)
        _close(session, subscription, state, unpaid, now)
    elif state.status == "active":
        _take_end(session, subscription, state, now)
        if SUBSCRIPTION.allows(subscription.status, SubscriptionAction.PAY):
            subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.PAY)
        subscription.needs_action, subscription.action_url = False, None
    elif subscription.began_at is not None:
        _take_end(session, subscription, state, now)
        _miss(session, subscription, unpaid, now)


def _close(
    session: Session,
    subscription: Subscription,
    state: SubscriptionState,
    unpaid: tuple[UnpaidInvoice, ...],
    now: datetime,
) -> None:
    """See to it that nothing is charged, and nobody can pay, for what is over here."""
    if (not state.is_over or unpaid) and not queries.is_under_way(session, CallKind.CANCEL, subscription.id):
        owe_call(session, CallKind.CANCEL, subscription.id, now)


def _take_end(session: Session, subscription: Subscription, state: SubscriptionState, now: datetime) -> None:
    """Take over when it ends, unless that was decided here and Stripe is still to be told."""
    if subscription.cancels_at == state.cancels_at or queries.is_end_under_way(session, subscription.id):
        return
    subscription.cancels_at = state.cancels_at
    about = subscription.purpose, subscription.subject_id, subscription.id
    announce(session, EndChanged(*about, state.cancels_at, now))


def _miss(session: Session, subscription: Subscription, unpaid: tuple[UnpaidInvoice, ...], now: datetime) -> None:
    """Note that a renewal is not paid; tell it once, and again when the bank asks for the owner of the card."""
    is_new = SUBSCRIPTION.allows(subscription.status, SubscriptionAction.FAIL)
    if is_new:
        subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.FAIL)
    asks_now = any(one.needs_action for one in unpaid)
    is_new = is_new or (asks_now and not subscription.needs_action)
    subscription.needs_action = asks_now
    subscription.action_url = unpaid[-1].url if unpaid else None
    if is_new:
        about = subscription.purpose, subscription.subject_id, subscription.id
        announce(session, PeriodUnpaid(*about, asks_now, now))
