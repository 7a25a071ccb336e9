"""Payment intents: what somebody is asked to pay, made by Checkout or by the API itself."""

from marketplace.sandbox.stripe.cards import decline_for
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Address,
    Choice,
    Currency,
    Email,
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
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts, paying, payment_methods, storing
from marketplace.sandbox.stripe.resources.paying import Action, Status
from marketplace.sandbox.stripe.resources.payment_intent_body import KIND, URL, intent_body


def create(world: World, given: Given) -> Json:
    """Ask for an amount, and with `confirm` charge the card at once.

    Raises:
        CardRefused: the bank said no; the intent remembers it.
        Refused: such an amount or such a card cannot be charged.
    """
    if not given.get("confirm"):
        for name in ("off_session", "error_on_requires_action", "return_url"):
            if name in given:
                raise InvalidParameters(f"The parameter {name} goes together with confirm=true.", param=name)
    amounts.check_charge(given["amount"], given["currency"], what="Amount", param="amount")
    if "customer" in given:
        world.referred("customer", given["customer"], param="customer")
    record = world.add(intent_body(world, {**given, "payment_method": None}))
    if "payment_method" in given:
        _choose(world, record, given["payment_method"])
    world.save(record)
    world.announce("payment_intent.created", record.body, account=record.account)
    if given.get("confirm"):
        _confirm(world, record, given)
    return record.body


def update(world: World, given: Given, intent: str) -> Json:
    """Change what was given, as long as nothing is taken; description and metadata later, too."""
    record = world.get(KIND, intent, asked_by="intent")
    change = dict(given)
    if change.keys() - {"description", "metadata"}:
        paying.check(record, Action.CHOOSE, "updated")
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "customer" in change:
        world.referred("customer", change["customer"], param="customer")
    method = change.pop("payment_method", None)
    record.body.update(change)
    amounts.check_charge(record.body["amount"], record.body["currency"], what="Amount", param="amount")
    if method:
        _choose(world, record, method)
    world.save(record)
    return record.body


def confirm(world: World, given: Given, intent: str) -> Json:
    """Charge the card that was chosen, or the one that is given.

    Raises:
        CardRefused: the bank said no; the intent remembers it.
        Refused: there is no card, or the payment is over.
    """
    record = world.get(KIND, intent, asked_by="intent")
    paying.check(record, Action.CHOOSE, "confirmed")
    for name in ("capture_method", "receipt_email", "setup_future_usage"):
        if name in given:
            record.body[name] = given[name]
    if "payment_method" in given:
        _choose(world, record, given["payment_method"])
    _confirm(world, record, given)
    return record.body


