"""What a dispute looks like."""

from types import MappingProxyType

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, World

KIND = "dispute"

# The reasons that a cardholder may give, with the number by which Visa knows them.
REASONS = MappingProxyType({
    "fraudulent": "10.4",
    "duplicate": "12.6",
    "incorrect_account_details": "12.4",
    "product_not_received": "13.1",
    "subscription_canceled": "13.2",
    "product_unacceptable": "13.3",
    "credit_not_processed": "13.6",
    "general": None,
    "unrecognized": None,
})  # fmt: skip

LONG_TEXTS = (
    *("access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation"),
    *("product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text"),
)
SHORT_TEXTS = (
    *("billing_address", "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_id"),
    *("service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number"),
)
TEXTS = (*LONG_TEXTS, *SHORT_TEXTS)
FILES = (
    *("cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation"),
    *("receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file"),
)


def dispute_body(world: World, charge: Json, *, amount: int, reason: str, status: str, due_by: int) -> Json:
    """Write a new dispute of a charge, to be answered until `due_by`."""
    is_inquiry = status.startswith("warning_")
    card = charge["payment_method_details"]["card"]
    return {
        "id": new_id("du"),
        "object": KIND,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.timestamp,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys([*TEXTS, *FILES]), **_known_evidence(charge), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": is_inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if is_inquiry else "chargeback",
                "network_reason_code": REASONS[reason],
            },
            "type": "card",
        },
        "reason": reason,
        "status": status,
    }


def _known_evidence(charge: Json) -> Json:
    details = charge["billing_details"]
    return {"customer_email_address": details["email"], "customer_name": details["name"]}
