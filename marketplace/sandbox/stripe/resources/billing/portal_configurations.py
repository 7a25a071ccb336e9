"""Portal configurations: what customers may do by themselves on the pages of the billing portal."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import NotSimulated, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.more_shapes import Clearable, OnlyBuilt, not_built
from marketplace.sandbox.stripe.engine.shapes import (
    PAGING,
    RETRIEVE,
    Address,
    Choice,
    Fields,
    Flag,
    Given,
    Listing,
    Metadata,
    Text,
    Whole,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE, PRODUCT
from marketplace.sandbox.stripe.resources.billing.subscription_shapes import FEEDBACK, PRORATION

KIND = "billing_portal.configuration"
URL = "/v1/billing_portal/configurations"

CANCEL = {
    "cancellation_reason": {"enabled": False, "options": ["too_expensive", "missing_features", "unused", "other"]},
    "enabled": False,
    "mode": "at_period_end",
    "proration_behavior": "none",
}
UPDATE: Json = {
    "billing_cycle_anchor": None,
    "default_allowed_updates": [],
    "enabled": False,
    "products": None,
    "proration_behavior": "none",
    "schedule_at_period_end": {"conditions": []},
    "trial_update_behavior": "end_trial",
}


def create(world: World, given: Given) -> Json:
    """Say what customers may do.

    Raises:
        Refused: there is no such product, or a price is of another one.
    """
    return add(world, given).body


def add(world: World, given: Given, *, is_default: bool = False) -> Record:
    """Keep a new configuration."""
    body = {
        "id": new_id("bpc"),
        "object": KIND,
        "active": True,
        "application": None,
        "business_profile": _business(given.get("business_profile", {})),
        "created": world.timestamp,
        "default_return_url": given.get("default_return_url"),
        "features": _features(world, given["features"]),
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": merged({}, given.get("metadata", {})),
        "name": given.get("name"),
        "updated": world.timestamp,
    }
    return world.add(body, f"{KIND}.created")


def default(world: World) -> Record:
    """Look up the configuration for who names none; Stripe's users make it by hand, here it is there by itself."""
    is_default = objects.c.body["is_default"].as_boolean()
    found = page(world, KIND, URL, {"limit": 1}, where=[is_default])["data"]
    if found:
        return world.get(KIND, found[0]["id"])
    features = {
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True},
    }
    return add(world, {"features": features}, is_default=True)


def update(world: World, given: Given, configuration: str) -> Json:
    """Change what was given; of the features only those that are named."""
    record = world.get(KIND, configuration)
    change = dict(given)
    if change.get("active") is False and record.body["is_default"]:
        raise Refused("The default configuration cannot be deactivated.", param="active")
    if "features" in change:
        change["features"] = {**record.body["features"], **_named(world, change["features"])}
    if "business_profile" in change:
        change["business_profile"] = {**record.body["business_profile"], **change["business_profile"]}
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    record.body.update(change)
    record.body["updated"] = world.timestamp
    world.save(record, f"{KIND}.updated")
    return record.body


def retrieve(world: World, _given: Given, configuration: str) -> Json:
    """Show a configuration."""
    return world.get(KIND, configuration).body


def list_all(world: World, given: Given) -> Json:
    """List configurations."""
    flags = {name: given[name] for name in ("active", "is_default") if name in given}
    where = [objects.c.body[name].as_boolean() == flag for name, flag in flags.items()]
    return page(world, KIND, URL, given, where=where)


def _business(given: Given) -> Json:
    return {name: given.get(name) for name in ("headline", "privacy_policy_url", "terms_of_service_url")}


def _features(world: World, given: Given) -> Json:
    return {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": False},
        "payment_method_update": {"enabled": False, "payment_method_configuration": None},
        "subscription_cancel": CANCEL,
        "subscription_update": UPDATE,
        **_named(world, given),
    }


def _named(world: World, given: Given) -> Json:
    """Write the features that are named; what they leave out is as usual."""
    features: Json = {}
    if given.get("customer_update", {}).get("enabled"):
        raise NotSimulated(
            "Changing one's name and address in the portal is not part of this stand-in.", param="features"
        )
    if "invoice_history" in given:
        features["invoice_history"] = given["invoice_history"]
    if "payment_method_update" in given:
        features["payment_method_update"] = {"payment_method_configuration": None, **given["payment_method_update"]}
    if "subscription_cancel" in given:
        features["subscription_cancel"] = {**CANCEL, **given["subscription_cancel"]}
    if "subscription_update" in given:
        asked = given["subscription_update"]
        products = [_product(world, one) for one in asked.get("products") or ()]
        features["subscription_update"] = {**UPDATE, **asked, "products": products or None}
        features["subscription_update"]["default_allowed_updates"] = asked.get("default_allowed_updates") or []
    return features


def _product(world: World, given: Given) -> Json:
    param = "features[subscription_update][products]"
    product = world.referred(PRODUCT, given["product"], param=param)
    for price_id in given["prices"]:
        price = world.referred(PRICE, price_id, param=param)
        if price.body["product"] != product.id or price.body["recurring"] is None:
            raise Refused(f"The price {price_id} is no recurring price of the product {product.id}.", param=param)
    usual = {"enabled": False, "maximum": None, "minimum": 1}
    return {**given, "adjustable_quantity": {**usual, **given.get("adjustable_quantity", {})}}


ENABLED = {"enabled": Flag()}
CANCELLATION_REASON = Fields(required={**ENABLED, "options": Clearable(Listing(Choice(*FEEDBACK)))})
PRODUCTS = Listing(
    Fields(
        required={"prices": Listing(Text(), maximum=10), "product": Text()},
        optional={
            "adjustable_quantity": Fields(
                required=ENABLED, optional={"maximum": Whole(minimum=1), "minimum": Whole(minimum=1)}
            )
        },
    ),
    maximum=10,
)
FEATURES = Fields(
    optional={
        "customer_update": Fields(optional={**ENABLED, "allowed_updates": Clearable(Listing(Text()))}),
        "invoice_history": Fields(required=ENABLED),
        "payment_method_update": Fields(required=ENABLED, optional=not_built("payment_method_configuration")),
        "subscription_cancel": Fields(
            optional={
                **ENABLED,
                "cancellation_reason": CANCELLATION_REASON,
                "mode": Choice("at_period_end", "immediately"),
                "proration_behavior": PRORATION,
            }
        ),
        "subscription_update": Fields(
            optional={
                **ENABLED,
                "default_allowed_updates": Clearable(
                    Listing(OnlyBuilt("price quantity", but_not="promotion_code"), maximum=3)
                ),
                "products": Clearable(PRODUCTS),
                "proration_behavior": PRORATION,
                **not_built("billing_cycle_anchor schedule_at_period_end trial_update_behavior"),
            }
        ),
    }
)
BUSINESS = Fields(
    optional={
        "headline": Text(clearable=True, longest=60),
        "privacy_policy_url": Address(),
        "terms_of_service_url": Address(),
    }
)
DETAILS = {
    "business_profile": BUSINESS,
    "default_return_url": Address(clearable=True),
    "metadata": Metadata(),
    "name": Text(clearable=True),
    **not_built("login_page"),
}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, takes(required={"features": FEATURES}, optional=DETAILS), create),
        Endpoint("GET", URL, takes(optional={**PAGING, "active": Flag(), "is_default": Flag()}), list_all),
        Endpoint("GET", f"{URL}/<configuration>", RETRIEVE, retrieve),
        Endpoint(
            "POST",
            f"{URL}/<configuration>",
            takes(optional={**DETAILS, "active": Flag(), "features": FEATURES}),
            update,
        ),
    ),
)
