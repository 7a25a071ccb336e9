"""What a charge looks like."""

from marketplace.sandbox.stripe.cards import Decline
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import payment_method_body
from marketplace.sandbox.stripe.resources.payment_method_body import SEPA

KIND = "charge"
URL = "/v1/charges"


def card_charge(
    world: World, intent: Json, method: Record, *, capture_before: int | None = None, is_authenticated: bool = False
) -> Json:
    """Write a charge of an intent's amount to a card; nothing is taken yet.

    Args:
        world: when.
        intent: what is paid.
        method: the card.
        capture_before: when a hold lapses; none for what is taken at once.
        is_authenticated: whether the owner confirmed it with the bank.
    """
    card = payment_method_body.charged_card(
        method, amount=intent["amount"], capture_before=capture_before, is_authenticated=is_authenticated
    )
    return _payment(world, intent, method, "ch", {"card": card, "type": "card"})


def debit_charge(world: World, intent: Json, method: Record) -> Json:
    """Write a charge of an intent's amount to a bank account; whether its bank pays is known only later."""
    details = {SEPA: payment_method_body.debited_account(method), "type": SEPA}
    charge = _payment(world, intent, method, "py", details)
    return {**charge, "amount_captured": intent["amount"], "captured": True, "paid": False, "status": "pending"}


def received_charge(world: World, transfer: Json) -> Json:
    """Write what a transfer is for the account that gets it: a payment."""
    return {
        **_charge(world, "py", amount=transfer["amount"], currency=transfer["currency"]),
        "amount_captured": transfer["amount"],
        "captured": True,
        "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
        "source_transfer": transfer["id"],
    }


def outcome(kind: str, decline: Decline | None = None) -> Json:
    """Write what the bank said."""
    return {
        "advice_code": decline and decline.advice_code,
        "network_advice_code": None,
        "network_decline_code": decline and "05",
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline and decline.decline_code,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": kind,
    }


def _payment(world: World, intent: Json, method: Record, prefix: str, details: Json) -> Json:
    return {
        **_charge(world, prefix, amount=intent["amount"], currency=intent["currency"]),
        "billing_details": method.body["billing_details"],
        "calculated_statement_descriptor": "STAND-IN",
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": intent["metadata"],
        "outcome": outcome("authorized"),
        "payment_intent": intent["id"],
        "payment_method": method.id,
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "transfer_group": intent["transfer_group"],
    }


def _charge(world: World, prefix: str, *, amount: int, currency: str) -> Json:
    nothing = (
        "application application_fee application_fee_amount balance_transaction "
        "calculated_statement_descriptor customer description failure_balance_transaction failure_code "
        "failure_message on_behalf_of outcome payment_intent payment_method payment_method_details "
        "receipt_email receipt_number receipt_url review shipping source_transfer statement_descriptor "
        "statement_descriptor_suffix transfer_data transfer_group"
    ).split()
    return {
        **dict.fromkeys(nothing),
        "id": new_id(prefix),
        "object": KIND,
        "amount": amount,
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": payment_method_body.billing_details(email=None, name=None),
        "captured": False,
        "created": world.timestamp,
        "currency": currency,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "paid": True,
        "radar_options": {},
        "refunded": False,
        "status": "succeeded",
    }
