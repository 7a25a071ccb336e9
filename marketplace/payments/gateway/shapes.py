"""Between our plain values and the shapes of Stripe's SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import stripe
from stripe.params.checkout import SessionCreateParams

from marketplace.kernel.money import Money
from marketplace.payments.gateway.values import (
    Account,
    BalanceChange,
    Checkout,
    CheckoutOrder,
    Dispute,
    Intent,
    RefundState,
    Refused,
    Uncertain,
)
from marketplace.payments.rules import StripeLine

_CHECKOUT_LOCALES = frozenset({"en", "es", "fr", "de", "it", "pt", "pt-BR", "ja", "ko", "zh", "nl", "pl", "tr", "ru"})


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn the SDK's errors into what is certain and what is not."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.PermissionError) as error:
        raise Refused(f"{error.code}: {error.user_message or error}") from error
    except stripe.StripeError as error:
        raise Uncertain(str(error)) from error


def _checkout_locale(language: str) -> Any:
    """Ask for the reader's language where Checkout speaks it; else the browser decides."""
    return language if language in _CHECKOUT_LOCALES else "auto"


def checkout_params(order: CheckoutOrder) -> SessionCreateParams:
    """Ask for a Checkout page that sets an amount aside."""
    metadata = {"hold_id": str(order.hold_id)}
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.amount.currency.lower(),
                    "unit_amount": order.amount.minor,
                    "product_data": {"name": order.description},
                },
            }
        ],
        "payment_method_types": ["card"],
        "payment_intent_data": {
            "capture_method": "manual",
            "metadata": metadata,
            "transfer_group": f"hold-{order.hold_id}",
        },
        "metadata": metadata,
        "client_reference_id": str(order.hold_id),
        "customer_email": order.email,
        "locale": _checkout_locale(order.language),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def read_checkout(session: Any) -> Checkout:
    """Read a Checkout page."""
    return Checkout(session.id, session.url, session.status, session.payment_intent)


def read_intent(intent: Any) -> Intent:
    """Read a payment that was fetched with its charge and what it brought.

    Raises:
        Uncertain: it was taken a moment ago, and its fee is not known yet.
    """
    currency = intent.currency.upper()
    charge = intent.latest_charge
    brought = charge.balance_transaction if charge else None
    if intent.status == "succeeded" and brought is None:
        raise Uncertain("taken, but what it brought is not booked yet")
    card = charge.payment_method_details.card if charge and charge.payment_method_details else None
    capture_before = card.capture_before if card and "capture_before" in card else None
    return Intent(
        id=intent.id,
        status=intent.status,
        amount=Money(intent.amount, currency),
        received=Money(intent.amount_received, currency),
        fee=Money(brought.fee, currency) if brought else Money.zero(currency),
        charge_id=charge.id if charge else None,
        capture_before=datetime.fromtimestamp(capture_before, UTC) if capture_before else None,
    )


def read_refund(refund: Any) -> RefundState:
    """Read a refund."""
    return RefundState(refund.id, refund.status, refund.failure_reason if "failure_reason" in refund else None)


def read_dispute(dispute: Any) -> Dispute:
    """Read a chargeback with what it did to our balance."""
    due_by = dispute.evidence_details.due_by
    return Dispute(
        id=dispute.id,
        intent_id=dispute.payment_intent,
        amount=Money(dispute.amount, dispute.currency.upper()),
        status=dispute.status,
        reason=dispute.reason,
        due_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        changes=tuple(_read_change(change) for change in dispute.balance_transactions),
    )


def _read_change(change: Any) -> BalanceChange:
    currency = change.currency.upper()
    return BalanceChange(change.id, Money(change.amount, currency), Money(change.fee, currency))


def read_line(line: Any) -> StripeLine:
    """Read a balance transaction."""
    currency = line.currency.upper()
    created_at = datetime.fromtimestamp(line.created, UTC)
    return StripeLine(
        line.id, line.type, line.source, Money(line.amount, currency), Money(line.fee, currency), created_at
    )


def read_account(account: Any) -> Account:
    """Read a connected account."""
    capabilities = account.capabilities
    transfers = capabilities["transfers"] if capabilities and "transfers" in capabilities else "inactive"
    return Account(account.id, may_receive=transfers == "active")
