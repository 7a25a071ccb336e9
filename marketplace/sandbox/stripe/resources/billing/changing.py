"""Changing: another price, quantity, rhythm or end of a subscription that runs, and what that costs or gives back."""

from dataclasses import dataclass

from marketplace.sandbox.stripe.engine.errors import NotSimulated, Refused
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import cycling, prorating
from marketplace.sandbox.stripe.resources.billing.periods import Period
from marketplace.sandbox.stripe.resources.billing.subscribing import Chosen, check_items, chosen
from marketplace.sandbox.stripe.resources.billing.subscription_body import (
    cycle_of,
    item_body,
    items_of,
    period_of,
    set_period,
)
from marketplace.sandbox.stripe.resources.billing.subscription_states import Action, Status, allows, move, status_of

NONE, AT_ONCE = "none", "always_invoice"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a change is settled: `create_prorations`, `always_invoice` or `none`, and since when."""

    behavior: str
    since: int

    @property
    def is_prorated(self) -> bool:
        """Whether what was paid counts."""
        return self.behavior != NONE


def change_items(world: World, record: Record, given: list[Given], manner: Manner, *, resets: bool) -> bool:
    """Change what is subscribed to; tell whether the change must be invoiced at once.

    Args:
        world: when.
        record: the subscription.
        given: the items that change, by their ids; those without one are added.
        manner: how it is settled.
        resets: whether a new period begins now, as it always does when the rhythm changes.
    """
    before = [dict(item) for item in items_of(record.body)]
    after = _changed(world, record, given)
    is_free = not any(prorating.full_price(item) for item in before)
    touched = _touched(before, after)
    resets = resets or _rhythm_of(after) != _rhythm_of(before)
    if status_of(record) == Status.TRIALING:
        record.body["items"]["data"] = after
        return False
    if is_free and any(prorating.full_price(item) for item in after):
        raise NotSimulated("A change from what is free to what is not is not part of this stand-in.", param="items")
    if manner.is_prorated:
        _give_back(world, record, [item for item in before if resets or item["id"] in touched], manner.since)
    record.body["items"]["data"] = after
    if resets:
        _begin_anew(record, world.timestamp)
        return True
    for item in after if manner.is_prorated else ():
        if item["id"] in touched:
            prorating.add_on(world, record, item, Period(manner.since, period_of(record.body).end))
    return manner.behavior == AT_ONCE and bool(touched)


def begin_anew(world: World, record: Record, manner: Manner) -> None:
    """Begin a new period now; what was paid for the one that ends is given back."""
    if manner.is_prorated:
        _give_back(world, record, items_of(record.body), manner.since)
    _begin_anew(record, world.timestamp)


def change_end(world: World, record: Record, ends_at: int | None, manner: Manner) -> None:
    """Set when a subscription ends, or that it does not; what was paid for later is given back.

    Raises:
        Refused: that moment is over.
    """
    body = record.body
    if ends_at is not None and ends_at <= world.timestamp:
        raise Refused("cancel_at must be a moment that is still to come.", param="cancel_at")
    period = period_of(body)
    natural = body["trial_end"] if status_of(record) == Status.TRIALING else cycle_of(body).around(period.start).end
    stop = natural if ends_at is None else min(natural, ends_at)
    settles = manner.is_prorated and status_of(record) != Status.TRIALING
    for item in items_of(body) if settles else ():
        if stop < period.end:
            prorating.give_back(world, record, item, stop)
        elif stop > period.end:
            prorating.add_on(world, record, item, Period(period.end, stop))
    set_period(body, Period(period.start, stop))
    is_set = ends_at is not None
    body |= {
        "cancel_at": ends_at,
        "cancel_at_period_end": ends_at == natural,
        "canceled_at": world.timestamp if is_set else None,
    }
    body["cancellation_details"]["reason"] = "cancellation_requested" if is_set else None


def change_trial(world: World, record: Record, trial_end: int | None, manner: Manner) -> None:
    """Try it for some time from now on, or with None end the trial now; both begin a new period.

    Raises:
        NotSimulated: in its state that is not known.
    """
    if trial_end is None:
        if status_of(record) == Status.TRIALING:
            move(record, Action.END_TRIAL)
            record.body["trial_end"] = world.timestamp
            _begin_anew(record, world.timestamp)
        return
    if status_of(record) != Status.TRIALING:
        if not allows(record, Action.TRY_OUT):
            raise NotSimulated(f"A trial of a subscription that is {status_of(record)} is not part of this stand-in.")
        if manner.is_prorated:
            _give_back(world, record, items_of(record.body), manner.since)
        move(record, Action.TRY_OUT)
        record.body["trial_start"] = world.timestamp
    record.body |= {"billing_cycle_anchor": trial_end, "trial_end": trial_end}
    set_period(record.body, Period(world.timestamp, trial_end))


def lines_of_new_period(world: World, record: Record) -> list[Json]:
    """Write the lines for a period that began just now."""
    is_free = status_of(record) == Status.TRIALING
    return cycling.lines_for(world, record, period_of(record.body), is_noted=True, is_free=is_free)


def _begin_anew(record: Record, now: int) -> None:
    body = record.body
    body["billing_cycle_anchor"] = now
    stop = cycle_of(body).around(now).end
    set_period(body, Period(now, stop if body["cancel_at"] is None else min(stop, body["cancel_at"])))


def _changed(world: World, record: Record, given: list[Given]) -> list[Json]:
    """Work out the items as they will be."""
    after = {item["id"]: dict(item) for item in items_of(record.body)}
    for position, change in enumerate(given):
        param = f"items[{position}]"
        if "id" not in change:
            added = _added(world, record, change, param=param)
            after[added["id"]] = added
        elif change["id"] not in after:
            raise Refused(f"No such subscription item: '{change['id']}'", code="resource_missing", param=f"{param}[id]")
        elif change.get("deleted"):
            del after[change["id"]]
        else:
            _apply(world, after[change["id"]], change, param=param)
    items = list(after.values())
    if not items:
        raise Refused("A subscription must have at least one item. Cancel it instead.", param="items")
    check_items([Chosen(item["price"], item["quantity"]) for item in items])
    if items[0]["price"]["currency"] != record.body["currency"]:
        raise Refused("The currency of a subscription cannot be changed.", param="items")
    return items


def _apply(world: World, item: Json, change: Given, *, param: str) -> None:
    if {"price", "price_data"} & change.keys():
        wanted = {name: one for name, one in change.items() if name in {"price", "price_data"}}
        item["price"] = chosen(world, wanted, param=param).price
    if "quantity" in change:
        item["quantity"] = change["quantity"]
    if "metadata" in change:
        item["metadata"] = merged(item["metadata"], change["metadata"])


def _added(world: World, record: Record, change: Given, *, param: str) -> Json:
    one = chosen(world, change, param=param)
    period = period_of(record.body)
    return item_body(record.id, one.price, one.quantity, one.metadata, period, world.timestamp)


def _touched(before: list[Json], after: list[Json]) -> set[str]:
    """Name the items that cost something else than before, or are new, or gone."""
    prices_before = {item["id"]: (item["price"]["id"], item["quantity"]) for item in before}
    prices_after = {item["id"]: (item["price"]["id"], item["quantity"]) for item in after}
    ids = prices_before.keys() | prices_after.keys()
    return {one for one in ids if prices_before.get(one) != prices_after.get(one)}


def _give_back(world: World, record: Record, items: list[Json], since: int) -> None:
    for item in items:
        prorating.give_back(world, record, item, since)


def _rhythm_of(items: list[Json]) -> tuple[str, int]:
    rhythm = items[0]["price"]["recurring"]
    return rhythm["interval"], rhythm["interval_count"]
