"""The door to Stripe: the only place that knows its SDK.

Every function asks one thing and answers with plain values. What can go wrong is told apart by what is certain:
`Refused` means that it did not happen and will not; `Uncertain` means that nobody knows, so the same must be asked
again under the same key. No transaction of the database may be open while Stripe is asked.
"""

import stripe
from flask import Flask, current_app

from marketplace.payments.gateway.listening import CONNECT_EVENTS, EVENTS, Listening
from marketplace.payments.gateway.payees import Payees
from marketplace.payments.gateway.payments import Payments
from marketplace.payments.gateway.values import (
    Account,
    BadDelivery,
    BalanceChange,
    Checkout,
    CheckoutOrder,
    Dispute,
    Event,
    Intent,
    RefundState,
    Refused,
    Uncertain,
)

__all__ = [
    "CONNECT_EVENTS",
    "EVENTS",
    "Account",
    "BadDelivery",
    "BalanceChange",
    "Checkout",
    "CheckoutOrder",
    "Dispute",
    "Event",
    "Gateway",
    "Intent",
    "RefundState",
    "Refused",
    "Uncertain",
    "connect",
    "gateway",
]

TIMEOUT_S = 10
NETWORK_RETRIES = 2
_KEY = "handrail_gateway"


class Gateway(Payments, Payees, Listening):
    """Stripe, or its stand-in: the same SDK, another address."""

    def __init__(self, secret_key: str, api_base: str, http_client: stripe.HTTPClient | None = None) -> None:
        """Connect; nothing is asked yet.

        Args:
            secret_key: of the platform's account.
            api_base: Stripe's address, or that of the stand-in.
            http_client: another way to speak HTTP, which the tests use to look at every call.
        """
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base},
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_S),
            max_network_retries=NETWORK_RETRIES,
        )
        self._is_live = secret_key.startswith(("sk_live_", "rk_live_"))


def connect(app: Flask, gateway: Gateway) -> None:
    """Give the application its door to Stripe."""
    app.extensions[_KEY] = gateway


def gateway() -> Gateway:
    """Give the door to Stripe."""
    found: Gateway = current_app.extensions[_KEY]
    return found
