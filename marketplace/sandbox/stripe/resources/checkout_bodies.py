"""What a Checkout session and its line items look like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json, World

CREATION = {"payment": "if_required", "setup": "if_required", "subscription": "always"}


def line_item(price: Json, quantity: int, name: str) -> Json:
    """Write one thing that is paid for."""
    total = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": name,
        "metadata": {},
        "price": price,
        "quantity": quantity,
    }


def session_body(world: World, given: Given, items: list[Json], *, customer: Json | None, expires_at: int) -> Json:
    """Write an open session without the address of its page; without items it only stores a card."""
    email = given.get("customer_email") or (customer and customer["email"])
    creation = None if customer else given.get("customer_creation", CREATION[given["mode"]])
    total = sum(item["amount_total"] for item in items) if items else None
    return {
        **_not_used(),
        "id": new_id("cs_test", length=58),
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": world.timestamp,
        "currency": items[0]["currency"] if items else given.get("currency"),
        "customer": customer and customer["id"],
        "customer_creation": creation,
        "customer_details": customer_details(email=email, name=None) if email else None,
        "customer_email": given.get("customer_email"),
        "expires_at": expires_at,
        "integration_identifier": given.get("integration_identifier"),
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": merged({}, given.get("metadata", {})),
        "mode": given["mode"],
        "payment_intent": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_collection": "always" if given["mode"] == "subscription" else None,
        "payment_method_types": given.get("payment_method_types", ["card"]),
        "payment_status": "unpaid" if items else "no_payment_required",
        "saved_payment_method_options": _saved(given, customer) if items else None,
        "status": "open",
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if items else None,
        "ui_mode": "hosted_page",
        "url": None,
    }


def customer_details(*, email: str | None, name: str | None) -> Json:
    """Write who pays, as far as it is known."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def _saved(given: Given, customer: Json | None) -> Json | None:
    if customer is None and "saved_payment_method_options" not in given:
        return None
    usual = {
        "allow_redisplay_filters": ["always"],
        "payment_method_remove": "disabled",
        "payment_method_save": "disabled",
    }
    return {**usual, **given.get("saved_payment_method_options", {})}


def _not_used() -> Json:
    nothing = (
        "after_expiration allow_promotion_codes billing_address_collection client_secret collected_information consent "
        "consent_collection currency_conversion customer_account discounts invoice origin_context payment_link "
        "payment_method_configuration_details permissions recovered_from "
        "setup_intent shipping_address_collection shipping_cost submit_type subscription "
        "wallet_options"
    ).split()
    return {
        **dict.fromkeys(nothing),
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "invoice_creation": {
            "enabled": False,
            "invoice_data": {
                **dict.fromkeys(("account_tax_ids", "custom_fields", "description", "footer", "issuer")),
                "metadata": {},
                "rendering_options": None,
            },
        },
        "managed_payments": {"enabled": False},
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
    }
