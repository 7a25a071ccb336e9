"""Webhook endpoints: who is told about what."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    PAGING,
    RETRIEVE,
    Address,
    Fields,
    Flag,
    Given,
    Listing,
    Metadata,
    Pattern,
    Text,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import API_VERSION, Json, Record, World
from marketplace.sandbox.stripe.webhooks import deliveries, secrets

KIND = "webhook_endpoint"
URL = "/v1/webhook_endpoints"

ENDPOINTS_MAX = 16
EVENT_TYPES = Listing(Pattern(r"\*|[a-z0-9_]+(\.[a-z0-9_]+)+"), maximum=300)
DETAILS = {"description": Text(clearable=True), "metadata": Metadata()}


def create(world: World, given: Given) -> Json:
    """Register an endpoint; only this answer shows its secret."""
    if len(list(world.every(KIND))) >= ENDPOINTS_MAX:
        raise Refused(f"You have reached the maximum of {ENDPOINTS_MAX} webhook endpoints.")
    secret = secrets.new_secret()
    body = {
        "id": new_id("we"),
        "object": KIND,
        "api_version": given.get("api_version"),
        "application": None,
        "created": world.timestamp,
        "description": given.get("description"),
        "enabled_events": given["enabled_events"],
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "status": deliveries.ENABLED,
        "url": given["url"],
    }
    record = world.add(body, hidden={"secret": secret, "connect": given.get("connect", False)})
    return {**record.body, "secret": secret}


def find(world: World, endpoint_id: str) -> Record | None:
    """Look an endpoint up."""
    record = world.find(endpoint_id)
    return record if record and record.body["object"] == KIND else None


def roll_secret(world: World, record: Record, *, overlap_s: int) -> str:
    """Give an endpoint a new secret, as somebody does in Stripe's Dashboard; the API cannot."""
    record.hidden = secrets.rolled(record.hidden, overlap_s=overlap_s, now=world.timestamp)
    world.save(record)
    return str(record.hidden["secret"])


def retrieve(world: World, _given: Given, webhook_endpoint: str) -> Json:
    """Show an endpoint."""
    return world.get(KIND, webhook_endpoint).body


def update(world: World, given: Given, webhook_endpoint: str) -> Json:
    """Change what was given; a disabled endpoint is told nothing, not even what it waits for."""
    record = world.get(KIND, webhook_endpoint)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "disabled" in change:
        change["status"] = "disabled" if change.pop("disabled") else deliveries.ENABLED
    record.body.update(change)
    world.save(record)
    if record.body["status"] != deliveries.ENABLED:
        deliveries.drop(world.connection, record.id)
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List endpoints."""
    return page(world, KIND, URL, given)


def delete(world: World, _given: Given, webhook_endpoint: str) -> Json:
    """Forget an endpoint and what it was still to get."""
    world.remove(world.get(KIND, webhook_endpoint))
    return {"id": webhook_endpoint, "object": KIND, "deleted": True}


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(
                required={"url": Address(), "enabled_events": EVENT_TYPES},
                optional={**DETAILS, "connect": Flag(), "api_version": Pattern(API_VERSION.replace(".", r"\."))},
            ),
            create,
        ),
        Endpoint("GET", URL, takes(optional=PAGING), list_all),
        Endpoint("GET", f"{URL}/<webhook_endpoint>", RETRIEVE, retrieve),
        Endpoint(
            "POST",
            f"{URL}/<webhook_endpoint>",
            takes(optional={**DETAILS, "url": Address(), "enabled_events": EVENT_TYPES, "disabled": Flag()}),
            update,
        ),
        Endpoint("DELETE", f"{URL}/<webhook_endpoint>", Fields(), delete),
    ),
)
