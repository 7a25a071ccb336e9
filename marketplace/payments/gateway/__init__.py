"""The door to Stripe: the only place that knows its SDK.

Every function asks one thing and answers with plain values. What can go wrong is told apart by what is certain:
`Refused` means that it did not happen and will not; `Uncertain` means that nobody knows, so the same must be asked
again under the same key. No transaction of the database may be open while Stripe is asked.
"""

from flask import Flask, current_app

from marketplace.payments.gateway.billing import Billing
from marketplace.payments.gateway.billing_values import (
    ChangeOrder,
    Invoices,
    PaidInvoice,
    SubscriptionOrder,
    SubscriptionState,
    UnpaidInvoice,
)
from marketplace.payments.gateway.cards import Cards
from marketplace.payments.gateway.listening import CONNECT_EVENTS, EVENTS, Listening
from marketplace.payments.gateway.payees import Payees
from marketplace.payments.gateway.values import (
    Account,
    BadDelivery,
    BalanceChange,
    Card,
    CardOrder,
    Checkout,
    CheckoutOrder,
    Dispute,
    Event,
    Intent,
    KeyIsSpent,
    Missing,
    RefundState,
    Refused,
    SetupOrder,
    Uncertain,
)

__all__ = [
    "CONNECT_EVENTS",
    "EVENTS",
    "Account",
    "BadDelivery",
    "BalanceChange",
    "Card",
    "CardOrder",
    "ChangeOrder",
    "Checkout",
    "CheckoutOrder",
    "Dispute",
    "Event",
    "Gateway",
    "Intent",
    "Invoices",
    "KeyIsSpent",
    "Missing",
    "PaidInvoice",
    "RefundState",
    "Refused",
    "SetupOrder",
    "SubscriptionOrder",
    "SubscriptionState",
    "Uncertain",
    "UnpaidInvoice",
    "connect",
    "gateway",
]

_KEY = "handrail_gateway"


class Gateway(Billing, Cards, Payees, Listening):
    """All that can be asked of Stripe."""


def connect(app: Flask, gateway: Gateway) -> None:
    """Give the application its door to Stripe."""
    app.extensions[_KEY] = gateway


def gateway() -> Gateway:
    """Give the door to Stripe."""
    found: Gateway = current_app.extensions[_KEY]
    return found
