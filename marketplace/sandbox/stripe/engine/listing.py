"""Lists: filtered, newest first, one page at a time (https://docs.stripe.com/api/pagination)."""

import operator
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, MissingReference
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, World

PAGE_LENGTH = 10
COMPARISONS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def list_object(url: str, data: Iterable[Json], *, has_more: bool = False) -> Json:
    """Write a list as the API shows it."""
    return {"object": "list", "data": list(data), "has_more": has_more, "url": url}


def page(
    world: World,
    kind: str,
    url: str,
    given: Given,
    *,
    by: Iterable[str] = (),
    where: Iterable[ColumnElement[bool]] = (),
) -> Json:
    """Show the page of this account's objects that was asked for.

    Args:
        world: whose objects.
        kind: which objects.
        url: where the list is found.
        given: the parameters, as `shapes.lists_by` reads them.
        by: parameters that are filters on fields of the same name.
        where: further conditions.
    """
    query = select(objects).where(objects.c.kind == kind, objects.c.account == world.account, *where)
    for name in by:
        if name in given:
            query = query.where(objects.c.body[name].as_string() == given[name])
    for comparison, moment in given.get("created", {}).items():
        query = query.where(COMPARISONS[comparison](objects.c.body["created"].as_integer(), moment))
    limit = given.get("limit", PAGE_LENGTH)
    found = list(world.select(_cut(world, kind, query, given).limit(limit + 1)))
    shown = [record.body for record in found[:limit]]
    if "ending_before" in given:
        shown.reverse()
    return list_object(url, shown, has_more=len(found) > limit)


def _cut(world: World, kind: str, query: Select[Any], given: Mapping[str, Any]) -> Select[Any]:
    if {"starting_after", "ending_before"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: starting_after, ending_before.")
    if "ending_before" in given:
        sequence = _sequence(world, kind, given["ending_before"], "ending_before")
        return query.where(objects.c.sequence > sequence).order_by(objects.c.sequence)
    if "starting_after" in given:
        query = query.where(objects.c.sequence < _sequence(world, kind, given["starting_after"], "starting_after"))
    return query.order_by(objects.c.sequence.desc())


def _sequence(world: World, kind: str, object_id: str, param: str) -> int:
    sequence = world.connection.scalar(
        select(objects.c.sequence).where(
            objects.c.id == object_id, objects.c.kind == kind, objects.c.account == world.account
        )
    )
    if sequence is None:
        raise MissingReference(kind, object_id, param)
    return int(sequence)


def page_of(bodies: list[Json], url: str, given: Given) -> Json:
    """Show the page of a list that belongs to one object; its own order stays.

    Raises:
        InvalidParameters: both ends of the page were given.
        MissingReference: the page is to begin or end at what is not in the list.
    """
    if {"starting_after", "ending_before"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: starting_after, ending_before.")
    limit = given.get("limit", PAGE_LENGTH)
    places = {body["id"]: position for position, body in enumerate(bodies)}
    for name in ("starting_after", "ending_before"):
        if name in given and given[name] not in places:
            raise MissingReference("item", given[name], name)
    if "ending_before" in given:
        stop = places[given["ending_before"]]
        return list_object(url, bodies[max(0, stop - limit) : stop], has_more=stop > limit)
    start = places[given["starting_after"]] + 1 if "starting_after" in given else 0
    return list_object(url, bodies[start : start + limit], has_more=len(bodies) > start + limit)
