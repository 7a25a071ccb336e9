"""What happens to subscriptions, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money
from marketplace.payments.rules import ChangeMoment, EndReason, PeriodReason


@dataclass(frozen=True, slots=True)
class SubscriptionBegan:
    """The first period is paid."""

    purpose: str
    subject_id: int
    subscription_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionLapsed:
    """Nobody paid in time; nothing was taken."""

    purpose: str
    subject_id: int
    subscription_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PeriodPaid:
    """A period is paid, or what its rest costs more."""

    purpose: str
    subject_id: int
    subscription_id: int
    payment_id: int
    period_start: datetime
    period_end: datetime
    reason: PeriodReason
    at: datetime


@dataclass(frozen=True, slots=True)
class PeriodUnpaid:
    """A renewal was not paid; Stripe tries again, or the bank wants to hear from the owner of the card."""

    purpose: str
    subject_id: int
    subscription_id: int
    needs_action: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """Another price is agreed: it holds at once, or from the next period on."""

    purpose: str
    subject_id: int
    subscription_id: int
    change_id: int
    moment: ChangeMoment
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionChangeRefused:
    """What more would have cost was not paid; everything is as before."""

    purpose: str
    subject_id: int
    subscription_id: int
    change_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionEnded:
    """It is over; nothing will be charged any more."""

    purpose: str
    subject_id: int
    subscription_id: int
    why: EndReason
    at: datetime


@dataclass(frozen=True, slots=True)
class EndChanged:
    """It will end with its period, or it will not, and that was decided at Stripe, such as in its portal."""

    purpose: str
    subject_id: int
    subscription_id: int
    cancels_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PeriodLost:
    """A bank keeps what it took, so the subscription is about to end: `loss` is what the vendor bears of it.

    What is to go back of other payments for it goes back now; the rest is earned with the end.
    """

    purpose: str
    subject_id: int
    subscription_id: int
    loss: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class PeriodRefundDecided:
    """A part of what was paid for a period goes back, or all of it."""

    purpose: str
    subject_id: int
    payment_id: int
    refund_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PeriodRefundFailed:
    """What was given back of a period has come back: the vendor pays by hand."""

    purpose: str
    subject_id: int
    refund_id: int
    at: datetime
