"""Refunds: money that goes back to the card."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Given,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts, charge_body, disputing, refunding
from marketplace.sandbox.stripe.resources.refund_body import KIND, URL


def create(world: World, given: Given) -> Json:
    """Give back what a charge took, or a part of it.

    Raises:
        Refused: there is nothing, or not so much, to give back.
    """
    charge = _charge(world, given)
    left = charge.body["amount_captured"] - charge.body["amount_refunded"]
    disputed = disputing.taken_from(world, charge)
    amount = given.get("amount", max(0, left - disputed))
    _check(charge.body, amount, left, disputed)
    amounts.check_fine(amount, charge.body["currency"], param="amount")
    metadata = merged({}, given.get("metadata", {}))
    return refunding.give_back(world, charge, amount, reason=given.get("reason"), metadata=metadata).body


def retrieve(world: World, _given: Given, refund: str) -> Json:
    """Show a refund."""
    return world.get(KIND, refund).body


def update(world: World, given: Given, refund: str) -> Json:
    """Change the metadata."""
    record = world.get(KIND, refund)
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    refunding.tell(world, record)
    return record.body


def cancel(world: World, _given: Given, refund: str) -> Json:
    """Stop a refund that waits for the customer."""
    record = _waiting(world, refund, "canceled")
    refunding.cancel(world, record)
    return record.body


def expire(world: World, _given: Given, refund: str) -> Json:
    """Let a refund end that waits for a customer who says nothing."""
    record = _waiting(world, refund, "expired")
    refunding.fail(world, record, "unknown")
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List refunds."""
    return page(world, KIND, URL, given, by=["charge", "payment_intent"])


def _waiting(world: World, refund: str, done: str) -> Record:
    record = world.get(KIND, refund)
    if record.body["status"] != refunding.Status.REQUIRES_ACTION:
        raise Refused(
            f"Only a refund with a status of requires_action can be {done}. {record.id} is {record.body['status']}."
        )
    return record


def _charge(world: World, given: Given) -> Record:
    if "charge" in given:
        charge = world.referred(charge_body.KIND, given["charge"], param="charge")
    elif "payment_intent" in given:
        intent = world.referred("payment_intent", given["payment_intent"], param="payment_intent")
        if intent.body["latest_charge"] is None:
            raise Refused(f"The PaymentIntent {intent.id} does not have a successful charge to refund.")
        charge = world.referred(charge_body.KIND, intent.body["latest_charge"], param="payment_intent")
    else:
        raise InvalidParameters(
            "One of these parameters must be given: payment_intent, charge.", code="parameter_missing"
        )
    if charge.body["payment_intent"] != given.get("payment_intent", charge.body["payment_intent"]):
        raise Refused(f"The charge {charge.id} does not belong to the PaymentIntent that you gave.", param="charge")
    return charge


def _check(charge: Json, amount: int, left: int, disputed: int) -> None:
    if charge["amount_refunded"] and not left > 0:
        raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["status"] != "succeeded":
        raise Refused(f"Charge {charge['id']} failed; there is nothing to refund.")
    if not charge["captured"]:
        raise Refused(
            f"The charge {charge['id']} is not captured. Cancel the PaymentIntent {charge['payment_intent']} to "
            "reverse the authorization instead of refunding the charge."
        )
    if disputed and not left > disputed:
        raise Refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if amount > left - disputed:
        raise Refused(
            f"Refund amount ({amount} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({left - disputed} {charge['currency']})",
            param="amount",
        )


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(
                optional={
                    "amount": Whole(minimum=1),
                    "charge": Text(),
                    "metadata": Metadata(),
                    "payment_intent": Text(),
                    "reason": Choice("duplicate", "fraudulent", "requested_by_customer"),
                }
            ),
            create,
        ),
        Endpoint("GET", URL, lists_by(charge=Text(), payment_intent=Text()), list_all, is_scoped=True),
        Endpoint("GET", f"{URL}/<refund>", RETRIEVE, retrieve, is_scoped=True),
        Endpoint("POST", f"{URL}/<refund>", takes(optional={"metadata": Metadata()}), update),
        Endpoint("POST", f"{URL}/<refund>/cancel", RETRIEVE, cancel),
        Endpoint("POST", "/v1/test_helpers/refunds/<refund>/expire", RETRIEVE, expire),
    ),
    links=frozenset(
        {
            *("balance_transaction", "charge", "failure_balance_transaction", "payment_intent"),
            *("source_transfer_reversal", "transfer_reversal"),
        }
    ),
    when_due=refunding.go_on,
)
