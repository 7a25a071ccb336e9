"""Credit notes: what is taken back of an invoice."""

from marketplace.kernel.money import MAX_MINOR
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import page, page_of
from marketplace.sandbox.stripe.engine.more_shapes import not_built
from marketplace.sandbox.stripe.engine.shapes import (
    PAGING,
    RETRIEVE,
    Choice,
    Fields,
    Given,
    Listing,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import crediting
from marketplace.sandbox.stripe.resources.billing.credit_note_body import KIND, URL, line_body
from marketplace.sandbox.stripe.resources.billing.crediting import Share
from marketplace.sandbox.stripe.resources.billing.invoice_body import KIND as INVOICE


def create(world: World, given: Given) -> Json:
    """Take a part of an invoice back.

    Raises:
        Refused: there is not so much to take back, or it is not said where it shall go.
    """
    return _issue(world, given).body


def preview(world: World, given: Given) -> Json:
    """Show the credit note that would come, without issuing it."""
    with world.trial_run():
        return _issue(world, given).body


def retrieve(world: World, _given: Given, note: str) -> Json:
    """Show a credit note."""
    return world.get(KIND, note).body


def update(world: World, given: Given, note: str) -> Json:
    """Change the words and the metadata."""
    record = world.get(KIND, note)
    if "memo" in given:
        record.body["memo"] = given["memo"]
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    world.save(record, "credit_note.updated")
    return record.body


def void(world: World, _given: Given, note: str) -> Json:
    """Take a credit note back."""
    record = world.get(KIND, note)
    crediting.void(world, record)
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List credit notes."""
    return page(world, KIND, URL, given, by=["customer", "invoice"])


def list_lines(world: World, given: Given, note: str) -> Json:
    """List what is taken back."""
    lines = world.get(KIND, note).body["lines"]
    return page_of(lines["data"], lines["url"], given)


def _issue(world: World, given: Given) -> Record:
    invoice = world.referred(INVOICE, given["invoice"], param="invoice")
    if ("amount" in given) == ("lines" in given):
        raise InvalidParameters("You must give exactly one of these parameters: amount, lines.", param="amount")
    if "lines" in given:
        lines = [_line(world, invoice, one, param=f"lines[{at}]") for at, one in enumerate(given["lines"])]
    else:
        lines = [line_body(given["amount"], quantity=1, unit_amount=given["amount"], description=None)]
    share = Share(given.get("credit_amount", 0), given.get("refund_amount", 0), given.get("out_of_band_amount", 0))
    details: Json = {name: given[name] for name in ("memo", "reason") if name in given}
    details["metadata"] = merged({}, given.get("metadata", {}))
    return crediting.issue(world, invoice, lines, share, details)


def _line(world: World, invoice: Record, given: Given, *, param: str) -> Json:
    if given["type"] == "custom_line_item":
        if "unit_amount" not in given or "invoice_line_item" in given:
            raise InvalidParameters("A custom line has a unit_amount, and no line of the invoice.", param=param)
        quantity = given.get("quantity", 1)
        line = line_body(
            given["unit_amount"] * quantity,
            quantity=quantity,
            unit_amount=given["unit_amount"],
            description=given.get("description"),
        )
    else:
        line = _of_invoice(world, invoice, given, param=param)
    return {**line, "metadata": merged({}, given.get("metadata", {}))}


def _of_invoice(world: World, invoice: Record, given: Given, *, param: str) -> Json:
    wanted = given.get("invoice_line_item")
    found = next((one for one in invoice.body["lines"]["data"] if one["id"] == wanted), None)
    if found is None:
        raise Refused(f"No such invoice line item: '{wanted}'", code="resource_missing", param=param)
    if ("amount" in given) == ("quantity" in given):
        raise InvalidParameters("Give either the amount or the quantity of the line.", param=param)
    quantity = given.get("quantity")
    amount = given["amount"] if quantity is None else found["amount"] * quantity // found["quantity"]
    left = found["amount"] - _credited(world, invoice, found["id"])
    if not 0 < amount <= left:
        raise Refused(f"Only {left} {invoice.body['currency']} of that line can be credited.", param=param)
    line = line_body(amount, quantity=quantity, unit_amount=None, description=found["description"])
    return {**line, "invoice_line_item": found["id"], "type": "invoice_line_item"}


def _credited(world: World, invoice: Record, line: str) -> int:
    notes = [note.body for note in world.every(KIND, invoice=invoice.id) if note.body["status"] == "issued"]
    lines = [one for note in notes for one in note["lines"]["data"]]
    return sum(int(one["amount"]) for one in lines if one.get("invoice_line_item") == line)


AMOUNT = Whole(maximum=MAX_MINOR)
LINE = Fields(
    required={"type": Choice("custom_line_item", "invoice_line_item")},
    optional={
        "amount": AMOUNT,
        "description": Text(),
        "invoice_line_item": Text(),
        "metadata": Metadata(),
        "quantity": Whole(minimum=1),
        "unit_amount": AMOUNT,
        **not_built("tax_amounts tax_rates unit_amount_decimal"),
    },
)
CREATE = takes(
    required={"invoice": Text()},
    optional={
        "amount": AMOUNT,
        "credit_amount": AMOUNT,
        "email_type": Choice("credit_note", "none"),
        "lines": Listing(LINE),
        "memo": Text(),
        "metadata": Metadata(),
        "out_of_band_amount": AMOUNT,
        "reason": Choice("duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
        "refund_amount": AMOUNT,
        **not_built("effective_at refunds shipping_cost"),
    },
)

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(customer=Text(), invoice=Text(), **not_built("customer_account")), list_all),
        Endpoint("GET", f"{URL}/preview", CREATE, preview),
        Endpoint("GET", f"{URL}/<note>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<note>", takes(optional={"memo": Text(), "metadata": Metadata()}), update),
        Endpoint("POST", f"{URL}/<note>/void", RETRIEVE, void),
        Endpoint("GET", f"{URL}/<note>/lines", takes(optional=PAGING), list_lines),
    ),
    links=frozenset({"customer", "customer_balance_transaction", "invoice"}),
)
