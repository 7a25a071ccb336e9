"""Portal sessions: a link to the pages where one customer looks after their subscriptions, good for an hour."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.more_shapes import not_built
from marketplace.sandbox.stripe.engine.shapes import Address, Choice, Fields, Given, Listing, Text, Whole, takes
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import portal_configurations
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND as SUBSCRIPTION
from marketplace.sandbox.stripe.resources.billing.subscription_body import items_of
from marketplace.sandbox.stripe.resources.billing.subscription_states import Action, check
from marketplace.sandbox.stripe.resources.checkout_shapes import LOCALES

KIND = "billing_portal.session"
URL = "/v1/billing_portal/sessions"

LASTS = timedelta(hours=1)
FLOWS = ("payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm")
FEATURE_OF = {
    "payment_method_update": "payment_method_update",
    "subscription_cancel": "subscription_cancel",
    "subscription_update": "subscription_update",
    "subscription_update_confirm": "subscription_update",
}


def create(world: World, given: Given) -> Json:
    """Make a link to the portal, or straight to one of its pages.

    Raises:
        Refused: there is no such customer or configuration, or it does not allow what the link is for.
    """
    customer = world.referred("customer", given["customer"], param="customer")
    configuration = _configuration(world, given)
    flow = _flow(world, given["flow_data"], customer, configuration.body) if "flow_data" in given else None
    secret = new_id("bpsecret")
    session_id = new_id("bps")
    body = {
        "id": session_id,
        "object": KIND,
        "configuration": configuration.id,
        "created": world.timestamp,
        "customer": customer.id,
        "customer_account": None,
        "flow": flow,
        "livemode": False,
        "locale": given.get("locale"),
        "on_behalf_of": None,
        "return_url": given.get("return_url") or configuration.body["default_return_url"],
        "url": f"{world.base_url}/p/session/{session_id}/{secret}",
    }
    return world.add(body, f"{KIND}.created", hidden={"secret": secret}).body


def _configuration(world: World, given: Given) -> Record:
    if "configuration" not in given:
        return portal_configurations.default(world)
    record = world.referred(portal_configurations.KIND, given["configuration"], param="configuration")
    if not record.body["active"]:
        raise Refused(f"The configuration {record.id} is not active.", param="configuration")
    return record


def _flow(world: World, given: Given, customer: Record, configuration: Json) -> Json:
    kind = given["type"]
    if not configuration["features"][FEATURE_OF[kind]]["enabled"]:
        raise Refused(f"The configuration does not allow {kind}.", param="flow_data[type]")
    parts: Json = dict.fromkeys(("subscription_cancel", "subscription_update", "subscription_update_confirm"))
    if kind in parts:
        parts[kind] = _about(world, given, customer)
    completion: Json = {"hosted_confirmation": None, "redirect": None, "type": "portal_homepage"}
    completion |= given.get("after_completion", {})
    if completion["type"] == "hosted_confirmation":
        completion["hosted_confirmation"] = {"custom_message": None, **(completion["hosted_confirmation"] or {})}
    return {**parts, "after_completion": completion, "type": kind}


def _about(world: World, given: Given, customer: Record) -> Json:
    kind = given["type"]
    param = f"flow_data[{kind}]"
    if kind not in given:
        raise InvalidParameters(f"Missing required param: {param}.", code="parameter_missing", param=param)
    asked = given[kind]
    record = world.referred(SUBSCRIPTION, asked["subscription"], param=f"{param}[subscription]")
    if record.body["customer"] != customer.id:
        raise Refused("The subscription belongs to another customer.", param=f"{param}[subscription]")
    check(record, Action.CHANGE, "changed in the portal")
    if kind == "subscription_cancel":
        return {"retention": None, **asked}
    if kind == "subscription_update_confirm":
        known = {item["id"] for item in items_of(record.body)}
        if not asked["items"] or any(one["id"] not in known for one in asked["items"]):
            raise Refused("Name items of the subscription.", param=f"{param}[items]")
        items = [{"price": None, **one} for one in asked["items"]]
        return {**asked, "discounts": None, "items": items}
    return dict(asked)


COMPLETION = Fields(
    required={"type": Choice("hosted_confirmation", "portal_homepage", "redirect")},
    optional={
        "hosted_confirmation": Fields(optional={"custom_message": Text(longest=500)}),
        "redirect": Fields(required={"return_url": Address()}),
    },
)
OF_SUBSCRIPTION = {"subscription": Text()}
FLOW = Fields(
    required={"type": Choice(*FLOWS)},
    optional={
        "after_completion": COMPLETION,
        "subscription_cancel": Fields(required=OF_SUBSCRIPTION, optional=not_built("retention")),
        "subscription_update": Fields(required=OF_SUBSCRIPTION),
        "subscription_update_confirm": Fields(
            required={
                **OF_SUBSCRIPTION,
                "items": Listing(
                    Fields(required={"id": Text()}, optional={"price": Text(), "quantity": Whole(minimum=1)})
                ),
            },
            optional=not_built("discounts"),
        ),
    },
)
CREATE = takes(
    required={"customer": Text()},
    optional={
        "configuration": Text(),
        "flow_data": FLOW,
        "locale": Choice(*LOCALES, "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-SG"),
        "return_url": Address(),
        **not_built("customer_account on_behalf_of"),
    },
)

RESOURCE = Resource(KIND, endpoints=(Endpoint("POST", URL, CREATE, create),), links=frozenset({"configuration"}))
