"""Login links: the way of an account's owner to their dashboard, for one visit."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Given
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import accounts

KIND = "login_link"


def create(world: World, _given: Given, account: str) -> Json:
    """Make a link to the dashboard of a connected account.

    Raises:
        Refused: it has no such dashboard, or its owner has not gone through onboarding.
    """
    record = accounts.reached(world, account)
    if record.body["controller"]["stripe_dashboard"]["type"] != "express":
        raise Refused("Login links are only for accounts that use the Express Dashboard.")
    if not record.body["details_submitted"]:
        raise Refused("Cannot create a login link for an account that has not completed onboarding.")
    secret = new_id("login")
    record.hidden["login"] = secret
    world.save(record)
    return {"object": KIND, "created": world.timestamp, "url": f"{world.base_url}/express/{record.id}/{secret}"}


def use(world: World, account: Record, secret: str) -> bool:
    """Open a link; False when it was used before, or there is a newer one."""
    if account.hidden.get("login") != secret:
        return False
    del account.hidden["login"]
    world.save(account)
    return True


RESOURCE = Resource(KIND, endpoints=(Endpoint("POST", "/v1/accounts/<account>/login_links", RETRIEVE, create),))
