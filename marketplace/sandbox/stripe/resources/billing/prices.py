"""Prices: what a product costs, once or again and again; its amount never changes."""

from sqlalchemy import ColumnElement

from marketplace.kernel.money import MAX_MINOR
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.more_shapes import OnlyBuilt, not_built
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Currency,
    Fields,
    Flag,
    Given,
    Listing,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts
from marketplace.sandbox.stripe.resources.billing.periods import LONGEST
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE, PRODUCT, price_body, product_body

URL = "/v1/prices"


def create(world: World, given: Given) -> Json:
    """Keep a new price, of a product that is there or comes with it.

    Raises:
        Refused: there is no such product, the lookup key is taken, or the amount or the rhythm cannot be.
    """
    if ("product" in given) == ("product_data" in given):
        raise InvalidParameters("You must give exactly one of these parameters: product, product_data.")
    check_price(given)
    if "lookup_key" in given:
        _take_lookup_key(world, given)
    if "product_data" in given:
        product = world.add(product_body(given["product_data"], world.timestamp), "product.created")
    else:
        product = world.referred(PRODUCT, given["product"], param="product")
    return world.add(price_body(given, product.id, world.timestamp), "price.created").body


def add_inline(world: World, given: Given, *, param: str) -> Record:
    """Keep the price that a parameter describes instead of naming one; nobody else can use it."""
    check_price(given)
    product = world.referred(PRODUCT, given["product"], param=f"{param}[product]")
    return world.add(price_body({**given, "active": False}, product.id, world.timestamp))


def check_price(given: Given) -> None:
    """Refuse an amount that the currency does not have, and a rhythm that is too slow.

    Raises:
        Refused: it says which.
    """
    if "unit_amount" not in given:
        raise InvalidParameters("Missing required param: unit_amount.", code="parameter_missing", param="unit_amount")
    if given["unit_amount"]:
        amounts.check_fine(given["unit_amount"], given["currency"], param="unit_amount")
    recurring = given.get("recurring")
    if recurring and recurring.get("interval_count", 1) > LONGEST[recurring["interval"]]:
        raise Refused(
            f"The interval of a price is at most 3 years, which is {LONGEST[recurring['interval']]} "
            f"{recurring['interval']}s.",
            param="recurring[interval_count]",
        )


def update(world: World, given: Given, price: str) -> Json:
    """Change what was given, never the amount; metadata is merged."""
    record = world.get(PRICE, price)
    change = dict(given)
    if change.get("lookup_key"):
        _take_lookup_key(world, given, price)
    change.pop("transfer_lookup_key", None)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    record.body.update(change)
    world.save(record, "price.updated")
    return record.body


def retrieve(world: World, _given: Given, price: str) -> Json:
    """Show a price."""
    return world.get(PRICE, price).body


def list_all(world: World, given: Given) -> Json:
    """List prices, such as those that are active, of a product, or with certain lookup keys."""
    return page(world, PRICE, URL, given, by=["currency", "product", "type"], where=_conditions(given))


def search_all(world: World, given: Given) -> Json:
    """Find prices by a query."""
    texts = ("currency", "lookup_key", "product", "type")
    return search(world, PRICE, f"{URL}/search", given, texts=texts, numbers=("created",))


def _conditions(given: Given) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if "active" in given:
        where.append(objects.c.body["active"].as_boolean() == given["active"])
    if "lookup_keys" in given:
        where.append(objects.c.body["lookup_key"].as_string().in_(given["lookup_keys"]))
    for name, word in given.get("recurring", {}).items():
        where.append(objects.c.body["recurring"][name].as_string() == word)
    return where


def _take_lookup_key(world: World, given: Given, price: str = "") -> None:
    """Make sure that a lookup key is free, or take it from the price that has it."""
    for other in list(world.every(PRICE, lookup_key=given["lookup_key"])):
        if other.id == price:
            continue
        if not given.get("transfer_lookup_key"):
            raise Refused(
                f"A price (`{other.id}`) already uses that lookup key. Send transfer_lookup_key=true to take it over.",
                param="lookup_key",
            )
        other.body["lookup_key"] = None
        world.save(other, "price.updated")


TAX_BEHAVIOR = Choice("exclusive", "inclusive", "unspecified")
RECURRING = Fields(
    required={"interval": Choice(*LONGEST)},
    optional={
        "interval_count": Whole(minimum=1),
        "usage_type": OnlyBuilt("licensed", but_not="metered"),
        **not_built("meter"),
    },
)
AMOUNT = {"unit_amount": Whole(maximum=MAX_MINOR), **not_built("unit_amount_decimal")}
KEYS = {"lookup_key": Text(longest=200), "transfer_lookup_key": Flag()}
CREATE = takes(
    required={"currency": Currency()},
    optional={
        **KEYS,
        **AMOUNT,
        "active": Flag(),
        "billing_scheme": OnlyBuilt("per_unit", but_not="tiered"),
        "metadata": Metadata(),
        "nickname": Text(),
        "product": Text(),
        "product_data": Fields(
            required={"name": Text()},
            optional={
                "active": Flag(),
                "id": Text(),
                "metadata": Metadata(),
                "statement_descriptor": Text(longest=22),
                "unit_label": Text(longest=12),
                **not_built("tax_code"),
            },
        ),
        "recurring": RECURRING,
        "tax_behavior": TAX_BEHAVIOR,
        **not_built("currency_options custom_unit_amount tiers tiers_mode transform_quantity"),
    },
)
UPDATE = takes(
    optional={
        **KEYS,
        "active": Flag(),
        "lookup_key": Text(clearable=True, longest=200),
        "metadata": Metadata(),
        "nickname": Text(clearable=True),
        **not_built("currency_options tax_behavior"),
    }
)
FILTERS = {
    "active": Flag(),
    "currency": Currency(),
    "lookup_keys": Listing(Text(), maximum=10),
    "product": Text(),
    "recurring": Fields(
        optional={"interval": Choice(*LONGEST), "usage_type": Choice("licensed", "metered"), **not_built("meter")}
    ),
    "type": Choice("one_time", "recurring"),
}

RESOURCE = Resource(
    PRICE,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(**FILTERS), list_all),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<price>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<price>", UPDATE, update),
    ),
    links=frozenset({"product"}),
)
