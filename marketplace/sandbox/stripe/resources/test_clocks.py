"""Test clocks: a time of its own for a few customers and all that is theirs, which moves only when somebody says so.

See https://docs.stripe.com/billing/testing/test-clocks. What lives in a clock's time is marked where it is made,
in what only the stand-in knows of it; the simulator lets happen what falls due while the clock advances.
"""

from dataclasses import replace
from datetime import timedelta

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import NotSimulated, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import PAGING, RETRIEVE, Fields, Given, Text, Whole, takes
from marketplace.sandbox.stripe.engine.world import ADVANCES_TO, Json, Record, World
from marketplace.sandbox.stripe.resources import customers
from marketplace.sandbox.stripe.resources.billing.subscription_body import cycle_of

KIND = "test_helpers.test_clock"
URL = "/v1/test_helpers/test_clocks"

LIVES_FOR = timedelta(days=30)
LONGEST_STEP = timedelta(days=2 * 365)  # Without subscriptions.
INTERVALS_MAX = 2
NAME_MAX = 300
READY, ADVANCING = "ready", "advancing"


def create(world: World, given: Given) -> Json:
    """Make a clock that stands still."""
    if "customer" in given:
        raise NotSimulated(
            "Attaching a customer that exists to a clock is not part of this stand-in.", param="customer"
        )
    deletes_after = world.timestamp + int(LIVES_FOR.total_seconds())
    body = {
        "id": new_id("clock"),
        "object": KIND,
        "created": world.timestamp,
        "deletes_after": deletes_after,
        "frozen_time": given["frozen_time"],
        "livemode": False,
        "name": given.get("name"),
        "status": READY,
        "status_details": {},
    }
    return world.add(body, f"{KIND}.created", due_at=deletes_after).body


def retrieve(world: World, _given: Given, test_clock: str) -> Json:
    """Show a clock."""
    return world.get(KIND, test_clock).body


def list_all(world: World, given: Given) -> Json:
    """List clocks."""
    return page(world, KIND, URL, given)


def advance(world: World, given: Given, test_clock: str) -> Json:
    """Begin to move a clock forward; it is there a moment later.

    Raises:
        Refused: it moves already, or that is no later time, or too far off.
    """
    record = world.get(KIND, test_clock)
    if record.body["status"] != READY:
        raise Refused("Test clock advancement underway - cannot perform modifications.")
    now, target = record.body["frozen_time"], given["frozen_time"]
    if target <= now:
        raise Refused("A test clock can only be moved forward from its current frozen time.", param="frozen_time")
    if target > _farthest(world, test_clock, now):
        raise Refused(
            "A test clock advances by at most two intervals of its shortest subscription, or two years without any.",
            param="frozen_time",
        )
    record.body |= {"status": ADVANCING, "status_details": {ADVANCING: {"target_frozen_time": target}}}
    record.hidden[ADVANCES_TO] = target
    record.due_at = world.timestamp
    world.save(record, f"{KIND}.advancing")
    return record.body


def delete(world: World, _given: Given, test_clock: str) -> Json:
    """Forget a clock, and its customers with it."""
    record = world.get(KIND, test_clock)
    for customer in list(world.every(customers.KIND, test_clock=test_clock)):
        customers.delete(world, {}, customer.id)
    world.announce(f"{KIND}.deleted", record.body, account=record.account)
    world.remove(record)
    return {"id": test_clock, "object": KIND, "deleted": True}


def go_on(world: World, record: Record) -> None:
    """Arrive at the time to which a clock was moved, or end it when its days are over."""
    target = record.hidden.pop(ADVANCES_TO, None)
    if target is None:
        delete(world, {}, record.id)
        return
    record.body |= {"frozen_time": target, "status": READY, "status_details": {}}
    record.due_at = record.body["deletes_after"]
    world.save(record, f"{KIND}.ready")


def _farthest(world: World, test_clock: str, now: int) -> int:
    """Tell how far a clock may be moved at once."""
    found = [now + int(LONGEST_STEP.total_seconds())]
    for subscription in world.every("subscription", test_clock=test_clock):
        cycle = cycle_of(subscription.body)
        found.append(replace(cycle, anchor=now).boundary(INTERVALS_MAX))
    return min(found)


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(required={"frozen_time": Whole()}, optional={"customer": Text(), "name": Text(longest=NAME_MAX)}),
            create,
        ),
        Endpoint("GET", URL, takes(optional=PAGING), list_all),
        Endpoint("GET", f"{URL}/<test_clock>", RETRIEVE, retrieve),
        Endpoint("DELETE", f"{URL}/<test_clock>", Fields(), delete),
        Endpoint("POST", f"{URL}/<test_clock>/advance", takes(required={"frozen_time": Whole()}), advance),
    ),
    when_due=go_on,
)
