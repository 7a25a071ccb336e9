"""What Stripe tells: balances, and signed events."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import stripe

from marketplace.kernel.money import Money
from marketplace.payments.gateway.door import Door
from marketplace.payments.gateway.shapes import read_line, told_apart
from marketplace.payments.gateway.values import BadDelivery, Event
from marketplace.payments.rules import StripeLine

SIGNATURE_TOLERANCE_S = 300
LONGEST_EVENT_ID = 100  # Stripe's have less than 40 characters.

# What Stripe is asked to tell; everything else it would tell changes nothing here.
EVENTS: list[Any] = [
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.canceled",
    "charge.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    "invoice.marked_uncollectible",
    "invoice.paid",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.voided",
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.updated",
    "payment_method.automatically_updated",
]
CONNECT_EVENTS: list[Any] = ["account.updated", "capability.updated", "account.application.deauthorized"]


class Listening(Door):
    """The part of the door through which Stripe tells what happened."""

    def register_webhook(self, url: str, *, connect: bool) -> str | None:
        """Ask Stripe to tell us what happens; gives the signing secret, None if `url` is registered already."""
        wanted = CONNECT_EVENTS if connect else EVENTS
        with told_apart():
            for known in self._client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter():
                if known.url == url:
                    if set(known.enabled_events) != set(wanted):  # Registered by an earlier release.
                        self._client.v1.webhook_endpoints.update(known.id, {"enabled_events": wanted})
                    return None
            endpoint = self._client.v1.webhook_endpoints.create(
                {"url": url, "connect": connect, "enabled_events": wanted}
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

    def balance_lines(self, *, since: datetime | None) -> Iterator[StripeLine]:
        """List what changed the platform's balance, the newest first; only from `since` on, if it is given."""
        wanted: Any = {"limit": 100}
        if since is not None:
            wanted["created"] = {"gte": int(since.timestamp())}
        with told_apart():
            for line in self._client.v1.balance_transactions.list(wanted).auto_paging_iter():
                yield read_line(line)

    def events(self, *, since: datetime, account_id: str | None = None) -> Iterator[Event]:
        """List what Stripe has told, or should have, from a moment on, the newest first, as far as it changes anything.

        Stripe keeps events for 30 days: https://docs.stripe.com/api/events. Those of a connected account are in a list
        of its own, which is asked for in its name.

        Raises:
            Refused: the account is out of reach; its owner has left the platform.
        """
        types = CONNECT_EVENTS if account_id else EVENTS
        wanted: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        if account_id:  # Only so many types can be asked for at once; accounts have many others.
            wanted["types"] = types
        of_account: Any = {"stripe_account": account_id} if account_id else {}
        with told_apart():
            for event in self._client.v1.events.list(wanted, of_account).auto_paging_iter():
                if event.type in types:
                    yield Event(event.id, event.type, account_id, event.to_dict(for_json=True))  # Stored as it is.

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
            dict(event["data"]["object"])  # What it is about.
            if len(received.id) > LONGEST_EVENT_ID:
                raise BadDelivery("the id of the event is too long")
        except (ValueError, KeyError, TypeError, AttributeError, stripe.SignatureVerificationError) as error:
            raise BadDelivery(str(error)) from error
        if bool(event.get("livemode")) != self._is_live:
            raise BadDelivery("of the other mode: live and test must not meet")
        return received
