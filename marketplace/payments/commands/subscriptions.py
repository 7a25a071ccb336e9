"""What can be done with a subscription. Each change is one transaction; Stripe is asked afterwards."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit, outbox
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money
from marketplace.payments import queries
from marketplace.payments.commands.billing_events import SubscriptionEnded
from marketplace.payments.commands.calls import SUBSCRIPTION_LOOK, note_answer, owe_call
from marketplace.payments.commands.cards import become_payer
from marketplace.payments.commands.earning import earn_rest, earn_until, give_back_unearned
from marketplace.payments.gateway import Checkout
from marketplace.payments.models import PortalVisit, Subscription, SubscriptionChange
from marketplace.payments.rules import (
    OVER,
    SUBSCRIPTION,
    CallKind,
    ChangeMoment,
    ChangeUnderWay,
    EndReason,
    Interval,
    MoreThanUnearned,
    NotMoreThanNow,
    NotRunning,
    OneCurrency,
    OtherCurrencyOpen,
    Subject,
    SubscriptionAction,
    SubscriptionStatus,
    check_amount,
)


def open_subscription(
    session: Session,
    subject: Subject,
    *,
    payer_id: int,
    price: Money,
    tax_rate: int,
    interval: Interval,
    now: datetime,
) -> tuple[Subscription, int]:
    """Ask a payer to subscribe; gives the subscription and the outbox message that makes its Checkout page.

    Args:
        session: the transaction.
        subject: what it is for; its part does not matter.
        payer_id: who pays.
        price: of each period, tax included.
        tax_rate: in hundredths of a percent of the price without tax; it stays the same for good.
        interval: how long each period is.
        now: the present moment.

    Raises:
        WrongAmount: no card can be charged so much, or so little.
        OneCurrency: Stripe bills them in another currency.
        OtherCurrencyOpen: they may still subscribe to something in another currency, on a page that is open.
    """
    check_amount(price, price.currency)
    become_payer(session, payer_id, now=now)
    _check_one_currency(session, payer_id, price.currency)
    subscription = Subscription(
        purpose=subject.purpose,
        subject_id=subject.id,
        payer_id=payer_id,
        currency=price.currency,
        price_minor=price.minor,
        tax_rate=tax_rate,
        interval=interval,
        description=subject.description,
        return_path=subject.return_path,
        created_at=now,
        checked_at=now,
    )
    session.add(subscription)
    session.flush()  # The call needs its id.
    return subscription, owe_call(session, CallKind.SUBSCRIBE, subscription.id, now)


def _check_one_currency(session: Session, payer_id: int, currency: str) -> None:
    """Refuse another currency than that of what a payer has begun, or may begin; the lock keeps two tabs apart."""
    queries.lock_payer(session, payer_id)
    billed = queries.currency_billed(session, payer_id)
    if billed not in {None, currency}:
        raise OneCurrency(currency=billed)
    others = queries.currencies_open(session, payer_id) - {currency}
    if others:
        raise OtherCurrencyOpen(currency=min(others))


def subscribe_as(session: Session, subscription_id: int, customer_id: str) -> None:
    """Note for which customer the page is made: whoever makes it again must make the same."""
    subscription = queries.lock_subscription(session, subscription_id)
    subscription.customer_id = subscription.customer_id or customer_id


def offer_subscription(session: Session, subscription_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the Checkout page that was made for a subscription."""
    subscription = queries.lock_subscription(session, subscription_id)
    subscription.checkout_session_id, subscription.checkout_url = checkout.id, checkout.url
    if SUBSCRIPTION.allows(subscription.status, SubscriptionAction.OFFER):
        subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.OFFER)
    note_answer(session, CallKind.SUBSCRIBE, subscription_id, now, stripe_id=checkout.id)
    if checkout.status != "open":  # It was made earlier, without our hearing of it, and used by now.
        look_at_subscription(session, subscription_id, now=now)


def look_at_subscription(session: Session, subscription_id: int, *, now: datetime) -> int:
    """Owe a look at how a subscription stands at Stripe; gives the outbox message that does it."""
    return outbox.enqueue(session, SUBSCRIPTION_LOOK, at=now, subscription_id=subscription_id)


def take_back_subscription(session: Session, subscription_id: int, *, now: datetime) -> None:
    """Let go of a subscription that nobody has paid yet. Who pays in another tab gets everything back.

    Raises:
        IllegalMove: it has begun, or is over.
    """
    subscription = queries.lock_subscription(session, subscription_id)
    subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.LAPSE)
    subscription.ended_at = now
    subscription.looks += 1
    owe_call(session, CallKind.WITHDRAW, subscription.id, now)


