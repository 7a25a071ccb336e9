"""Products: what is sold."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.more_shapes import not_built
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Address,
    Fields,
    Flag,
    Given,
    Listing,
    Metadata,
    Pattern,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE, PRODUCT, product_body

URL = "/v1/products"


def create(world: World, given: Given) -> Json:
    """Keep a new product.

    Raises:
        Refused: the id is taken.
    """
    if "id" in given and world.find(given["id"]):
        raise Refused("Product already exists.", code="resource_already_exists", param="id")
    return world.add(product_body(given, world.timestamp), "product.created").body


def retrieve(world: World, _given: Given, product: str) -> Json:
    """Show a product."""
    return world.get(PRODUCT, product).body


def update(world: World, given: Given, product: str) -> Json:
    """Change what was given; metadata is merged."""
    record = world.get(PRODUCT, product)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "default_price" in change:
        world.referred(PRICE, change["default_price"], param="default_price")
    record.body.update(change)
    if record.body != record.saved:
        record.body["updated"] = world.timestamp
    world.save(record, "product.updated")
    return record.body


def delete(world: World, _given: Given, product: str) -> Json:
    """Forget a product that never had a price.

    Raises:
        Refused: it has one.
    """
    record = world.get(PRODUCT, product)
    if any(world.every(PRICE, product=product)):
        raise Refused("This product cannot be deleted because it has one or more user-created prices.")
    world.announce("product.deleted", record.body, account=record.account)
    world.remove(record)
    return {"id": product, "object": PRODUCT, "deleted": True}


def list_all(world: World, given: Given) -> Json:
    """List products."""
    where = []
    if "active" in given:
        where.append(objects.c.body["active"].as_boolean() == given["active"])
    if "ids" in given:
        where.append(objects.c.id.in_(given["ids"]))
    return page(world, PRODUCT, URL, given, by=["url"], where=where)


def search_all(world: World, given: Given) -> Json:
    """Find products by a query."""
    return search(world, PRODUCT, f"{URL}/search", given, texts=("description", "name", "url"), numbers=("created",))


DETAILS = {
    "active": Flag(),
    "images": Listing(Address(), maximum=8),
    "metadata": Metadata(),
    "statement_descriptor": Text(longest=22),
    **not_built("marketing_features package_dimensions shippable tax_code"),
}
CREATE = takes(
    required={"name": Text()},
    optional={
        **DETAILS,
        "description": Text(),
        "id": Pattern(r"[\w-]{1,255}"),
        "unit_label": Text(longest=12),
        "url": Address(),
        **not_built("default_price_data"),
    },
)
UPDATE = takes(
    optional={
        **DETAILS,
        "default_price": Text(),
        "description": Text(clearable=True),
        "name": Text(),
        "unit_label": Text(clearable=True, longest=12),
        "url": Address(clearable=True),
    }
)

RESOURCE = Resource(
    PRODUCT,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint(
            "GET",
            URL,
            lists_by(active=Flag(), ids=Listing(Text()), url=Address(), **not_built("shippable")),
            list_all,
        ),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<product>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<product>", UPDATE, update),
        Endpoint("DELETE", f"{URL}/<product>", Fields(), delete),
    ),
    links=frozenset({"default_price"}),
)
