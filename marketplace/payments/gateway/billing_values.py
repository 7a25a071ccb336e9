"""What the door to Stripe answers about subscriptions: plain values, without its SDK."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money
from marketplace.payments.rules import EndReason, Interval, PeriodReason


@dataclass(frozen=True, slots=True)
class SubscriptionOrder:
    """What a Checkout page is made for on which somebody subscribes."""

    subscription_id: int
    price: Money
    interval: Interval
    description: str
    customer_id: str
    language: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """Another price of a subscription.

    Attributes:
        stripe_id: of the subscription.
        item_id: of what it is for.
        product_id: what it is called on invoices.
        price: for a period.
        interval: the same as before.
        prorated_at: charge the rest of the period from this moment on, at once or not at all; None: charge nothing now.
    """

    stripe_id: str
    item_id: str
    product_id: str
    price: Money
    interval: Interval
    prorated_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """A subscription as Stripe sees it.

    Attributes:
        id: Stripe's.
        status: active, past_due, unpaid, paused, canceled, …
        cancels_at: when it ends, instead of going on.
        end_reason: why it is over, or will be; None if it goes on.
        item_id: of what it is for.
        product_id: what it is called on invoices.
        call: the mark of the call that it came of.
        change: the mark of the last call that changed its price; None if none did.
    """

    id: str
    status: str
    cancels_at: datetime | None
    end_reason: EndReason | None
    item_id: str
    product_id: str
    call: str | None
    change: str | None

    @property
    def is_over(self) -> bool:
        """Whether it will never be charged again."""
        return self.status in {"canceled", "incomplete_expired"}


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice that was paid."""

    id: str
    charge_id: str
    amount: Money
    fee: Money
    reason: PeriodReason
    period_start: datetime
    period_end: datetime
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class UnpaidInvoice:
    """An invoice that waits to be paid."""

    id: str
    url: str | None  # Stripe's page on which it can be paid.
    needs_action: bool  # The bank wants to hear from the owner of the card.


@dataclass(frozen=True, slots=True)
class Invoices:
    """The invoices of a subscription that matter: those that were paid and are new to us, and those to be paid."""

    paid: tuple[PaidInvoice, ...]
    unpaid: tuple[UnpaidInvoice, ...]
