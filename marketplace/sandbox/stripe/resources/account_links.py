"""Account links: the way to onboarding, for one visit within a few minutes."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Address, Choice, Fields, Given, Text, takes
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import account_states, accounts

KIND = "account_link"
URL = "/v1/account_links"

VALID_FOR = timedelta(minutes=5)
VISIT_LASTS = timedelta(hours=1)


def create(world: World, given: Given) -> Json:
    """Make a link that leads the owner of an account to its onboarding."""
    if given["type"] != "account_onboarding":
        raise Refused("Only links of the type account_onboarding can be made for this account.", param="type")
    account = accounts.referred(world, given["account"], param="account")
    if account_states.is_rejected(account):
        raise Refused(f"The account {account.id} was rejected. Its owner cannot change that.", param="account")
    expires_at = world.timestamp + int(VALID_FOR.total_seconds())
    secret = new_id("link")
    links = account.hidden.setdefault("links", {})
    links[secret] = {
        "expires_at": expires_at,
        "is_used": False,
        "refresh_url": given["refresh_url"],
        "return_url": given["return_url"],
    }
    world.save(account)
    return {
        "object": KIND,
        "created": world.timestamp,
        "expires_at": expires_at,
        "url": f"{world.base_url}/setup/{account.id}/{secret}",
    }


def use(world: World, account: Record, secret: str) -> str | None:
    """Open a link: it becomes a visit, known by a secret of its own; None when the link was used or is too old."""
    link = account.hidden.get("links", {}).get(secret)
    if link is None or link["is_used"] or link["expires_at"] <= world.timestamp:
        return None
    link["is_used"] = True
    visit = new_id("visit")
    account.hidden.setdefault("visits", {})[visit] = {
        "ends_at": world.timestamp + int(VISIT_LASTS.total_seconds()),
        "return_url": link["return_url"],
    }
    world.save(account)
    return visit


def refresh_url(account: Record, secret: str) -> str | None:
    """Tell where a link that is used up sends its visitor; None when there never was such a link."""
    link = account.hidden.get("links", {}).get(secret)
    return link and str(link["refresh_url"])


def return_url(world: World, account: Record, visit: str) -> str | None:
    """Tell where a visit ends; None when it has ended already."""
    found = account.hidden.get("visits", {}).get(visit)
    return str(found["return_url"]) if found and found["ends_at"] > world.timestamp else None


COLLECTS = Choice("currently_due", "eventually_due")

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(
                required={
                    "account": Text(),
                    "refresh_url": Address(),
                    "return_url": Address(),
                    "type": Choice("account_onboarding", "account_update"),
                },
                optional={
                    "collection_options": Fields(
                        optional={"fields": COLLECTS, "future_requirements": Choice("include", "omit")}
                    ),
                },
            ),
            create,
        ),
    ),
)
