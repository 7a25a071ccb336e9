"""Payment methods: the cards that people paid with. They are seen by expanding, and have no address of their own."""

import hashlib

from marketplace.sandbox.stripe.cards import CardDetails
from marketplace.sandbox.stripe.engine.endpoints import Resource
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, Record, World

KIND = "payment_method"

NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
SHOWN_WITH_A_CHARGE = (
    *("brand", "country", "exp_month", "exp_year", "fingerprint"),
    *("funding", "last4", "regulated_status", "wallet"),
)
CHECKS = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def add(world: World, details: CardDetails, *, customer: str | None) -> Record:
    """Keep the card that a person entered."""
    body = {
        "id": new_id("pm"),
        "object": KIND,
        "allow_redisplay": "limited",
        "billing_details": billing_details(details),
        "card": {
            **_known_of(details),
            "checks": CHECKS,
            "display_brand": "visa",
            "generated_from": None,
            "networks": {"available": ["visa"], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        },
        "created": world.timestamp,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return world.add(body, hidden={"number": details.number})


def billing_details(details: CardDetails) -> Json:
    """Write who pays."""
    return {"address": NO_ADDRESS, "email": details.email, "name": details.name, "phone": None, "tax_id": None}


def charged_card(method: Record, *, amount: int, capture_before: int | None, is_authenticated: bool) -> Json:
    """Write the card as a charge shows it; `capture_before` ends a hold."""
    return {
        **{name: method.body["card"][name] for name in SHOWN_WITH_A_CHARGE},
        "amount_authorized": amount,
        "authorization_code": "123456",
        **({"capture_before": capture_before} if capture_before else {}),
        "checks": CHECKS,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": "visa",
        "network_token": {"used": False},
        "network_transaction_id": "100000000000000",
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "three_d_secure": _three_d_secure() if is_authenticated else None,
    }


def _known_of(details: CardDetails) -> Json:
    return {
        "brand": "visa",
        "country": details.card.country,
        "exp_month": details.expiry_month,
        "exp_year": details.expiry_year,
        "fingerprint": hashlib.sha256(details.number.encode()).hexdigest()[:16],
        "funding": "credit",
        "last4": details.number[-4:],
        "regulated_status": "unregulated",
        "wallet": None,
    }


def _three_d_secure() -> Json:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": new_id("3ds"),
        "version": "2.2.0",
    }


RESOURCE = Resource(KIND, links=frozenset({"customer"}))
