"""What is paid for on a Checkout page: by prices that are there, or that are described."""

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, NotSimulated, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources.billing import prices
from marketplace.sandbox.stripe.resources.billing.invoice_lines import product_name
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE, PRODUCT, price_body, product_body
from marketplace.sandbox.stripe.resources.checking_out import SUBSCRIPTION
from marketplace.sandbox.stripe.resources.checkout_bodies import line_item


def line_items(world: World, given: Given) -> list[Json]:
    """Write the items of a session; all are in one currency.

    Raises:
        Refused: they are not, there are none, or they do not go with the mode.
    """
    items = [
        _item(world, one, mode=given["mode"], param=f"line_items[{position}]")
        for position, one in enumerate(given["line_items"])
    ]
    if len({item["currency"] for item in items}) != 1:
        raise Refused("All line items must have the same currency, and there must be one.", param="line_items")
    return items


def _item(world: World, given: Given, *, mode: str, param: str) -> Json:
    if ("price" in given) == ("price_data" in given):
        raise InvalidParameters("You must give exactly one of these parameters: price, price_data.", param=param)
    is_needed_again = mode == SUBSCRIPTION
    if "price" in given:
        record = world.referred(PRICE, given["price"], param=f"{param}[price]")
        if not record.body["active"]:
            raise Refused("The price specified is inactive. This field only accepts active prices.", param=param)
        price = record.body
    else:
        price = _described(world, given["price_data"], param=f"{param}[price_data]", is_kept=is_needed_again)
    _check_mode(price, mode, param=param)
    name = given.get("price_data", {}).get("product_data", {}).get("name") or product_name(world, price)
    return line_item(price, given.get("quantity", 1), name)


def _described(world: World, given: Given, *, param: str, is_kept: bool) -> Json:
    if not {"product", "product_data"} & given.keys():
        missing = f"{param}[product_data]"
        raise InvalidParameters(f"Missing required param: {missing}.", code="parameter_missing", param=missing)
    if {"product", "product_data"} <= given.keys():
        raise InvalidParameters("You may give only one of these: product, product_data.", param=param)
    if "product" in given:
        return prices.add_inline(world, given, param=param).body
    if not is_kept:
        return price_body({**given, "active": False}, new_id("prod", length=14), world.timestamp)
    product = world.add(product_body(given["product_data"], world.timestamp), f"{PRODUCT}.created")
    return prices.add_inline(world, {**given, "product": product.id}, param=param).body


def _check_mode(price: Json, mode: str, *, param: str) -> None:
    comes_again = price["recurring"] is not None
    if comes_again and mode != SUBSCRIPTION:
        raise Refused(f"You specified `{mode}` mode but passed a recurring price.", param=param)
    if not comes_again and mode == SUBSCRIPTION:
        raise NotSimulated("One-time prices in `subscription` mode are not part of this stand-in.", param=param)
