"""What becomes of what was paid for a period when the payer's bank takes it back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.events import announce
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments import queries
from marketplace.payments.commands.billing_events import PeriodLost
from marketplace.payments.commands.calls import owe_call
from marketplace.payments.commands.covering_periods import take_from_period_refunds
from marketplace.payments.commands.earning import earn_rest, earn_until, take_out
from marketplace.payments.commands.ledger import book
from marketplace.payments.commands.subscriptions import end, is_over
from marketplace.payments.models import Chargeback, Subscription
from marketplace.payments.rules import (
    CHARGEBACK,
    SUBSCRIPTION,
    CallKind,
    ChargebackAction,
    EndReason,
    Fact,
    SubscriptionAction,
    facts,
)


def bring_earned(session: Session, subscription: Subscription, now: datetime) -> None:
    """Book what is earned by now, before a bank begins to decide and when all have; the subscription is locked."""
    if is_over(subscription):
        earn_rest(session, subscription, now)
        return
    for payment in queries.period_payments(session, subscription.id):
        earn_until(session, subscription, payment, now)


def lose_period(session: Session, subscription: Subscription, chargeback: Chargeback, now: datetime) -> None:
    """Find where it comes from: refunds that came back, then what is not earned; the rest is the vendor's loss.

    Nothing more is charged to who disputes it, and nothing is earned of the time since the bank has taken it.
    """
    payment = chargeback.payment
    assert payment is not None, "it is about a period"
    covered, covered_tax = take_from_period_refunds(session, payment, chargeback, now=now)
    step = smallest_step(payment.currency)
    lost = Money(min(chargeback.amount - covered, payment.refundable).minor // step * step, payment.currency)
    tax = take_out(payment, lost)
    chargeback.status = CHARGEBACK.after(chargeback.status, ChargebackAction.LOSE)
    chargeback.from_refunds_minor = covered.minor
    chargeback.from_kept_minor, chargeback.tax_minor = lost.minor, tax.minor
    chargeback.loss_minor = (chargeback.amount - covered - lost).minor
    gone_tax = covered_tax + tax
    movements = facts.period_lost(subscription.id, covered + lost - gone_tax, gone_tax, chargeback.loss)
    key = f"dispute_lost:{chargeback.stripe_dispute_id}"
    book(session, subscription, Fact.DISPUTE_LOST, key, movements, now=now)
    session.flush()  # It is not at the bank any more: what is left of it is earned with the end.
    if SUBSCRIPTION.allows(subscription.status, SubscriptionAction.END):
        about = subscription.purpose, subscription.subject_id, subscription.id
        announce(session, PeriodLost(*about, chargeback.loss, now))
        end(session, subscription, EndReason.DISPUTED, now)
        owe_call(session, CallKind.CANCEL, subscription.id, now)
