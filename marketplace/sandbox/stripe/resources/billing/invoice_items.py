"""Invoice items: single things to be paid for, on a draft or with the next invoice."""

from marketplace.kernel.money import MAX_MINOR
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.more_shapes import not_built
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Currency,
    Fields,
    Flag,
    Given,
    Listing,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import customer_balance, invoices, invoicing
from marketplace.sandbox.stripe.resources.billing.invoice_body import KIND as INVOICE
from marketplace.sandbox.stripe.resources.billing.invoice_body import add_up
from marketplace.sandbox.stripe.resources.billing.invoice_lines import ITEM, item_body, item_line, pricing
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND as SUBSCRIPTION

URL = "/v1/invoiceitems"


def create(world: World, given: Given) -> Json:
    """Keep a thing to be paid for; on the draft that is named, or it waits for the next invoice.

    Raises:
        Refused: it has no amount, or the invoice is final.
    """
    if "customer" not in given:
        raise InvalidParameters("Missing required param: customer.", code="parameter_missing", param="customer")
    customer = world.referred("customer", given["customer"], param="customer")
    amount, currency, price = _amount(world, given, customer)
    customer_balance.check_currency(customer, currency)
    body = item_body(world, customer.body, amount, currency)
    quantity = given.get("quantity", 1)
    body |= {"quantity": quantity, "quantity_decimal": str(quantity), "metadata": merged({}, given.get("metadata", {}))}
    body |= {name: given[name] for name in ("description", "discountable", "period") if name in given}
    if price:
        body["pricing"] = pricing(price.body)
    if "subscription" in given:
        plan = world.referred(SUBSCRIPTION, given["subscription"], param="subscription")
        body["parent"] = {"subscription_details": {"subscription": plan.id}, "type": "subscription_details"}
    record = world.add(body, "invoiceitem.created")
    if "invoice" in given:
        invoice = world.referred(INVOICE, given["invoice"], param="invoice")
        invoicing.check(invoice, invoicing.Action.FINALIZE, "updated")
        if (invoice.body["customer"], invoice.body["currency"]) != (customer.id, currency):
            raise Refused("The invoice is for another customer, or in another currency.", param="invoice")
        invoices.put_on(world, invoice, record)
    return record.body


def retrieve(world: World, _given: Given, item: str) -> Json:
    """Show an invoice item."""
    return world.get(ITEM, item).body


def update(world: World, given: Given, item: str) -> Json:
    """Change an item that is on no invoice that is final."""
    record = world.get(ITEM, item)
    invoice = _draft_of(world, record)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "amount" in change:
        change["net_amount"] = change["amount"]
    record.body.update(change)
    world.save(record)
    if invoice:
        _rewrite(world, invoice, record, [item_line(record.body)])
    return record.body


def delete(world: World, _given: Given, item: str) -> Json:
    """Forget an item that is on no invoice that is final."""
    record = world.get(ITEM, item)
    invoice = _draft_of(world, record)
    if invoice:
        _rewrite(world, invoice, record, [])
    world.announce("invoiceitem.deleted", record.body, account=record.account)
    world.remove(record)
    return {"id": item, "object": ITEM, "deleted": True}


def list_all(world: World, given: Given) -> Json:
    """List invoice items, such as those that wait for an invoice."""
    where = []
    if "pending" in given:
        waits = objects.c.body["invoice"].as_string().is_(None)
        where.append(waits if given["pending"] else ~waits)
    return page(world, ITEM, URL, given, by=["customer", "invoice"], where=where)


def _amount(world: World, given: Given, customer: Record) -> tuple[int, str, Record | None]:
    if ("amount" in given) == ("pricing" in given):
        raise InvalidParameters("You must give exactly one of these parameters: amount, pricing.", param="amount")
    if "amount" in given:
        if "quantity" in given:
            raise InvalidParameters("A quantity goes together with a price.", param="quantity")
        currency = given.get("currency") or customer.body["currency"]
        if currency is None:
            raise InvalidParameters("Missing required param: currency.", code="parameter_missing", param="currency")
        return given["amount"], currency, None
    price = world.referred(PRICE, given["pricing"]["price"], param="pricing[price]")
    if price.body["recurring"]:
        raise Refused("The price of an invoice item must not come again.", param="pricing[price]")
    return price.body["unit_amount"] * given.get("quantity", 1), price.body["currency"], price


def _draft_of(world: World, record: Record) -> Record | None:
    """Look up the draft that an item is on; None when it waits for one.

    Raises:
        Refused: the invoice is final.
    """
    invoice = world.find(record.body["invoice"]) if record.body["invoice"] else None
    if invoice:
        invoicing.check(invoice, invoicing.Action.FINALIZE, "updated")
    return invoice


def _rewrite(world: World, invoice: Record, item: Record, lines: list[Json]) -> None:
    """Put an item on its draft anew, or take it off."""

    def is_other(line: Json) -> bool:
        details = line["parent"][line["parent"]["type"]]
        return bool(details.get("invoice_item") != item.id)

    kept = [line for line in invoice.body["lines"]["data"] if is_other(line)]
    for line in lines:
        line["invoice"] = invoice.id
    invoice.body["lines"]["data"] = [*kept, *lines]
    add_up(invoice.body)
    world.save(invoice, "invoice.updated")


AMOUNT = Whole(minimum=-MAX_MINOR, maximum=MAX_MINOR)
DETAILS = {
    "amount": AMOUNT,
    "description": Text(),
    "discountable": Flag(),
    "metadata": Metadata(),
    "period": Fields(required={"end": Whole(), "start": Whole()}),
    **not_built("discounts price_data quantity_decimal tax_behavior tax_code tax_rates unit_amount_decimal"),
}
CREATE = takes(
    optional={
        **DETAILS,
        "currency": Currency(),
        "customer": Text(),
        "invoice": Text(),
        "pricing": Fields(required={"price": Text()}),
        "quantity": Whole(maximum=999_999),
        "subscription": Text(),
        **not_built("customer_account"),
    }
)

PREVIEWED = Listing(
    Fields(
        required={"amount": AMOUNT, "currency": Currency()},
        optional={
            "description": Text(),
            "metadata": Metadata(),
            "period": Fields(required={"end": Whole(), "start": Whole()}),
            **not_built("discountable discounts invoiceitem price price_data quantity tax_rates"),
        },
    )
)

RESOURCE = Resource(
    ITEM,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(customer=Text(), invoice=Text(), pending=Flag()), list_all),
        Endpoint("GET", f"{URL}/<item>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<item>", takes(optional={**DETAILS, **not_built("pricing quantity")}), update),
        Endpoint("DELETE", f"{URL}/<item>", Fields(), delete),
    ),
    links=frozenset({"customer", "invoice"}),
)
