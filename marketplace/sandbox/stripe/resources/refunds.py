"""Refunds: money that goes back to the card."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
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
from marketplace.sandbox.stripe.resources import balance_transactions, charges

KIND = "refund"
URL = "/v1/refunds"

REFERENCE_AFTER = timedelta(days=1)  # Then the bank knows the refund by a number that the customer can ask for.


def create(world: World, given: Given) -> Json:
    """Give back what a charge took, or a part of it; a card refund succeeds at once.

    Raises:
        Refused: there is nothing, or not so much, to give back.
    """
    charge = _charge(world, given)
    left = charge.body["amount_captured"] - charge.body["amount_refunded"]
    amount = given.get("amount", left)
    _check(charge.body, amount, left)
    record = world.add(_refund(world, charge.body, amount, reason=given.get("reason")))
    record.body["metadata"] = merged({}, given.get("metadata", {}))
    entry = balance_transactions.add(
        world,
        {**record.body, "description": _description(charge.body)},
        amount=-amount,
        kind="refund",
        category="refund",
        available_on=charges.available_on(world, charge.body),
    )
    record.body["balance_transaction"] = entry.id
    record.due_at = world.timestamp + int(REFERENCE_AFTER.total_seconds())
    world.save(record, "refund.created")
    _count(charge, amount)
    world.save(charge, "charge.refunded")
    return record.body


def release(world: World, charge: Record, event_type: str, *, reason: str | None = None) -> None:
    """Let go of a hold: the charge counts as refunded, although no money ever moved."""
    refund = _refund(world, charge.body, charge.body["amount"], reason=reason)
    refund["destination_details"]["card"] = {"type": "reversal"}
    world.add(refund)
    _count(charge, charge.body["amount"])
    world.save(charge, event_type)


def find_reference(world: World, record: Record) -> None:
    """Learn the number by which the bank knows the refund."""
    record.body["destination_details"]["card"] |= {
        "reference": new_id("", length=23)[1:],
        "reference_status": "available",
    }
    world.save(record, "refund.updated")


def retrieve(world: World, _given: Given, refund: str) -> Json:
    """Show a refund."""
    return world.get(KIND, refund).body


def list_all(world: World, given: Given) -> Json:
    """List refunds."""
    return page(world, KIND, URL, given, by=["charge", "payment_intent"])


def _charge(world: World, given: Given) -> Record:
    if "charge" in given:
        charge = world.referred(charges.KIND, given["charge"], param="charge")
    elif "payment_intent" in given:
        intent = world.referred("payment_intent", given["payment_intent"], param="payment_intent")
        if intent.body["latest_charge"] is None:
            raise Refused(f"The PaymentIntent {intent.id} does not have a successful charge to refund.")
        charge = world.referred(charges.KIND, intent.body["latest_charge"], param="payment_intent")
    else:
        raise InvalidParameters(
            "One of these parameters must be given: payment_intent, charge.", code="parameter_missing"
        )
    if charge.body["payment_intent"] != given.get("payment_intent", charge.body["payment_intent"]):
        raise Refused(f"The charge {charge.id} does not belong to the PaymentIntent that you gave.", param="charge")
    return charge


def _check(charge: Json, amount: int, left: int) -> None:
    if charge["amount_refunded"] and not left > 0:
        raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["status"] != "succeeded":
        raise Refused(f"Charge {charge['id']} failed; there is nothing to refund.")
    if not charge["captured"]:
        raise Refused(
            f"The charge {charge['id']} is not captured. Cancel the PaymentIntent {charge['payment_intent']} to "
            "reverse the authorization instead of refunding the charge."
        )
    if amount > left:
        raise Refused(
            f"Refund amount ({amount} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({left} {charge['currency']})",
            param="amount",
        )


def _count(charge: Record, amount: int) -> None:
    taken = charge.body["amount_captured"] or charge.body["amount"]
    charge.body["amount_refunded"] += amount
    charge.body["refunded"] = charge.body["amount_refunded"] >= taken


def _description(charge: Json) -> str:
    return f"REFUND FOR CHARGE ({charge['description']})" if charge["description"] else "REFUND FOR CHARGE"


def _refund(world: World, charge: Json, amount: int, *, reason: str | None) -> Json:
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "id": new_id("re"),
        "object": KIND,
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.timestamp,
        "currency": charge["currency"],
        "destination_details": {"card": card, "type": "card"},
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


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
        Endpoint("GET", URL, lists_by(charge=Text(), payment_intent=Text()), list_all),
        Endpoint("GET", f"{URL}/<refund>", RETRIEVE, retrieve),
    ),
    links=frozenset({"balance_transaction", "charge", "payment_intent"}),
    when_due=find_reference,
)
