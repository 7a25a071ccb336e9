"""What the door to Stripe answers with, and what can go wrong: plain values, without its SDK."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.kernel.money import Money
from marketplace.payments.rules import Requirements


class Refused(Exception):
    """Stripe said no: nothing has happened, and asking again will not help."""


class Missing(Refused):
    """Stripe knows no such thing."""


class NotEnough(Refused):
    """There is not as much in the balance."""


class Uncertain(Exception):
    """Stripe may or may not have done it: ask again under the same key."""


class KeyIsSpent(Uncertain):
    """Stripe keeps an error under the key, whatever has come of it: look, and ask under another key if nothing has."""


class BadDelivery(Exception):
    """A webhook call that Stripe did not sign, or signed too long ago, or that is not an event."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A Checkout page."""

    id: str
    url: str | None
    status: str  # open, complete or expired
    payment_intent_id: str | None
    subscription_id: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment as Stripe sees it."""

    id: str
    status: str
    amount: Money
    received: Money
    fee: Money
    charge_id: str | None
    capture_before: datetime | None


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund as Stripe sees it."""

    id: str
    status: str  # pending, requires_action, succeeded, failed or canceled
    failure: str | None


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """What one balance transaction did to our balance: `amount` came in, or went out if negative; `fee` went out."""

    id: str
    amount: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class Dispute:
    """A chargeback as Stripe sees it."""

    id: str
    intent_id: str
    amount: Money
    status: str
    reason: str
    due_by: datetime | None
    changes: tuple[BalanceChange, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account as Stripe sees it."""

    id: str
    said: Requirements

    @property
    def may_receive(self) -> bool:
        """Tell whether transfers reach it."""
        return self.said.may_receive


@dataclass(frozen=True, slots=True)
class Card:
    """A saved card as Stripe sees it: what its owner knows it by."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class Event:
    """A verified event; `payload` is for the record, what counts is fetched."""

    id: str
    type: str
    account_id: str | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What a Checkout page is made for."""

    hold_id: int
    amount: Money
    description: str
    customer_id: str
    language: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What a payment is made for that sets the amount of a hold aside with a saved card."""

    hold_id: int
    amount: Money
    description: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class SetupOrder:
    """What a page to save a card on is made for."""

    customer_id: str
    language: str
    success_url: str
    cancel_url: str
