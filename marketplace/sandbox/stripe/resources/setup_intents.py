"""Setup intents: a card is to be stored, without a payment."""

from marketplace.sandbox.stripe.cards import decline_for
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Address,
    Choice,
    Fields,
    Flag,
    Given,
    Listing,
    Metadata,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import payment_methods, setting_up, storing
from marketplace.sandbox.stripe.resources.setting_up import KIND, URL, Action, Status


def create(world: World, given: Given) -> Json:
    """Ask for a card, and with `confirm` store the one that is given at once.

    Raises:
        CardRefused: the bank said no; the intent remembers it.
    """
    if "customer" in given:
        world.referred("customer", given["customer"], param="customer")
    record = world.add(setting_up.intent_body(world, given))
    if "payment_method" in given:
        _choose(world, record, given["payment_method"])
    world.save(record)
    world.announce("setup_intent.created", record.body, account=record.account)
    if given.get("confirm"):
        _confirm(world, record, given)
    return record.body


def update(world: World, given: Given, intent: str) -> Json:
    """Change what was given, as long as no card is stored."""
    record = world.get(KIND, intent, asked_by="intent")
    setting_up.check(record, Action.CHOOSE, "updated")
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "customer" in change:
        world.referred("customer", change["customer"], param="customer")
    method = change.pop("payment_method", None)
    record.body.update(change)
    if method:
        _choose(world, record, method)
    world.save(record)
    return record.body


def confirm(world: World, given: Given, intent: str) -> Json:
    """Store the card that was chosen, or the one that is given.

    Raises:
        CardRefused: the bank said no; the intent remembers it.
        Refused: there is no card, or it is over.
    """
    record = world.get(KIND, intent, asked_by="intent")
    setting_up.check(record, Action.CHOOSE, "confirmed")
    if "payment_method" in given:
        _choose(world, record, given["payment_method"])
    _confirm(world, record, given)
    return record.body


def cancel(world: World, given: Given, intent: str) -> Json:
    """Give it up."""
    record = world.get(KIND, intent, asked_by="intent")
    setting_up.check(record, Action.CANCEL, "canceled")
    if any(session.body["status"] == "open" for session in world.every("checkout.session", setup_intent=record.id)):
        raise Refused("You cannot cancel the SetupIntent of an open Checkout Session. Expire the session instead.")
    setting_up.end(world, record, reason=given.get("cancellation_reason"))
    return record.body


def retrieve(world: World, _given: Given, intent: str) -> Json:
    """Show a setup intent."""
    return world.get(KIND, intent, asked_by="intent").body


def list_all(world: World, given: Given) -> Json:
    """List setup intents."""
    return page(world, KIND, URL, given, by=["customer", "payment_method"])


def _choose(world: World, record: Record, method_id: str) -> None:
    method = payment_methods.referred(world, method_id)
    storing.check_owner(method, record.body["customer"])
    storing.check_unspent(method)
    setting_up.move(record, Action.CHOOSE)
    record.body |= {"next_action": None, "payment_method": method.id}


def _confirm(world: World, record: Record, given: Given) -> None:
    method = world.find(record.body["payment_method"]) if record.body["payment_method"] else None
    if method is None:
        raise Refused(
            "You cannot confirm this SetupIntent because it's missing a payment method. Update it with one, or "
            "confirm it with one.",
            code="setup_intent_unexpected_state",
            setup_intent=record.body,
        )
    record.hidden["return_url"] = given.get("return_url")
    setting_up.present(world, record, method)
    if record.body["status"] == Status.REQUIRES_PAYMENT_METHOD:
        error = record.body["last_setup_error"]
        decline = decline_for(error["code"], error.get("decline_code"))
        raise storing.card_refused(decline, payment_method=method.body, setup_intent=record.body)


DETAILS = {"customer": Text(), "description": Text(), "metadata": Metadata(), "payment_method": Text()}
TYPES = {"payment_method_types": Listing(Choice("card"))}
CREATE = takes(
    optional={
        **DETAILS,
        **TYPES,
        "automatic_payment_methods": Fields(
            required={"enabled": Flag()}, optional={"allow_redirects": Choice("always", "never")}
        ),
        "confirm": Flag(),
        "return_url": Address(),
        "usage": Choice("off_session", "on_session"),
    }
)

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(customer=Text(), payment_method=Text()), list_all),
        Endpoint("GET", f"{URL}/<intent>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<intent>", takes(optional=DETAILS), update),
        Endpoint(
            "POST",
            f"{URL}/<intent>/confirm",
            takes(optional={"payment_method": Text(), "return_url": Address()}),
            confirm,
        ),
        Endpoint(
            "POST",
            f"{URL}/<intent>/cancel",
            takes(optional={"cancellation_reason": Choice("abandoned", "duplicate", "requested_by_customer")}),
            cancel,
        ),
    ),
    links=frozenset({"customer", "payment_method"}),
)
