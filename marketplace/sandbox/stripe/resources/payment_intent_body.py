"""What a payment intent looks like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json, World

KIND = "payment_intent"
URL = "/v1/payment_intents"

TAKEN_OVER = (
    *("customer", "description", "payment_method", "receipt_email", "setup_future_usage", "statement_descriptor"),
    *("statement_descriptor_suffix", "transfer_group"),
)
NOTHING = (
    "application application_fee_amount canceled_at cancellation_reason customer_account excluded_payment_method_types "
    "last_payment_error latest_charge next_action on_behalf_of payment_method_configuration_details processing review "
    "shipping transfer_data"
).split()


def intent_body(world: World, given: Given) -> Json:
    """Write a payment intent over `amount` in `currency` that nobody has paid yet."""
    intent_id = new_id("pi")
    return {
        **dict.fromkeys(NOTHING),
        **{name: given.get(name) for name in TAKEN_OVER},
        "id": intent_id,
        "object": KIND,
        "amount": given["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": automatic(given.get("automatic_payment_methods")),
        "capture_method": given.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_{new_id('secret')}",
        "confirmation_method": "automatic",
        "created": world.timestamp,
        "currency": given["currency"],
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": merged({}, given.get("metadata", {})),
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": given.get("payment_method_types", ["card"]),
        "status": "requires_confirmation" if given.get("payment_method") else "requires_payment_method",
    }


def automatic(given: Given | None) -> Json | None:
    """Write whether Stripe chooses the ways to pay; None when nobody asked for that."""
    return given and {"allow_redirects": given.get("allow_redirects", "always"), "enabled": given["enabled"]}
