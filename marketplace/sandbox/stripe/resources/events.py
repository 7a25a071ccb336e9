"""Events: what happened, for whoever missed it."""

from sqlalchemy import ColumnElement, or_

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Flag, Given, Listing, Pattern, lists_by
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.webhooks import deliveries

KIND = "event"
URL = "/v1/events"

TYPE = Pattern(r"[a-z0-9_.*]+")


def find(world: World, event_id: str) -> Record | None:
    """Look an event up, whosever it is."""
    record = world.find(event_id)
    return record if record and record.body["object"] == KIND else None


def send_again(world: World, record: Record) -> None:
    """Deliver an event once more to every endpoint that it went to, or was to go to."""
    deliveries.send_again(world.connection, record.id, world.timestamp)
    record.body["pending_webhooks"] = deliveries.count_pending(world.connection, record.id)
    world.save(record)
    world.has_news = True


def retrieve(world: World, _given: Given, event: str) -> Json:
    """Show an event."""
    return world.get(KIND, event).body


def list_all(world: World, given: Given) -> Json:
    """List events: by type, which may hold `*`, by several types, or by whether all endpoints took them."""
    if {"type", "types"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: type, types.")
    patterns = given.get("types", [given["type"]] if "type" in given else [])
    return page(world, KIND, URL, given, where=_conditions(patterns, is_delivered=given.get("delivery_success")))


def _conditions(patterns: list[str], *, is_delivered: bool | None) -> list[ColumnElement[bool]]:
    event_type = objects.c.body["type"].as_string()
    conditions = []
    if patterns:
        conditions.append(or_(*(event_type.op("GLOB")(pattern) for pattern in patterns)))
    if is_delivered is not None:
        pending = objects.c.body["pending_webhooks"].as_integer()
        conditions.append(pending == 0 if is_delivered else pending > 0)
    return conditions


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "GET",
            URL,
            lists_by(type=TYPE, types=Listing(TYPE, maximum=20), delivery_success=Flag()),
            list_all,
            is_scoped=True,
        ),
        Endpoint("GET", f"{URL}/<event>", RETRIEVE, retrieve, is_scoped=True),
    ),
)
