"""The balance of a customer: negative is credit that pays the next invoices, positive is owed with the next one."""

from marketplace.kernel.money import MAX_MINOR
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Missing, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Currency,
    Given,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World

KIND = "customer_balance_transaction"
URL = "/v1/customers/<customer>/balance_transactions"


def change(world: World, customer: Record, amount: int, *, kind: str, currency: str, **about: str | None) -> Record:
    """Change a balance, and say why.

    Args:
        world: when.
        customer: whose balance.
        amount: by how much; negative is credit.
        kind: the type of the transaction.
        currency: of the amount.
        about: the `invoice` or `credit_note` that it is about, and a `description`.

    Raises:
        Refused: the customer is billed in another currency.
    """
    check_currency(customer, currency)
    customer.body |= {"balance": customer.body["balance"] + amount, "currency": currency}
    body = {
        "id": new_id("cbtxn"),
        "object": KIND,
        "amount": amount,
        "checkout_session": None,
        "created": world.timestamp,
        "credit_note": about.get("credit_note"),
        "currency": currency,
        "customer": customer.id,
        "customer_account": None,
        "description": about.get("description"),
        "ending_balance": customer.body["balance"],
        "invoice": about.get("invoice"),
        "livemode": False,
        "metadata": {},
        "type": kind,
    }
    record = world.add(body)
    world.save(customer, "customer.updated")
    return record


def check_currency(customer: Record, currency: str) -> None:
    """Refuse to bill a customer in two currencies.

    Raises:
        Refused: they are billed in another one.
    """
    present = customer.body["currency"]
    if present not in {None, currency}:
        raise Refused(
            f"You cannot combine currencies on a single customer. This customer is billed in {present}.",
            param="currency",
        )


def create(world: World, given: Given, customer: str) -> Json:
    """Adjust a balance by hand."""
    record = world.get("customer", customer, asked_by="customer")
    about = {"description": given.get("description")}
    entry = change(world, record, given["amount"], kind="adjustment", currency=given["currency"], **about)
    entry.body["metadata"] = merged({}, given.get("metadata", {}))
    world.save(entry)
    return entry.body


def retrieve(world: World, _given: Given, customer: str, transaction: str) -> Json:
    """Show one change of a balance."""
    return _of(world, customer, transaction).body


def update(world: World, given: Given, customer: str, transaction: str) -> Json:
    """Change the words and the metadata."""
    record = _of(world, customer, transaction)
    if "description" in given:
        record.body["description"] = given["description"]
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    world.save(record)
    return record.body


def list_all(world: World, given: Given, customer: str) -> Json:
    """List what changed a balance."""
    world.get("customer", customer, asked_by="customer")
    of_this = objects.c.body["customer"].as_string() == customer
    return page(world, KIND, f"/v1/customers/{customer}/balance_transactions", given, by=["invoice"], where=[of_this])


def _of(world: World, customer: str, transaction: str) -> Record:
    record = world.get(KIND, transaction, asked_by="transaction")
    if record.body["customer"] != customer:
        raise Missing(KIND, transaction, "transaction")
    return record


DETAILS = {"description": Text(), "metadata": Metadata()}
AMOUNT = {"amount": Whole(minimum=-MAX_MINOR, maximum=MAX_MINOR), "currency": Currency()}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, takes(required=AMOUNT, optional=DETAILS), create),
        Endpoint("GET", URL, lists_by(invoice=Text()), list_all),
        Endpoint("GET", f"{URL}/<transaction>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<transaction>", takes(optional=DETAILS), update),
    ),
    links=frozenset({"credit_note", "customer", "invoice"}),
)
