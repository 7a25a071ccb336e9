"""The door to Stripe: the only place that knows its SDK.

Every function asks one thing and answers with plain values. What can go wrong is told apart by what is certain:
`Refused` means that it did not happen and will not; `Uncertain` means that nobody knows, so the same must be asked
again under the same key. No transaction of the database may be open while Stripe is asked.
"""

import json
from datetime import datetime
from typing import Any

import stripe
from flask import Flask, current_app

from marketplace.kernel.money import Money
from marketplace.payments.gateway.shapes import (
    checkout_params,
    read_account,
    read_checkout,
    read_intent,
    told_apart,
)
from marketplace.payments.gateway.values import (
    Account,
    BadDelivery,
    Checkout,
    CheckoutOrder,
    Event,
    Intent,
    Refused,
    Uncertain,
)

__all__ = [
    "CONNECT_EVENTS",
    "EVENTS",
    "Account",
    "BadDelivery",
    "Checkout",
    "CheckoutOrder",
    "Event",
    "Gateway",
    "Intent",
    "Refused",
    "Uncertain",
    "connect",
    "gateway",
]

TIMEOUT_S = 10
NETWORK_RETRIES = 2
SIGNATURE_TOLERANCE_S = 300
_KEY = "handrail_gateway"

# What Stripe is asked to tell; everything else it would tell changes nothing here.
EVENTS: list[Any] = [
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.canceled",
    "charge.expired",
]
CONNECT_EVENTS: list[Any] = ["account.updated", "capability.updated"]


class Gateway:
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

    def create_checkout(self, order: CheckoutOrder, *, key: str) -> Checkout:
        """Make a Checkout page that sets the amount aside without taking it."""
        with told_apart():
            session = self._client.v1.checkout.sessions.create(checkout_params(order), {"idempotency_key": key})
        return read_checkout(session)

    def checkout(self, session_id: str) -> Checkout:
        """Look at a Checkout page."""
        with told_apart():
            return read_checkout(self._client.v1.checkout.sessions.retrieve(session_id))

    def expire_checkout(self, session_id: str) -> None:
        """Close a Checkout page that is still open."""
        with told_apart():
            self._client.v1.checkout.sessions.expire(session_id)

    def intent(self, intent_id: str) -> Intent:
        """Look at a payment, with its charge and what it brought."""
        with told_apart():
            return read_intent(
                self._client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge.balance_transaction"]})
            )

    def capture(self, intent_id: str, amount: Money, *, key: str) -> None:
        """Take the agreed part of what is set aside; the rest is let go."""
        with told_apart():
            self._client.v1.payment_intents.capture(
                intent_id, {"amount_to_capture": amount.minor}, {"idempotency_key": key}
            )

    def cancel_intent(self, intent_id: str, *, key: str) -> None:
        """Let go of all that is set aside."""
        with told_apart():
            self._client.v1.payment_intents.cancel(intent_id, {}, {"idempotency_key": key})

    def refund(self, intent_id: str, amount: Money, *, key: str) -> str:
        """Give money back to the payer; tells the refund's id."""
        with told_apart():
            refund = self._client.v1.refunds.create(
                {"payment_intent": intent_id, "amount": amount.minor}, {"idempotency_key": key}
            )
        return refund.id

    def transfer(self, account_id: str, amount: Money, *, charge_id: str, group: str, key: str) -> str:
        """Move a payee's share out of a charge to the payee's account; tells the transfer's id."""
        with told_apart():
            transfer = self._client.v1.transfers.create(
                {
                    "amount": amount.minor,
                    "currency": amount.currency.lower(),
                    "destination": account_id,
                    "source_transaction": charge_id,
                    "transfer_group": group,
                },
                {"idempotency_key": key},
            )
        return transfer.id

    def create_account(self, *, country: str, email: str, payee_id: int, key: str) -> Account:
        """Open a connected account for a payee."""
        with told_apart():
            account = self._client.v1.accounts.create(
                {
                    "country": country,
                    "email": email,
                    "controller": {
                        "fees": {"payer": "application"},
                        "losses": {"payments": "application"},
                        "stripe_dashboard": {"type": "express"},
                    },
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": {"payee_id": str(payee_id)},
                },
                {"idempotency_key": key},
            )
        return read_account(account)

    def account(self, account_id: str) -> Account:
        """Look at a connected account."""
        with told_apart():
            return read_account(self._client.v1.accounts.retrieve(account_id))

    def onboarding_url(self, account_id: str, *, refresh_url: str, return_url: str) -> str:
        """Make a link to the page on which a payee tells Stripe who it is."""
        with told_apart():
            link = self._client.v1.account_links.create(
                {
                    "account": account_id,
                    "type": "account_onboarding",
                    "refresh_url": refresh_url,
                    "return_url": return_url,
                }
            )
        return link.url

    def register_webhook(self, url: str, *, connect: bool) -> str | None:
        """Ask Stripe to tell us what happens; gives the signing secret, None if `url` is registered already."""
        with told_apart():
            for known in self._client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter():
                if known.url == url:
                    return None
            endpoint = self._client.v1.webhook_endpoints.create(
                {"url": url, "connect": connect, "enabled_events": CONNECT_EVENTS if connect else EVENTS}
            )
        return endpoint.secret

    def balance(self) -> dict[str, Money]:
        """Tell what Stripe holds for the platform by currency, pending and available together."""
        with told_apart():
            balance = self._client.v1.balance.retrieve()
        held: dict[str, Money] = {}
        for parts in (balance.available, balance.pending):
            for part in parts:
                currency = part.currency.upper()
                held[currency] = held.get(currency, Money.zero(currency)) + Money(part.amount, currency)
        return held

    def verify(self, payload: bytes, signature: str, secret: str, now: datetime) -> Event:
        """Check that Stripe sent this just now, and read it.

        The SDK takes signatures from any future time and stumbles over letters that are not ASCII, so both are
        checked here.

        Raises:
            BadDelivery: it is not from Stripe, not from now, not an event, or of the other mode.
        """
        if not secret:  # Anybody could sign with nothing.
            raise BadDelivery("no signing secret is set for this endpoint")
        try:
            signature.encode("ascii")
            [stamp] = [part[2:] for part in signature.split(",") if part.startswith("t=")]  # A second would mislead.
            if abs(int(now.timestamp()) - int(stamp)) > SIGNATURE_TOLERANCE_S:
                raise BadDelivery("signed too long ago, or in the future")
            stripe.WebhookSignature.verify_header(payload.decode(), signature, secret, tolerance=None)
            event = json.loads(payload)
            received = Event(str(event["id"]), str(event["type"]), event.get("account"), event)
        except (ValueError, KeyError, TypeError, AttributeError, stripe.SignatureVerificationError) as error:
            raise BadDelivery(str(error)) from error
        if bool(event.get("livemode")) != self._is_live:
            raise BadDelivery("of the other mode: live and test must not meet")
        return received


def connect(app: Flask, gateway: Gateway) -> None:
    """Give the application its door to Stripe."""
    app.extensions[_KEY] = gateway


def gateway() -> Gateway:
    """Give the door to Stripe."""
    found: Gateway = current_app.extensions[_KEY]
    return found
