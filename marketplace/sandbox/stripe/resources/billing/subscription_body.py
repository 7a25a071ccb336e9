"""What a subscription looks like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources.billing.periods import Cycle, Period

KIND = "subscription"
ITEM = "subscription_item"
URL = "/v1/subscriptions"

NOTHING = (
    "application application_fee_percent billing_cycle_anchor_config billing_thresholds cancel_at canceled_at "
    "customer_account days_until_due default_payment_method default_source description ended_at latest_invoice "
    "next_pending_invoice_item_invoice on_behalf_of pause_collection pending_invoice_item_interval "
    "pending_setup_intent pending_update schedule transfer_data trial_end trial_start"
).split()


def subscription_body(world: World, customer: Json, *, anchor: int, currency: str, details: Given) -> Json:
    """Write a subscription that has no items yet; `details` are known by Stripe's names."""
    subscription_id = new_id("sub")
    settings = details.pop("payment_settings", {})
    ends = details.pop("trial_settings", {"end_behavior": {"missing_payment_method": "create_invoice"}})
    return {
        **dict.fromkeys(NOTHING),
        "id": subscription_id,
        "object": KIND,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": anchor,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": world.timestamp,
        "currency": currency,
        "customer": customer["id"],
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": list_object(f"/v1/subscription_items?subscription={subscription_id}", []),
        "livemode": False,
        "managed_payments": {"enabled": False},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": settings.get("payment_method_types"),
            "save_default_payment_method": settings.get("save_default_payment_method", "off"),
        },
        "start_date": world.timestamp,
        "test_clock": customer["test_clock"],
        "trial_settings": ends,
        **details,
        "metadata": merged({}, details.get("metadata") or {}),
    }


def item_body(subscription: str, price: Json, quantity: int, metadata: Json, period: Period, timestamp: int) -> Json:
    """Write one item of a subscription."""
    return {
        "id": new_id("si", length=14),
        "object": ITEM,
        "billing_thresholds": None,
        "created": timestamp,
        "current_period_end": period.end,
        "current_period_start": period.start,
        "discounts": [],
        "metadata": merged({}, metadata),
        "price": price,
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def items_of(subscription: Json) -> list[Json]:
    """List the items of a subscription."""
    found: list[Json] = subscription["items"]["data"]
    return found


def period_of(subscription: Json) -> Period:
    """Tell the period in which a subscription is; its items have one in common."""
    first = items_of(subscription)[0]
    return Period(first["current_period_start"], first["current_period_end"])


def set_period(subscription: Json, period: Period) -> None:
    """Bring all items into a period."""
    for item in items_of(subscription):
        item |= {"current_period_end": period.end, "current_period_start": period.start}


def cycle_of(subscription: Json) -> Cycle:
    """Tell in which rhythm a subscription is billed."""
    rhythm = items_of(subscription)[0]["price"]["recurring"]
    return Cycle(subscription["billing_cycle_anchor"], rhythm["interval"], rhythm["interval_count"])
