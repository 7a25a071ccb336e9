"""Customers: whom a Checkout session is for."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Email,
    Fields,
    Given,
    Listing,
    Metadata,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources import storing

KIND = "customer"
URL = "/v1/customers"

DELETED = "deleted"  # Whose a customer is that was deleted.

ADDRESS_LINES = ("city", "country", "line1", "line2", "postal_code", "state")
DETAILS = {
    "address": Fields(optional=dict.fromkeys(ADDRESS_LINES, Text(clearable=True))),
    "description": Text(clearable=True),
    "email": Email(clearable=True),
    "metadata": Metadata(),
    "name": Text(clearable=True),
    "phone": Text(clearable=True),
    "preferred_locales": Listing(Text()),
    "tax_exempt": Choice("exempt", "none", "reverse"),
}


def create(world: World, given: Given) -> Json:
    """Keep a new customer."""
    details = {**given, "metadata": merged({}, given.get("metadata", {}))}
    return world.add(_customer(world, details), "customer.created").body


def retrieve(world: World, _given: Given, customer: str) -> Json:
    """Show a customer; of one that was deleted, only that."""
    record = world.find(customer)
    if record and record.account == DELETED and not world.account:
        return record.body
    return world.get(KIND, customer).body


def delete(world: World, _given: Given, customer: str) -> Json:
    """Forget a customer and their cards; what they paid stays."""
    record = world.get(KIND, customer)
    for method in list(world.every("payment_method", customer=customer)):
        storing.detach(world, method)
    world.announce("customer.deleted", record.body, account=record.account)
    record.body = {"id": customer, "object": KIND, "deleted": True}
    record.account = DELETED
    world.save(record)
    return record.body


def update(world: World, given: Given, customer: str) -> Json:
    """Change what was given; metadata is merged."""
    record = world.get(KIND, customer)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "address" in change:
        change["address"] = _address(change["address"])
    record.body.update(change)
    world.save(record, "customer.updated")
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List customers."""
    return page(world, KIND, URL, given, by=["email"])


def search_all(world: World, given: Given) -> Json:
    """Find customers by a query."""
    return search(world, KIND, f"{URL}/search", given, texts=("email", "name", "phone"), numbers=("created",))


def _customer(world: World, details: Given) -> Json:
    return {
        "id": new_id("cus", length=14),
        "object": KIND,
        "address": _address(details["address"]) if "address" in details else None,
        "balance": 0,
        "created": world.timestamp,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": details.get("description"),
        "discount": None,
        "email": details.get("email"),
        "invoice_prefix": new_id("", length=8)[1:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": details["metadata"],
        "name": details.get("name"),
        "next_invoice_sequence": 1,
        "phone": details.get("phone"),
        "preferred_locales": details.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": details.get("tax_exempt", "none"),
        "test_clock": None,
    }


def _address(lines: Given) -> Json:
    return {line: lines.get(line) for line in ADDRESS_LINES}


def _nothing_yet(part: str) -> Json:
    return list_object(part, [])


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, takes(optional=DETAILS), create),
        Endpoint("GET", URL, lists_by(email=Email()), list_all),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<customer>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<customer>", takes(optional=DETAILS), update),
        Endpoint("DELETE", f"{URL}/<customer>", Fields(), delete),
    ),
    parts={
        "sources": lambda _world, body: _nothing_yet(f"{URL}/{body['id']}/sources"),
        "subscriptions": lambda _world, body: _nothing_yet(f"{URL}/{body['id']}/subscriptions"),
        "tax_ids": lambda _world, body: _nothing_yet(f"{URL}/{body['id']}/tax_ids"),
    },
)