def capture(world: World, given: Given, intent: str) -> Json:
    """Take the money that is held, or a part of it; the rest is released."""
    record = world.get(KIND, intent, asked_by="intent")
    paying.check(record, Action.CAPTURE, "captured")
    held = int(record.body["amount_capturable"])
    amount: int = given.get("amount_to_capture", held)
    if not given.get("final_capture", True):
        raise Refused("This payment can be captured only once.", param="final_capture")
    if amount > held:
        raise Refused(
            f"The amount to capture ({amount} {record.body['currency']}) is greater than the amount that is held "
            f"({held} {record.body['currency']}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    amounts.check_fine(amount, record.body["currency"], param="amount_to_capture")
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    paying.capture(world, record, amount)
    return record.body


def cancel(world: World, given: Given, intent: str) -> Json:
    """Give a payment up; what is held is released."""
    record = world.get(KIND, intent, asked_by="intent")
    paying.check(record, Action.CANCEL, "canceled")
    if any(session.body["status"] == "open" for session in world.every("checkout.session", payment_intent=record.id)):
        raise Refused("You cannot cancel the PaymentIntent of an open Checkout Session. Expire the session instead.")
    paying.release(world, record, reason=given.get("cancellation_reason"))
    return record.body


def retrieve(world: World, _given: Given, intent: str) -> Json:
    """Show a payment intent."""
    return world.get(KIND, intent, asked_by="intent").body


def list_all(world: World, given: Given) -> Json:
    """List payment intents."""
    return page(world, KIND, URL, given, by=["customer"])


def search_all(world: World, given: Given) -> Json:
    """Find payment intents by a query."""
    texts = ("currency", "customer", "status")
    return search(world, KIND, f"{URL}/search", given, texts=texts, numbers=("amount", "created"))


def _choose(world: World, record: Record, method_id: str) -> None:
    method = payment_methods.referred(world, method_id)
    storing.check_owner(method, record.body["customer"])
    storing.check_unspent(method)
    paying.move(record, Action.CHOOSE)
    record.body |= {"next_action": None, "payment_method": method.id}


def _confirm(world: World, record: Record, given: Given) -> None:
    method = world.find(record.body["payment_method"]) if record.body["payment_method"] else None
    if method is None:
        raise Refused(
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update it with one, or "
            "confirm it with one.",
            code="payment_intent_unexpected_state",
            payment_intent=record.body,
        )
    record.hidden["return_url"] = given.get("return_url")
    is_off_session = given.get("off_session", "false") != "false"
    may_ask = not (is_off_session or given.get("error_on_requires_action", False))
    paying.present(world, record, method, is_off_session=is_off_session, may_ask=may_ask)
    if record.body["status"] == Status.REQUIRES_PAYMENT_METHOD:
        error = record.body["last_payment_error"]
        decline = decline_for(error["code"], error.get("decline_code"))
        details = {"charge": error["charge"], "payment_intent": record.body, "payment_method": method.body}
        raise storing.card_refused(decline, **details)


CAPTURE_METHOD = Choice("automatic", "automatic_async", "manual")
USAGE = Choice("off_session", "on_session")
DETAILS = {
    "description": Text(),
    "metadata": Metadata(),
    "payment_method": Text(),
    "receipt_email": Email(),
    "setup_future_usage": USAGE,
    "statement_descriptor": Text(),
    "statement_descriptor_suffix": Text(),
    "transfer_group": Text(),
}
CONFIRM = {
    "error_on_requires_action": Flag(),
    "off_session": Choice("true", "false", "one_off", "recurring"),
    "return_url": Address(),
}
CREATE = takes(
    required={"amount": Whole(minimum=1), "currency": Currency()},
    optional={
        **DETAILS,
        **CONFIRM,
        "automatic_payment_methods": Fields(
            required={"enabled": Flag()}, optional={"allow_redirects": Choice("always", "never")}
        ),
        "capture_method": CAPTURE_METHOD,
        "confirm": Flag(),
        "customer": Text(),
        "payment_method_types": Listing(Choice("card")),
    },
)
UPDATE = takes(optional={**DETAILS, "amount": Whole(minimum=1), "customer": Text()})
CAPTURE = takes(
    optional={
        "amount_to_capture": Whole(minimum=1),
        "final_capture": Flag(),
        "metadata": Metadata(),
    }
)
CANCEL = takes(
    optional={"cancellation_reason": Choice("abandoned", "duplicate", "fraudulent", "requested_by_customer")}
)

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(customer=Text()), list_all),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<intent>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<intent>", UPDATE, update),
        Endpoint(
            "POST",
            f"{URL}/<intent>/confirm",
            takes(
                optional={
                    **CONFIRM,
                    "capture_method": CAPTURE_METHOD,
                    "payment_method": Text(),
                    "receipt_email": Email(),
                    "setup_future_usage": USAGE,
                }
            ),
            confirm,
        ),
        Endpoint("POST", f"{URL}/<intent>/capture", CAPTURE, capture),
        Endpoint("POST", f"{URL}/<intent>/cancel", CANCEL, cancel),
    ),
    links=frozenset({"customer", "latest_charge", "payment_method"}),
    when_due=paying.go_on,
)
