"""Charges: one attempt to take money from a card."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Fields,
    Given,
    Metadata,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import charging, disputing
from marketplace.sandbox.stripe.resources.charge_body import KIND, URL


def retrieve(world: World, _given: Given, charge: str) -> Json:
    """Show a charge."""
    return world.get(KIND, charge).body


def update(world: World, given: Given, charge: str) -> Json:
    """Change what was given; metadata is merged."""
    record = world.get(KIND, charge)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    record.body.update(change)
    world.save(record, "charge.updated")
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List charges."""
    return page(world, KIND, URL, given, by=["customer", "payment_intent", "transfer_group"])


def search_all(world: World, given: Given) -> Json:
    """Find charges by a query."""
    texts = ("currency", "customer", "payment_intent", "status", "transfer_group")
    return search(world, KIND, f"{URL}/search", given, texts=texts, numbers=("amount", "created"))


def complain(world: World, record: Record) -> None:
    """Let the owner of a card that plays this part dispute the charge."""
    card = charging.card_behind(world, record.body)
    assert card, record
    assert card.dispute, record
    world.save(record)
    disputing.begin(world, record, reason=card.dispute.reason, is_inquiry=card.dispute.is_inquiry)


def _refunds(world: World, charge: Json) -> Json:
    found = world.every("refund", charge=charge["id"])
    return list_object(f"{URL}/{charge['id']}/refunds", [refund.body for refund in found])


UPDATE = takes(
    optional={
        "description": Text(clearable=True),
        "fraud_details": Fields(required={"user_report": Choice("fraudulent", "safe")}),
        "metadata": Metadata(),
        "transfer_group": Text(),
    }
)

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "GET",
            URL,
            lists_by(customer=Text(), payment_intent=Text(), transfer_group=Text()),
            list_all,
            is_scoped=True,
        ),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<charge>", RETRIEVE, retrieve, is_scoped=True),
        Endpoint("POST", f"{URL}/<charge>", UPDATE, update),
    ),
    links=frozenset({"balance_transaction", "customer", "payment_intent", "source_transfer"}),
    parts={"refunds": _refunds},
    when_due=complain,
)
