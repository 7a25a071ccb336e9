"""Topups: money of the platform's own that goes to its balance."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Currency,
    Given,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources import amounts, topping_up
from marketplace.sandbox.stripe.resources.topping_up import KIND, Action, Status

URL = "/v1/topups"


def create(world: World, given: Given) -> Json:
    """Ask the platform's bank for an amount."""
    amounts.check_fine(given["amount"], given["currency"], param="amount")
    return topping_up.begin(world, given).body


def retrieve(world: World, _given: Given, topup: str) -> Json:
    """Show a topup."""
    return world.get(KIND, topup).body


def update(world: World, given: Given, topup: str) -> Json:
    """Change the description or the metadata."""
    record = world.get(KIND, topup)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    record.body.update(change)
    world.save(record)
    return record.body


def cancel(world: World, _given: Given, topup: str) -> Json:
    """Give a topup up before the money has arrived.

    Raises:
        Refused: it has, or it failed.
    """
    record = world.get(KIND, topup)
    if not topping_up.allows(record, Action.CANCEL):
        raise Refused(f"Only pending topups can be canceled. {record.id} is {record.body['status']}.")
    topping_up.cancel(world, record)
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List topups."""
    return page(world, KIND, URL, given, by=["status"])


DETAILS = {"description": Text(), "metadata": Metadata()}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(
                required={"amount": Whole(minimum=1), "currency": Currency()},
                optional={**DETAILS, "statement_descriptor": Text(longest=15), "transfer_group": Text()},
            ),
            create,
        ),
        Endpoint("GET", URL, lists_by(status=Choice(*Status)), list_all),
        Endpoint("GET", f"{URL}/<topup>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<topup>", takes(optional=DETAILS), update),
        Endpoint("POST", f"{URL}/<topup>/cancel", RETRIEVE, cancel),
    ),
    links=frozenset({"balance_transaction"}),
    when_due=topping_up.succeed,
)
