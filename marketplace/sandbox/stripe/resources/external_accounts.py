"""External accounts: where the money of an account goes to."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Missing, Refused
from marketplace.sandbox.stripe.engine.listing import list_object
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Choice, Given, Metadata, Whole, merged, takes
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import accounts
from marketplace.sandbox.stripe.resources.account_body import BANK_ACCOUNT

KIND = BANK_ACCOUNT
URL = "/v1/accounts/<account>/external_accounts"


def list_all(world: World, given: Given, account: str) -> Json:
    """List the external accounts of a connected account."""
    found = accounts.reached(world, account).body["external_accounts"]["data"]
    is_asked_for = given.get("object", KIND) == KIND
    return list_object(f"/v1/accounts/{account}/external_accounts", found if is_asked_for else [])


def retrieve(world: World, _given: Given, account: str, external: str) -> Json:
    """Show an external account."""
    return _find(accounts.reached(world, account), external)


def update(world: World, given: Given, account: str, external: str) -> Json:
    """Change the metadata."""
    record = accounts.reached(world, account)
    bank = _find(record, external)
    before = bank["metadata"]
    if "metadata" in given:
        bank["metadata"] = merged(before, given["metadata"])
    world.save(record)
    if bank["metadata"] != before:
        previous = {"metadata": before}
        world.announce("account.external_account.updated", bank, account=record.id, previous=previous)
    return bank


def delete(world: World, _given: Given, account: str, external: str) -> Json:
    """Refuse to forget where payouts go to: the owner names another instead.

    Raises:
        Refused: always, because there is one external account at most.
    """
    _find(accounts.reached(world, account), external)
    raise Refused("You cannot delete the default external account for your default currency. Set another one first.")


def _find(account: Record, external: str) -> Json:
    for one in account.body["external_accounts"]["data"]:
        if one["id"] == external:
            found: Json = one
            return found
    raise Missing("external_account", external, "id")


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "GET",
            URL,
            takes(optional={"limit": Whole(minimum=1, maximum=100), "object": Choice("bank_account", "card")}),
            list_all,
        ),
        Endpoint("GET", f"{URL}/<external>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<external>", takes(optional={"metadata": Metadata()}), update),
        Endpoint("DELETE", f"{URL}/<external>", RETRIEVE, delete),
    ),
    links=frozenset({"account"}),
)
