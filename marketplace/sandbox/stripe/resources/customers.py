"""Customers: whom a Checkout session is for."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.more_shapes import not_built
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
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import storing

KIND = "customer"
URL = "/v1/customers"

DELETED = "deleted"  # Whose a customer is that was deleted.

CLOCK_KIND = "test_helpers.test_clock"
CLOCK_CUSTOMERS_MAX = 3
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
    if "test_clock" in given:
        _enter_clock(world, given["test_clock"])
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
    world.save(record, "customer.deleted")
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
    if "invoice_settings" in change:
        change["invoice_settings"] = _invoice_settings(world, record, change["invoice_settings"])
    record.body.update(change)
    world.save(record, "customer.updated")
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List customers."""
    clock = objects.c.body["test_clock"].as_string()
    lives_there = clock == given["test_clock"] if "test_clock" in given else clock.is_(None)
    return page(world, KIND, URL, given, by=["email"], where=[lives_there])


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
        "test_clock": details.get("test_clock"),
    }


def _enter_clock(world: World, clock_id: str) -> None:
    clock = world.referred(CLOCK_KIND, clock_id, param="test_clock")
    if len(list(world.every(KIND, test_clock=clock_id))) >= CLOCK_CUSTOMERS_MAX:
        raise Refused(f"A test clock has at most {CLOCK_CUSTOMERS_MAX} customers.", param="test_clock")
    world.live_in(clock_id, clock.body["frozen_time"])


def _address(lines: Given) -> Json:
    return {line: lines.get(line) for line in ADDRESS_LINES}


def _invoice_settings(world: World, record: Record, change: Given) -> Json:
    method_id = change.get("default_payment_method")
    if method_id is not None:
        method = world.referred("payment_method", method_id, param="invoice_settings[default_payment_method]")
        storing.check_stored(method, record.id)
    return {**record.body["invoice_settings"], **change}


def _subscriptions(world: World, customer: Json) -> Json:
    found = [one.body for one in world.every("subscription", customer=customer["id"])]
    running = [one for one in found if one["status"] not in {"canceled", "incomplete_expired"}]
    return list_object(f"{URL}/{customer['id']}/subscriptions", running)


def _nothing_yet(part: str) -> Json:
    return list_object(part, [])


INVOICE_SETTINGS = Fields(
    optional={"default_payment_method": Text(clearable=True), **not_built("custom_fields footer rendering_options")}
)
UPDATE = takes(optional={**DETAILS, "invoice_settings": INVOICE_SETTINGS})

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, takes(optional={**DETAILS, "test_clock": Text()}), create),
        Endpoint("GET", URL, lists_by(email=Email(), test_clock=Text()), list_all),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<customer>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<customer>", UPDATE, update),
        Endpoint("DELETE", f"{URL}/<customer>", Fields(), delete),
    ),
    links=frozenset({"test_clock"}),
    parts={
        "sources": lambda _world, body: _nothing_yet(f"{URL}/{body['id']}/sources"),
        "subscriptions": _subscriptions,
        "tax_ids": lambda _world, body: _nothing_yet(f"{URL}/{body['id']}/tax_ids"),
    },
)
