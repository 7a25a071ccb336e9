"""Searching (https://docs.stripe.com/search): by a query such as `metadata['hold_id']:'7' AND currency:'eur'`."""

import operator
import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import PAGE_LENGTH
from marketplace.sandbox.stripe.engine.shapes import Fields, Given, Text, Whole, takes
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, World

CLAUSE = re.compile(
    r"""(?P<not>-)?(?P<field>[a-z_]+)(\[(?P<quote>['"])(?P<key>[^'"]+)(?P=quote)\])?"""
    r"""(?P<sign>:|>=|<=|>|<)((?P<mark>['"])(?P<text>.*?)(?P=mark)|(?P<number>-?\d+)|(?P<null>null))"""
)
BETWEEN = re.compile(r"\s+(AND\s+)?", re.IGNORECASE)
NUMBERS = {":": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
TERMS_MAX = 10
METADATA = "metadata"

SEARCH: Fields = takes(required={"query": Text()}, optional={"limit": Whole(minimum=1, maximum=100), "page": Text()})


def search(
    world: World, kind: str, url: str, given: Given, *, texts: Collection[str], numbers: Collection[str]
) -> Json:
    """Show the page of this account's objects that a query finds, newest first.

    Args:
        world: whose objects.
        kind: which objects.
        url: where the search is found.
        given: the parameters, as `SEARCH` reads them.
        texts: fields that can be asked for by a text; metadata always can.
        numbers: fields that can be compared with a number.

    Raises:
        InvalidParameters: the query cannot be read, or the page is none.
    """
    query = select(objects).where(objects.c.kind == kind, objects.c.account == world.account)
    for clause in _clauses(given["query"]):
        query = query.where(_condition(clause, texts, numbers))
    start = _start(given)
    limit = given.get("limit", PAGE_LENGTH)
    found = list(world.select(query.order_by(objects.c.sequence.desc()).offset(start).limit(limit + 1)))
    has_more = len(found) > limit
    return {
        "object": "search_result",
        "data": [record.body for record in found[:limit]],
        "has_more": has_more,
        "next_page": f"page_{start + limit}" if has_more else None,
        "url": url,
    }


def _clauses(query: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    rest = query.strip()
    while rest:
        clause = CLAUSE.match(rest)
        between = BETWEEN.match(rest, clause.end()) if clause else None
        if clause is None or not (between or clause.end() == len(rest)) or len(found) == TERMS_MAX:
            raise InvalidParameters(
                f"Invalid search query: {query}. The stand-in reads up to {TERMS_MAX} clauses such as "
                "metadata['key']:'value', joined by AND.",
                param="query",
            )
        found.append(clause)
        rest = rest[between.end() :] if between else ""
    return found


def _condition(clause: re.Match[str], texts: Collection[str], numbers: Collection[str]) -> ColumnElement[bool]:
    field = clause["field"]
    if field != METADATA and field not in {*texts, *numbers}:
        raise InvalidParameters(f"Field `{field}` is an unsupported search field.", param="query")
    condition = _comparison(clause, is_number=field in numbers)
    return ~condition if clause["not"] else condition


def _comparison(clause: re.Match[str], *, is_number: bool) -> ColumnElement[bool]:
    stored: Any = objects.c.body[clause["field"]]
    if clause["key"]:
        stored = stored[clause["key"]]
    condition: ColumnElement[bool] | None = None
    if clause["null"]:
        condition = stored.as_string().is_(None)
    elif is_number and clause["number"]:
        condition = NUMBERS[clause["sign"]](stored.as_integer(), int(clause["number"]))
    elif not is_number and clause["sign"] == ":" and clause["text"] is not None:
        condition = stored.as_string().is_not_distinct_from(clause["text"])
    if condition is None:
        raise InvalidParameters(f"Invalid comparison in the search query: {clause[0]}", param="query")
    return condition


def _start(given: Given) -> int:
    page = re.fullmatch(r"page_(\d{1,9})", given.get("page", "page_0"))
    if page is None:
        raise Refused("This is no page of a search.", param="page")
    return int(page[1])