def change_subscription(
    session: Session,
    subscription_id: int,
    *,
    price: Money,
    description: str,
    at: ChangeMoment,
    prorated_at: datetime | None = None,
    now: datetime,
) -> tuple[SubscriptionChange, int]:
    """Change the price of a subscription; gives the change, and the outbox message that asks Stripe for it.

    At once, only a higher price is possible: the difference for the rest of the period is charged now, and if it is
    not paid, nothing is changed. From the next period on, any price is. `SubscriptionChanged` or
    `SubscriptionChangeRefused` tells what came of it.

    Args:
        session: the transaction.
        subscription_id: which one.
        price: of each period, tax included.
        description: what it is called from then on.
        at: from when it holds.
        prorated_at: the moment of the preview that was decided about; by default, now.
        now: the present moment.

    Raises:
        WrongAmount: no card can be charged so much, or in this currency.
        NotRunning: it does not run, or something is unpaid.
        ChangeUnderWay: another change is being made.
        NotMoreThanNow: at once, only a higher price is possible.
    """
    subscription = queries.lock_subscription(session, subscription_id)
    check_amount(price, subscription.currency)
    if subscription.status is not SubscriptionStatus.ACTIVE:
        raise NotRunning
    if queries.asked_change(session, subscription_id) is not None:
        raise ChangeUnderWay
    if at is ChangeMoment.NOW and price <= subscription.price:
        raise NotMoreThanNow
    change = SubscriptionChange(
        subscription_id=subscription_id,
        currency=price.currency,
        price_minor=price.minor,
        description=description,
        moment=at,
        prorated_at=prorated_at or now,
        created_at=now,
    )
    session.add(change)
    session.flush()  # The call needs its id.
    return change, owe_call(session, CallKind.CHANGE, change.id, now)


def cancel_subscription(
    session: Session, subscription_id: int, *, at_end: bool, refund: Money | None = None, now: datetime
) -> int:
    """End a subscription, with its period or at once; gives the outbox message that tells Stripe.

    At once it is over here in this transaction, with `SubscriptionEnded`; what is neither earned nor given back is
    earned then. A payment that comes later is given back in full.

    Args:
        session: the transaction.
        subscription_id: which one.
        at_end: whether it runs until the end of what is paid.
        refund: what goes back, tax included, if it ends at once; at most what `refundable` says.
        now: the present moment.

    Raises:
        IllegalMove: it does not run.
        WrongAmount: no card can be given back so much, or in this currency.
        MoreThanUnearned: so much was not paid for the time that is left.
    """
    subscription = queries.lock_subscription(session, subscription_id)
    SUBSCRIPTION.after(subscription.status, SubscriptionAction.END)
    if at_end:
        assert refund is None, "what is used up to its end is not given back"
        subscription.cancels_at = subscription.period_end
        return _owe_end(session, subscription, now)
    for payment in queries.period_payments(session, subscription.id):
        earn_until(session, subscription, payment, now)
    if refund is not None:
        _give_back(session, subscription, refund, now)
    end(session, subscription, EndReason.CANCELLED, now)
    return owe_call(session, CallKind.CANCEL, subscription.id, now)


def _give_back(session: Session, subscription: Subscription, refund: Money, now: datetime) -> None:
    check_amount(refund, subscription.currency)
    most = queries.refundable(session, subscription)
    if refund > most:
        raise MoreThanUnearned(left=format_money(most, exact=True))
    give_back_unearned(session, subscription, refund, now)


def end(session: Session, subscription: Subscription, why: EndReason, now: datetime) -> None:
    """End a subscription, which is locked: what is left of its payments is earned."""
    subscription.status = SUBSCRIPTION.after(subscription.status, SubscriptionAction.END)
    subscription.ended_at, subscription.end_reason = now, why
    subscription.needs_action, subscription.action_url = False, None
    subscription.looks += 1
    earn_rest(session, subscription, now)
    audit.record(session, subscription, SubscriptionAction.END, by=None, at=now, why=why)
    announce(session, SubscriptionEnded(subscription.purpose, subscription.subject_id, subscription.id, why, now))


def resume_subscription(session: Session, subscription_id: int, *, now: datetime) -> int:
    """Let a subscription go on that was to end with its period; gives the outbox message that tells Stripe.

    Raises:
        NotRunning: it is over, or has not begun.
    """
    subscription = queries.lock_subscription(session, subscription_id)
    if not SUBSCRIPTION.allows(subscription.status, SubscriptionAction.END):
        raise NotRunning
    subscription.cancels_at = None
    return _owe_end(session, subscription, now)


def _owe_end(session: Session, subscription: Subscription, now: datetime) -> int:
    subscription.looks += 1  # A look that was taken before knows nothing of it.
    return owe_call(session, CallKind.SET_END, subscription.id, now)


def end_is_set(session: Session, subscription_id: int, call_id: int, *, now: datetime) -> None:
    """Note that Stripe knows when a subscription ends."""
    queries.lock_subscription(session, subscription_id)
    answered(session, call_id, now=now)


def open_portal(session: Session, payer_id: int, return_path: str, *, now: datetime) -> tuple[PortalVisit, int]:
    """Open Stripe's page on which a payer chooses another card; gives the visit, and the message that makes the page.

    Once the message is delivered, `queries.portal_visit(session, visit.id, payer_id).url` leads there.
    """
    become_payer(session, payer_id, now=now)
    visit = PortalVisit(person_id=payer_id, return_path=return_path, opened_at=now)
    session.add(visit)
    session.flush()  # The call needs its id.
    return visit, owe_call(session, CallKind.PORTAL, visit.id, now)


def offer_portal(session: Session, visit_id: int, url: str, *, now: datetime) -> None:
    """Note the page that was made for a visit."""
    session.get_one(PortalVisit, visit_id).url = url
    note_answer(session, CallKind.PORTAL, visit_id, now, stripe_id=None)


def answered(session: Session, call_id: int, *, now: datetime, stripe_id: str | None = None) -> None:
    """Note that the answer to one certain call is known, whatever was asked after it."""
    call = queries.call(session, call_id)
    call.answered_at, call.stripe_id = call.answered_at or now, call.stripe_id or stripe_id


def is_over(subscription: Subscription) -> bool:
    """Tell whether nothing is to be paid for it any more."""
    return subscription.status in OVER
