"""What a card looks like, for itself and as a charge shows it."""

import hashlib

from marketplace.sandbox.stripe.cards import CardDetails, card_of
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, Record, World

KIND = "payment_method"
URL = "/v1/payment_methods"
SEPA = "sepa_debit"

# Whether Checkout may show a stored card to its customer again.
REDISPLAY = ("always", "limited", "unspecified")

NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
SHOWN_WITH_A_CHARGE = (
    *("brand", "country", "exp_month", "exp_year", "fingerprint"),
    *("funding", "last4", "regulated_status", "wallet"),
)
CHECKS = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def method_body(world: World, details: CardDetails) -> Json:
    """Write the card that a person entered."""
    card = {
        **_known_of(details),
        "checks": CHECKS,
        "display_brand": "visa",
        "generated_from": None,
        "networks": {"available": ["visa"], "preferred": None},
        "three_d_secure_usage": {"supported": True},
    }
    return _method(world, "card", card, email=details.email, name=details.name)


def debit_body(world: World, iban: str, *, email: str, name: str) -> Json:
    """Write the bank account that a person pays from by SEPA Direct Debit."""
    return _method(world, SEPA, {**_known_of_bank(iban), "generated_from": None}, email=email, name=name)


def debited_account(method: Record) -> Json:
    """Write the bank account as a charge shows it."""
    known = {name: one for name, one in method.body[SEPA].items() if name != "generated_from"}
    return {**known, "mandate": None}


def billing_details(*, email: str | None, name: str | None) -> Json:
    """Write who pays."""
    return {"address": NO_ADDRESS, "email": email, "name": name, "phone": None, "tax_id": None}


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


def _method(world: World, kind: str, details: Json, *, email: str | None, name: str | None) -> Json:
    return {
        "id": new_id("pm"),
        "object": KIND,
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(email=email, name=name),
        kind: details,
        "created": world.timestamp,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def _known_of_bank(iban: str) -> Json:
    return {
        "bank_code": iban[4:9],
        "branch_code": "",
        "country": iban[:2],
        "fingerprint": hashlib.sha256(iban.encode()).hexdigest()[:16],
        "last4": iban[-4:],
    }


def _known_of(details: CardDetails) -> Json:
    return {
        "brand": "visa",
        "country": card_of(details.number).country,
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
