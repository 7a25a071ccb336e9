"""What a refund looks like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, World

KIND = "refund"
URL = "/v1/refunds"


def card_refund(world: World, charge: Json, amount: int, *, reason: str | None) -> Json:
    """Write a refund of a charge to its card or its bank account; nothing has moved yet."""
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    is_to_card = charge["payment_method_details"]["type"] == "card"
    return {
        **_refund(world, charge, "re", amount),
        **({"destination_details": {"card": card, "type": "card"}} if is_to_card else {}),
        "reason": reason,
    }


def returned_payment(world: World, charge: Json, amount: int) -> Json:
    """Write what a reversed transfer is for the account that had got it: a refund of its payment."""
    return _refund(world, charge, "pyr", amount)


def _refund(world: World, charge: Json, prefix: str, amount: int) -> Json:
    return {
        "id": new_id(prefix),
        "object": KIND,
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.timestamp,
        "currency": charge["currency"],
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
