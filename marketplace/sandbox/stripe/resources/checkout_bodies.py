"""What a Checkout session takes, and what it, its line items and its payment intent look like."""

from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import (
    Address,
    Choice,
    Currency,
    Email,
    Fields,
    Given,
    Listing,
    Metadata,
    Text,
    Whole,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, World

# As Checkout knows them; a page that the stand-in has no words for is in English.
LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru "
    "sk sl sv th tr vi zh zh-HK zh-TW"
).split()

PRODUCT_DATA = Fields(
    required={"name": Text()},
    optional={"description": Text(), "images": Listing(Address(), maximum=8), "metadata": Metadata()},
)
LINE_ITEM = Fields(
    required={
        "price_data": Fields(
            required={"currency": Currency(), "product_data": PRODUCT_DATA, "unit_amount": Whole()},
        ),
    },
    optional={"quantity": Whole(minimum=1, maximum=999_999)},
)
PAYMENT_INTENT_DATA = Fields(
    optional={
        "capture_method": Choice("automatic", "automatic_async", "manual"),
        "description": Text(),
        "metadata": Metadata(),
        "receipt_email": Email(),
        "statement_descriptor": Text(),
        "statement_descriptor_suffix": Text(),
        "transfer_group": Text(),
    }
)
CREATE = takes(
    required={
        "line_items": Listing(LINE_ITEM),
        "mode": Choice("payment", "setup", "subscription"),
        "success_url": Address(),
    },
    optional={
        "cancel_url": Address(),
        "client_reference_id": Text(),
        "customer": Text(),
        "customer_creation": Choice("always", "if_required"),
        "customer_email": Email(),
        "expires_at": Whole(),
        "integration_identifier": Text(),
        "locale": Choice(*LOCALES),
        "metadata": Metadata(),
        "payment_intent_data": PAYMENT_INTENT_DATA,
        "payment_method_types": Listing(Choice("card")),
        "ui_mode": Choice("hosted_page"),
    },
)


def line_items(given: list[Given], timestamp: int) -> list[Json]:
    """Write the items of a session; all are in one currency."""
    if len({item["price_data"]["currency"] for item in given}) != 1:
        raise Refused("All line items must have the same currency, and there must be one.", param="line_items")
    return [_line_item(item["price_data"], item.get("quantity", 1), timestamp) for item in given]


def session_body(world: World, given: Given, items: list[Json], *, customer: Json | None, expires_at: int) -> Json:
    """Write an open session without the address of its page."""
    email = given.get("customer_email") or (customer and customer["email"])
    total = sum(item["amount_total"] for item in items)
    return {
        **_not_used(),
        "id": new_id("cs_test", length=58),
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": world.timestamp,
        "currency": items[0]["currency"],
        "customer": customer and customer["id"],
        "customer_creation": None if customer else given.get("customer_creation", "if_required"),
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
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": None,
    }


def intent_body(world: World, session: Json, given: Given) -> Json:
    """Write the payment intent that a session makes at the first try to pay."""
    intent_id = new_id("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": given.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_{new_id('secret')}",
        "confirmation_method": "automatic",
        "created": world.timestamp,
        "currency": session["currency"],
        "customer": session["customer"],
        "customer_account": None,
        "description": given.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": merged({}, given.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": given.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": given.get("transfer_group"),
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


def _line_item(price: Given, quantity: int, timestamp: int) -> Json:
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
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": _price(price, timestamp),
        "quantity": quantity,
    }


def _price(price: Given, timestamp: int) -> Json:
    return {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": timestamp,
        "currency": price["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod", length=14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": price["unit_amount"],
        "unit_amount_decimal": str(price["unit_amount"]),
    }


def _not_used() -> Json:
    nothing = (
        "after_expiration allow_promotion_codes billing_address_collection client_secret collected_information consent "
        "consent_collection currency_conversion customer_account discounts invoice origin_context payment_link "
        "payment_method_collection payment_method_configuration_details permissions recovered_from "
        "saved_payment_method_options setup_intent shipping_address_collection shipping_cost submit_type subscription "
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
