"""Storing: a card is kept with a customer, so that it can be charged again."""

from typing import Any

from marketplace.sandbox.stripe.cards import Decline
from marketplace.sandbox.stripe.engine.errors import CardRefused, Refused
from marketplace.sandbox.stripe.engine.world import Json, Record, World


def attach(world: World, method: Record, customer: str) -> None:
    """Store a payment method with a customer; nothing happens when it is there already."""
    if method.body["customer"] is None:
        method.body["customer"] = customer
        world.save(method, "payment_method.attached")


def detach(world: World, method: Record) -> None:
    """Take a payment method away from its customer; it can never be used again."""
    customer = world.find(method.body["customer"])
    if customer and customer.body["invoice_settings"]["default_payment_method"] == method.id:
        customer.body["invoice_settings"]["default_payment_method"] = None
        world.save(customer, "customer.updated")
    method.body["customer"] = None
    method.hidden["is_spent"] = True
    world.save(method, "payment_method.detached")


def set_up(world: World, method: Record, usage: str | None) -> None:
    """Note that the owner agreed with the bank to what comes later, also while away if `usage` is off_session."""
    if usage == "off_session":
        method.hidden["is_set_up"] = True
        world.save(method)


def spend(world: World, method: Record) -> None:
    """Note that a payment method was used; without a customer that was the one time."""
    if method.body["customer"] is None:
        method.hidden["is_spent"] = True
        world.save(method)


def check_unspent(method: Record) -> None:
    """Refuse a payment method that was used or detached, and belongs to nobody.

    Raises:
        Refused: it may not be used again.
    """
    if method.body["customer"] is None and method.hidden.get("is_spent"):
        raise Refused(
            f"The payment method {method.id} was used before without being attached to a customer, or it was detached "
            "from one. It may not be used again. Attach a payment method to a customer to use it several times.",
            param="payment_method",
        )


def check_stored(method: Record, customer: str) -> None:
    """Refuse a payment method that is not stored with a customer.

    Raises:
        Refused: it is stored with nobody, or with somebody else.
    """
    if method.body["customer"] != customer:
        raise Refused(
            f"The customer does not have a payment method with the ID {method.id}. The payment method must be "
            "attached to the customer.",
            code="resource_missing",
            param="payment_method",
        )


def check_owner(method: Record, customer: str | None) -> None:
    """Refuse a payment method that is stored with somebody else.

    Raises:
        Refused: it belongs to another customer, or the payment names none.
    """
    owner = method.body["customer"]
    if owner is not None and customer is None:
        raise Refused(
            f"The payment method {method.id} belongs to a customer. Name that customer, too.", param="payment_method"
        )
    if owner is not None and customer is not None:
        check_stored(method, customer)


def problem(decline: Decline, method: Record, *, charge: str | None) -> Json:
    """Write a refusal as an intent remembers it."""
    said = {
        "advice_code": decline.advice_code,
        "charge": charge,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": method.body,
        "type": decline.type,
    }
    return {name: value for name, value in said.items() if value is not None}


def card_refused(decline: Decline, **details: Any) -> CardRefused:
    """Make the error with which the API tells a refusal."""
    details |= {"advice_code": decline.advice_code, "decline_code": decline.decline_code}
    return CardRefused(decline.message, code=decline.code, **details)
