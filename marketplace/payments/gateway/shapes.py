"""Between our plain values and the shapes of Stripe's SDK."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from stripe.params import PaymentIntentCreateParams
from stripe.params.checkout import SessionCreateParams

from marketplace.kernel.money import Money
from marketplace.payments.gateway.values import (
    Account,
    BalanceChange,
    Card,
    CardOrder,
    Checkout,
    CheckoutOrder,
    Dispute,
    Intent,
    KeyIsSpent,
    Missing,
    NotEnough,
    RefundState,
    Refused,
    SetupOrder,
    Uncertain,
)
from marketplace.payments.rules import Requirements, StripeLine

INTERNAL_ERROR = 500
CLOCKS_DIFFER = timedelta(hours=1)  # Stripe's and ours, at most.
MARK = "call"  # Under which Stripe keeps our name for the call, with what came of it.
_CHECKOUT_LOCALES = frozenset({"en", "es", "fr", "de", "it", "pt", "pt-BR", "ja", "ko", "zh", "nl", "pl", "tr", "ru"})


_REFUSALS = {"resource_missing": Missing, "balance_insufficient": NotEnough}


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn the SDK's errors into what is certain and what is not."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.PermissionError) as error:
        raise _REFUSALS.get(error.code or "", Refused)(f"{error.code}: {error.user_message or error}") from error
    except stripe.IdempotencyError as error:
        raise KeyIsSpent(str(error)) from error  # It was used with other facts, before they changed.
    except stripe.StripeError as error:
        raise (KeyIsSpent if _is_kept(error) else Uncertain)(str(error)) from error


def _is_kept(error: stripe.StripeError) -> bool:
    """Tell whether an error of Stripe's own is the result that it keeps for a key."""
    headers = error.headers or {}
    is_final = headers.get("Stripe-Should-Retry") == "false" or headers.get("Idempotent-Replayed") == "true"
    return (error.http_status or 0) >= INTERNAL_ERROR and is_final


def checkout_locale(language: str) -> Any:
    """Ask for the reader's language where Checkout speaks it; else the browser decides."""
    return language if language in _CHECKOUT_LOCALES else "auto"


def marked(things: Iterable[Any], mark: str) -> Any:
    """Find what bears the mark of a call, or None."""
    return next((one for one in things if one.metadata and MARK in one.metadata and one.metadata[MARK] == mark), None)


def checkout_params(order: CheckoutOrder, mark: str) -> SessionCreateParams:
    """Ask for a Checkout page that sets an amount aside."""
    metadata = {"hold_id": str(order.hold_id), MARK: mark}
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
        "customer": order.customer_id,
        # The page offers to save the card; what was saved before is offered, also what was saved on our own page.
        "saved_payment_method_options": {
            "payment_method_save": "enabled",
            "allow_redisplay_filters": ["always", "limited"],
        },
        "locale": checkout_locale(order.language),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def card_params(order: CardOrder, mark: str) -> PaymentIntentCreateParams:
    """Ask for a payment that sets an amount aside, once somebody says with which card."""
    return {
        "amount": order.amount.minor,
        "currency": order.amount.currency.lower(),
        "capture_method": "manual",
        "customer": order.customer_id,
        "description": order.description,
        "metadata": {"hold_id": str(order.hold_id), MARK: mark},
        "payment_method_types": ["card"],
        "transfer_group": f"hold-{order.hold_id}",
    }


def setup_params(order: SetupOrder, mark: str) -> SessionCreateParams:
    """Ask for a page on which a card is saved, and nothing is charged."""
    return {
        "mode": "setup",
        "payment_method_types": ["card"],
        "customer": order.customer_id,
        "metadata": {MARK: mark},
        "locale": checkout_locale(order.language),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def read_checkout(session: Any) -> Checkout:
    """Read a Checkout page."""
    return Checkout(session.id, session.url, session.status, session.payment_intent, session.subscription)


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


def read_card(method: Any) -> Card:
    """Read a saved card."""
    card = method.card
    return Card(method.id, card.brand, card.last4, card.exp_month, card.exp_year)


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
    capabilities, said = account.capabilities, account.requirements
    transfers = capabilities["transfers"] if capabilities and "transfers" in capabilities else "inactive"
    requirements = Requirements(
        may_receive=transfers == "active",
        may_pay_out=bool(account.payouts_enabled),
        is_submitted=bool(account.details_submitted),
        currently_due=tuple(said.currently_due or ()),
        past_due=tuple(said.past_due or ()),
        eventually_due=tuple(said.eventually_due or ()),
        pending=tuple(said.pending_verification or ()),
        due_by=datetime.fromtimestamp(said.current_deadline, UTC) if said.current_deadline else None,
        disabled_reason=said.disabled_reason,
        problems=tuple(one.reason for one in said.errors or ()),
    )
    return Account(account.id, requirements)
