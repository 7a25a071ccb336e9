"""What an invoice and its payment look like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources.billing.periods import Period

KIND = "invoice"
PAYMENT = "invoice_payment"
URL = "/v1/invoices"

NOTHING = (
    "account_name account_tax_ids application automatically_finalizes_at custom_fields customer_account "
    "customer_shipping default_payment_method default_source description due_date effective_at ending_balance footer "
    "from_invoice hosted_invoice_url invoice_pdf last_finalization_error latest_revision next_payment_attempt number "
    "on_behalf_of receipt_number rendering shipping_cost shipping_details statement_descriptor webhooks_delivered_at"
).split()


def invoice_body(
    world: World, customer: Json, lines: list[Json], *, reason: str, currency: str, period: Period, details: Given
) -> Json:
    """Write a draft.

    Args:
        world: when.
        customer: who is to pay.
        lines: for what.
        reason: why there is an invoice, as Stripe names it.
        currency: of all lines.
        period: the time to which items belong that have none.
        details: what else is known of it, by Stripe's names.
    """
    invoice_id = new_id("in")
    body = {
        **dict.fromkeys(NOTHING),
        **dict.fromkeys(("amount_overpaid", "amount_paid", "amount_paid_off_stripe", "amount_shipping"), 0),
        "id": invoice_id,
        "object": KIND,
        "account_country": "DE",
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": _no_tax(),
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": world.timestamp,
        "currency": currency,
        "customer": customer["id"],
        **{f"customer_{name}": customer[name] for name in ("address", "email", "name", "phone", "tax_exempt")},
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": list_object(f"{URL}/{invoice_id}/lines", []),
        "livemode": False,
        "parent": None,
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": period.end,
        "period_start": period.start,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": customer["balance"],
        "status": "draft",
        "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        "test_clock": customer["test_clock"],
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        **details,
        "metadata": merged({}, details.get("metadata") or {}),
    }
    add_lines(body, lines)
    return body


def add_lines(invoice: Json, lines: list[Json]) -> None:
    """Put lines on an invoice, and add all up again."""
    for line in lines:
        line["invoice"] = invoice["id"]
    invoice["lines"]["data"].extend(lines)
    add_up(invoice)


def add_up(invoice: Json) -> None:
    """Work out the sums; what the customer has as credit is taken off, what they owe is added."""
    total = sum(line["amount"] for line in invoice["lines"]["data"])
    due = max(0, total + invoice["starting_balance"])
    sums = dict.fromkeys(("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), total)
    invoice |= {**sums, "amount_due": due, "amount_remaining": due - invoice["amount_paid"]}


def of_subscription(subscription: str, metadata: Json) -> Json:
    """Write that an invoice is for a subscription."""
    details = {"metadata": metadata, "subscription": subscription}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def subscription_of(invoice: Json) -> str | None:
    """Tell for which subscription an invoice is; None for any other invoice."""
    parent = invoice["parent"]
    return parent and str(parent["subscription_details"]["subscription"])


def payment_body(world: World, invoice: Json, intent: str) -> Json:
    """Write how an invoice is to be paid."""
    return {
        "id": new_id("inpay"),
        "object": PAYMENT,
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": world.timestamp,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }


def _no_tax() -> Json:
    return {"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None}
