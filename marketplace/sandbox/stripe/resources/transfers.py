"""Transfers: money from the platform's balance to a connected account's."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Currency,
    Given,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import accounts, amounts, balance_transactions, charge_body, charging

KIND = "transfer"
URL = "/v1/transfers"


def create(world: World, given: Given) -> Json:
    """Send money to a connected account.

    With `source_transaction` the money comes from that charge and becomes available together with it; without, it
    must be available already.

    Raises:
        Refused: the account cannot take it, or there is not so much to send.
    """
    destination = accounts.referred(world, given["destination"], param="destination")
    if destination.body["capabilities"].get("transfers") != "active":
        raise Refused(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers",
            code="insufficient_capabilities_for_transfer",
            param="destination",
        )
    amounts.check_fine(given["amount"], given["currency"], param="amount")
    charge = _source(world, given)
    available_on = charging.available_on(world, charge.body) if charge else world.timestamp
    if charge is None:
        _check_available(world, given["amount"], given["currency"])
    group = _group(world, given, charge)
    record = world.add(_transfer(world, given, group))
    entry = balance_transactions.add(
        world, record.body, amount=-given["amount"], kind="transfer", category="transfer", available_on=available_on
    )
    received = charging.add_received(world, record.body, available_on=available_on)
    record.body |= {"balance_transaction": entry.id, "destination_payment": received.id}
    world.save(record)
    world.announce("transfer.created", record.body, account=record.account)
    return record.body


def retrieve(world: World, _given: Given, transfer: str) -> Json:
    """Show a transfer."""
    return world.get(KIND, transfer).body


def update(world: World, given: Given, transfer: str) -> Json:
    """Change the description or the metadata."""
    record = world.get(KIND, transfer)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    record.body.update(change)
    world.save(record, "transfer.updated")
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List transfers."""
    return page(world, KIND, URL, given, by=["destination", "transfer_group"])


def _source(world: World, given: Given) -> Record | None:
    if "source_transaction" not in given:
        return None
    charge = world.referred(charge_body.KIND, given["source_transaction"], param="source_transaction")
    currency = charge.body["currency"]
    if not charge.body["captured"]:
        raise Refused(f"The charge {charge.id} is not captured yet.", param="source_transaction")
    if currency != given["currency"]:
        raise Refused(
            f"The currency of source_transaction's balance transaction ({currency}) must be the transfer's currency "
            f"({given['currency']}).",
            param="currency",
        )
    limit = charge.body["amount_captured"]
    # What was reversed still counts: it can be sent again from the balance, but not from this charge.
    sent = sum(one.body["amount"] for one in world.every(KIND, source_transaction=charge.id))
    if sent + given["amount"] > limit:
        raise Refused(
            f"Transfers using this transaction as a source must not exceed the source amount of {limit} {currency}. "
            f"(Transfers from this source amount to {sent} {currency} already.)",
            param="amount",
        )
    return charge


def _check_available(world: World, amount: int, currency: str) -> None:
    available = balance_transactions.available(world, currency)
    if amount > available:
        raise Refused(
            f"You have insufficient available funds: {available} {currency}. Name the charge as source_transaction, or "
            "add available funds with the test card 4000 0000 0000 0077.",
            code="balance_insufficient",
        )


def _group(world: World, given: Given, charge: Record | None) -> str | None:
    if charge is None:
        group: str | None = given.get("transfer_group")
        return group
    if charge.body["transfer_group"] is None:
        charge.body["transfer_group"] = given.get("transfer_group") or f"group_{charge.body['payment_intent']}"
        world.save(charge, "charge.updated")
    return str(given.get("transfer_group") or charge.body["transfer_group"])


def _transfer(world: World, given: Given, group: str | None) -> Json:
    transfer_id = new_id("tr")
    return {
        "id": transfer_id,
        "object": KIND,
        "amount": given["amount"],
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.timestamp,
        "currency": given["currency"],
        "description": given.get("description"),
        "destination": given["destination"],
        "destination_payment": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "reversals": list_object(f"{URL}/{transfer_id}/reversals", []),
        "reversed": False,
        "source_transaction": given.get("source_transaction"),
        "source_type": "card",
        "transfer_group": group,
    }


DETAILS = {"description": Text(), "metadata": Metadata()}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            URL,
            takes(
                required={"amount": Whole(minimum=1), "currency": Currency(), "destination": Text()},
                optional={**DETAILS, "source_transaction": Text(), "transfer_group": Text()},
            ),
            create,
        ),
        Endpoint("GET", URL, lists_by(destination=Text(), transfer_group=Text()), list_all),
        Endpoint("GET", f"{URL}/<transfer>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<transfer>", takes(optional=DETAILS), update),
    ),
    links=frozenset({"balance_transaction", "destination", "destination_payment", "source_transaction"}),
)
