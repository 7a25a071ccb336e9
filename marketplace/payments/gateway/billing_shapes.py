"""Between our plain values and the shapes of Stripe's SDK, as far as they are about subscriptions."""

from datetime import UTC, datetime
from typing import Any

from stripe.params import InvoiceCreatePreviewParams, SubscriptionUpdateParams
from stripe.params.billing_portal import SessionCreateParams as PortalParams
from stripe.params.checkout import SessionCreateParams

from marketplace.kernel.money import Money
from marketplace.payments.gateway.billing_values import (
    ChangeOrder,
    PaidInvoice,
    SubscriptionOrder,
    SubscriptionState,
    UnpaidInvoice,
)
from marketplace.payments.gateway.shapes import MARK, checkout_locale
from marketplace.payments.gateway.values import Intent
from marketplace.payments.rules import EndReason, PeriodReason

CHANGE = "change"  # Under which Stripe keeps our name for the call that last changed a price.
END_REASONS = {"payment_failed": EndReason.UNPAID, "payment_disputed": EndReason.DISPUTED}
REASONS = {"subscription_create": PeriodReason.FIRST, "subscription_cycle": PeriodReason.RENEWAL}


def subscription_params(order: SubscriptionOrder, mark: str) -> SessionCreateParams:
    """Ask for a Checkout page on which somebody subscribes."""
    metadata = {"subscription_id": str(order.subscription_id), MARK: mark}
    return {
        "mode": "subscription",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.price.currency.lower(),
                    "unit_amount": order.price.minor,
                    "recurring": {"interval": order.interval.value},
                    "product_data": {"name": order.description},
                },
            }
        ],
        "payment_method_types": ["card"],
        # What is given back for a change is a part of what was really billed.
        "subscription_data": {"metadata": metadata, "billing_mode": {"type": "flexible"}},
        "metadata": metadata,
        "client_reference_id": str(order.subscription_id),
        "customer": order.customer_id,
        "saved_payment_method_options": {"allow_redisplay_filters": ["always", "limited"]},
        "locale": checkout_locale(order.language),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def change_params(order: ChangeOrder, mark: str) -> SubscriptionUpdateParams:
    """Ask for another price."""
    wanted: SubscriptionUpdateParams = {
        "items": [_item(order)],
        "metadata": {CHANGE: mark},
        "proration_behavior": "none",
    }
    if order.prorated_at is not None:
        wanted["proration_behavior"] = "always_invoice"
        wanted["proration_date"] = int(order.prorated_at.timestamp())
        wanted["payment_behavior"] = "error_if_incomplete"  # Who can't pay for more keeps what they have.
    return wanted


def preview_params(order: ChangeOrder) -> InvoiceCreatePreviewParams:
    """Ask what another price costs now."""
    assert order.prorated_at is not None
    return {
        "subscription": order.stripe_id,
        "subscription_details": {
            "items": [_item(order)],
            "proration_behavior": "always_invoice",
            "proration_date": int(order.prorated_at.timestamp()),
        },
    }


def _item(order: ChangeOrder) -> Any:
    return {
        "id": order.item_id,
        "price_data": {
            "currency": order.price.currency.lower(),
            "product": order.product_id,
            "recurring": {"interval": order.interval.value},
            "unit_amount": order.price.minor,
        },
    }


def portal_params(customer_id: str, language: str, return_url: str) -> PortalParams:
    """Ask for a page on which another card is chosen."""
    return {
        "customer": customer_id,
        "locale": checkout_locale(language),
        "return_url": return_url,
        "flow_data": {
            "type": "payment_method_update",
            "after_completion": {"type": "redirect", "redirect": {"return_url": return_url}},
        },
    }


def read_subscription(found: Any) -> SubscriptionState:
    """Read a subscription."""
    item = found["items"].data[0]
    reason = (found.cancellation_details.reason if found.cancellation_details else None) or ""
    metadata = found.metadata.to_dict()
    return SubscriptionState(
        id=found.id,
        status=found.status,
        cancels_at=_moment(found.cancel_at),
        end_reason=END_REASONS.get(reason, EndReason.CANCELLED) if reason or found.ended_at else None,
        item_id=item.id,
        product_id=item.price.product,
        call=metadata.get(MARK),
        change=metadata.get(CHANGE),
    )


def intent_of(invoice: Any) -> Any:
    """Find the payment that paid an invoice, or the one that waits; None if there is none."""
    payments = [one for one in invoice.payments.data if one.payment.type == "payment_intent"]
    best = [one for one in payments if one.status == "paid"] or [one for one in payments if one.status == "open"]
    return best[0].payment.payment_intent if best else None


def read_unpaid(invoice: Any) -> UnpaidInvoice:
    """Read an invoice that waits to be paid, and was fetched with its payment."""
    intent = intent_of(invoice)
    needs_action = intent is not None and intent.status == "requires_action"
    return UnpaidInvoice(invoice.id, invoice.hosted_invoice_url, needs_action)


def read_paid(invoice: Any, intent: Intent) -> PaidInvoice:
    """Read an invoice that was paid, with its payment."""
    start, end = _period(invoice.lines.data)
    assert intent.charge_id is not None, invoice.id
    return PaidInvoice(
        id=invoice.id,
        charge_id=intent.charge_id,
        amount=Money(invoice.amount_paid, invoice.currency.upper()),
        fee=intent.fee,
        reason=REASONS.get(invoice.billing_reason, PeriodReason.CHANGE),
        period_start=start,
        period_end=end,
        paid_at=_moment(invoice.status_transitions.paid_at) or start,
    )


def _period(lines: list[Any]) -> tuple[datetime, datetime]:
    """Tell for which time an invoice is: that of what it charges, without what it settles besides."""
    charged = [one for one in lines if one.amount > 0] or lines
    whole = [one for one in charged if not _is_proration(one)] or charged
    start, end = min(one.period.start for one in whole), max(one.period.end for one in whole)
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)


def _is_proration(line: Any) -> bool:
    details = line.parent.subscription_item_details if line.parent else None
    return bool(details and details.proration)


def _moment(timestamp: int | None) -> datetime | None:
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
