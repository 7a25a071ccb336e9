"""Payment methods: the cards that people paid with, and those that are stored with a customer."""

from marketplace.sandbox.stripe.cards import TOKENS, CardDetails, card_of
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    PAGING,
    RETRIEVE,
    Choice,
    Email,
    Fields,
    Given,
    Metadata,
    Text,
    Whole,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import storing
from marketplace.sandbox.stripe.resources.payment_method_body import KIND, REDISPLAY, URL, debit_body, method_body


def add(world: World, details: CardDetails) -> Record:
    """Keep the card that a person entered; it is stored with a customer only later, if at all."""
    return world.add(method_body(world, details), hidden={"number": details.number})


def add_debit(world: World, iban: str, *, email: str, name: str) -> Record:
    """Keep the bank account that a person pays from."""
    return world.add(debit_body(world, iban, email=email, name=name), hidden={"iban": iban})


def referred(world: World, method_id: str, *, param: str = "payment_method") -> Record:
    """Look up the payment method that a parameter names; each name of a test card stands for a new one.

    Raises:
        MissingReference: there is none.
    """
    card = TOKENS.get(method_id)
    if card is None:
        return world.referred(KIND, method_id, param=param)
    return add(world, CardDetails(card.number, 12, world.now.year + 1, name=None, email=None))


def create(world: World, given: Given) -> Json:
    """Keep a test card, by one of the tokens that stand for cards."""
    token = given["card"]["token"]
    card = TOKENS.get(token.replace("tok_", "pm_card_", 1)) if token.startswith("tok_") else None
    if card is None:
        raise Refused(f"No such token: '{token}'", code="resource_missing", param="card[token]")
    person = given.get("billing_details", {})
    details = CardDetails(card.number, 12, world.now.year + 1, name=person.get("name"), email=person.get("email"))
    record = add(world, details)
    record.body["metadata"] = merged({}, given.get("metadata", {}))
    record.body["allow_redisplay"] = given.get("allow_redisplay", "unspecified")
    world.save(record)
    return record.body


def retrieve(world: World, _given: Given, method: str) -> Json:
    """Show a payment method."""
    return world.get(KIND, method).body


def update(world: World, given: Given, method: str) -> Json:
    """Change what was given, of a payment method that is stored with a customer.

    Raises:
        Refused: it is not.
    """
    record = world.get(KIND, method)
    if record.body["customer"] is None:
        raise Refused(
            "You must save this PaymentMethod to a customer before you can update it.", code="resource_missing"
        )
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    record.body["card"].update(change.pop("card", {}))
    record.body["billing_details"] = {**record.body["billing_details"], **change.pop("billing_details", {})}
    record.body.update(change)
    world.save(record, "payment_method.updated")
    return record.body


def attach(world: World, given: Given, method: str) -> Json:
    """Store a payment method with a customer.

    Raises:
        CardRefused: the bank declines it.
        Refused: it is stored elsewhere, or was used without being stored.
    """
    record = world.get(KIND, method, asked_by="payment_method") if method not in TOKENS else referred(world, method)
    customer = world.referred("customer", given["customer"], param="customer")
    if record.body["customer"] not in {None, customer.id}:
        raise Refused("The payment method you provided has already been attached to a customer.")
    storing.check_unspent(record)
    card = card_of(record.hidden["number"])
    if not card.can_be_stored:
        assert card.decline, card
        raise storing.card_refused(card.decline)
    storing.attach(world, record, customer.id)
    return record.body


def detach(world: World, _given: Given, method: str) -> Json:
    """Take a payment method away from its customer, for good.

    Raises:
        Refused: it is stored with nobody.
    """
    record = world.get(KIND, method, asked_by="payment_method")
    if record.body["customer"] is None:
        raise Refused(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    storing.detach(world, record)
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List the payment methods that a customer has stored.

    Raises:
        InvalidParameters: for which customer is not said.
    """
    if "customer" not in given:
        raise InvalidParameters("Payment methods are listed by customer.", code="parameter_missing", param="customer")
    return _of_customer(world, given, given["customer"], URL)


def list_of_customer(world: World, given: Given, customer: str) -> Json:
    """List the payment methods that a customer has stored."""
    return _of_customer(world, given, customer, f"/v1/customers/{customer}/payment_methods")


def _of_customer(world: World, given: Given, customer: str, url: str) -> Json:
    world.referred("customer", customer, param="customer")
    of_this = objects.c.body["customer"].as_string() == customer
    return page(world, KIND, url, given, by=["allow_redisplay", "type"], where=[of_this])


FILTERS = {"allow_redisplay": Choice(*REDISPLAY), "type": Choice("card")}
PERSON = Fields(optional={"email": Email(clearable=True), "name": Text(clearable=True)})
DETAILS = {"allow_redisplay": Choice(*REDISPLAY), "billing_details": PERSON, "metadata": Metadata()}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(required={"card": Fields(required={"token": Text()}), "type": Choice("card")}, optional=DETAILS),
            create,
        ),
        Endpoint("GET", URL, takes(optional={**PAGING, **FILTERS, "customer": Text()}), list_all),
        Endpoint("GET", f"{URL}/<method>", RETRIEVE, retrieve),
        Endpoint(
            "POST",
            f"{URL}/<method>",
            takes(
                optional={
                    **DETAILS,
                    "card": Fields(
                        optional={
                            "exp_month": Whole(minimum=1, maximum=12),
                            "exp_year": Whole(minimum=2000, maximum=2100),
                        }
                    ),
                }
            ),
            update,
        ),
        Endpoint("POST", f"{URL}/<method>/attach", takes(required={"customer": Text()}), attach),
        Endpoint("POST", f"{URL}/<method>/detach", RETRIEVE, detach),
        Endpoint(
            "GET", "/v1/customers/<customer>/payment_methods", takes(optional={**PAGING, **FILTERS}), list_of_customer
        ),
    ),
    links=frozenset({"customer"}),
)
