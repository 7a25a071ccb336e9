"""What a credit note looks like."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object
from marketplace.sandbox.stripe.engine.world import Json, World

KIND = "credit_note"
URL = "/v1/credit_notes"


def note_body(world: World, invoice: Json, lines: list[Json], *, number: int, is_paid: bool, details: Json) -> Json:
    """Write a credit note; `details` are its words and metadata, by Stripe's names."""
    note_id = new_id("cn")
    total = sum(line["amount"] for line in lines)
    sums = dict.fromkeys(("amount", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), total)
    return {
        **sums,
        "id": note_id,
        "object": KIND,
        "amount_shipping": 0,
        "created": world.timestamp,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": world.timestamp,
        "invoice": invoice["id"],
        "lines": list_object(f"{URL}/{note_id}/lines", lines),
        "livemode": False,
        "memo": None,
        "metadata": {},
        "number": f"{invoice['number']}-CN-{number:02}",
        "out_of_band_amount": None,
        "pdf": invoice["hosted_invoice_url"],
        "post_payment_amount": total if is_paid else 0,
        "pre_payment_amount": 0 if is_paid else total,
        "pretax_credit_amounts": [],
        "reason": None,
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "total_taxes": [],
        "type": "post_payment" if is_paid else "pre_payment",
        "voided_at": None,
        **details,
    }


def line_body(amount: int, *, quantity: int | None, unit_amount: int | None, description: str | None) -> Json:
    """Write one line that is on no invoice."""
    return {
        "id": new_id("cnli"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": description,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "tax_rates": [],
        "taxes": [],
        "type": "custom_line_item",
        "unit_amount": unit_amount,
        "unit_amount_decimal": None if unit_amount is None else str(unit_amount),
    }
