"""Transfer reversals: money comes back from a connected account, all of a transfer or a part of it."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Missing, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.shapes import (
    PAGING,
    RETRIEVE,
    Given,
    Metadata,
    Text,
    Whole,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import account_states, amounts, balance_transactions, charging, transfers
from marketplace.sandbox.stripe.resources.refund_body import returned_payment

KIND = "transfer_reversal"
SHOWN_WITH_A_TRANSFER = 10


def create(world: World, given: Given, transfer: str) -> Json:
    """Take back a transfer, or a part of it.

    The account's balance may become negative where the platform answers for its losses; elsewhere the money must be
    there.

    Raises:
        Refused: so much was not sent, or is not there any more.
    """
    sent = world.get(transfers.KIND, transfer, asked_by="transfer")
    left = sent.body["amount"] - sent.body["amount_reversed"]
    amount = given.get("amount", left)
    _check(world, sent, amount, left)
    record = world.add(_reversal(world, sent.body, amount, given))
    record.body |= {
        "balance_transaction": _book(world, record, sent, amount).id,
        "destination_payment_refund": _return_payment(world, record, sent, amount).id,
    }
    world.save(record)
    sent.body["amount_reversed"] += amount
    sent.body["reversed"] = sent.body["amount_reversed"] == sent.body["amount"]
    latest = [record.body, *sent.body["reversals"]["data"]]
    sent.body["reversals"] = list_object(
        f"{transfers.URL}/{sent.id}/reversals",
        latest[:SHOWN_WITH_A_TRANSFER],
        has_more=sent.body["reversals"]["has_more"] or len(latest) > SHOWN_WITH_A_TRANSFER,
    )
    world.save(sent, "transfer.reversed")
    return record.body


def retrieve(world: World, _given: Given, transfer: str, reversal: str) -> Json:
    """Show a reversal."""
    return _find(world, transfer, reversal).body


def update(world: World, given: Given, transfer: str, reversal: str) -> Json:
    """Change the metadata; the transfer shows the reversal as it is now."""
    record = _find(world, transfer, reversal)
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    world.save(record)
    sent = world.get(transfers.KIND, transfer, asked_by="transfer")
    shown = [record.body if one["id"] == record.id else one for one in sent.body["reversals"]["data"]]
    sent.body["reversals"] = {**sent.body["reversals"], "data": shown}
    world.save(sent)
    return record.body


def list_all(world: World, given: Given, transfer: str) -> Json:
    """List the reversals of a transfer."""
    sent = world.get(transfers.KIND, transfer, asked_by="transfer")
    of_this = objects.c.body["transfer"].as_string() == sent.id
    return page(world, KIND, f"{transfers.URL}/{sent.id}/reversals", given, where=[of_this])


def _find(world: World, transfer: str, reversal: str) -> Record:
    record = world.get(KIND, reversal)
    if record.body["transfer"] != transfer:
        raise Missing(KIND, reversal, "id")
    return record


def _check(world: World, sent: Record, amount: int, left: int) -> None:
    currency = sent.body["currency"]
    if left == 0:
        raise Refused(f"The transfer {sent.id} is already fully reversed.", param="id")
    if amount > left:
        raise Refused(
            f"Transfer reversal amount ({amount} {currency}) is greater than unreversed amount on transfer "
            f"({left} {currency})",
            param="amount",
        )
    amounts.check_fine(amount, currency, param="amount")
    account = world.find(sent.body["destination"])
    assert account, sent
    if account_states.may_be_negative(account):
        return
    balance = balance_transactions.totals(world, account.id)
    here = sum(balance.get((currency, status), 0) for status in _usable(world, sent))
    if amount > here:
        raise Refused(
            f"The account {account.id} does not have enough available funds to cover this reversal.",
            code="balance_insufficient",
        )


def _usable(world: World, sent: Record) -> tuple[str, ...]:
    """Tell which money of the account can go back: what is pending too, as long as the transfer itself is."""
    is_pending = _pending_until(world, sent) > world.timestamp
    return (balance_transactions.AVAILABLE, *([balance_transactions.PENDING] if is_pending else []))


def _pending_until(world: World, sent: Record) -> int:
    received = world.find(sent.body["destination_payment"])
    assert received, sent
    return charging.available_on(world, received.body)


def _book(world: World, record: Record, sent: Record, amount: int) -> Record:
    return balance_transactions.add(
        world,
        {**record.body, "description": f"REFUND FOR TRANSFER ({sent.id})"},
        amount=amount,
        kind="transfer_refund",
        category="transfer_reversal",
        available_on=_pending_until(world, sent),
    )


def _return_payment(world: World, record: Record, sent: Record, amount: int) -> Record:
    """Take the money from the connected account: on its side the payment is refunded."""
    received = world.find(sent.body["destination_payment"])
    assert received, sent
    body = {**returned_payment(world, received.body, amount), "source_transfer_reversal": record.id}
    returned = world.add(body, account=received.account)
    entry = balance_transactions.add(
        world,
        {**body, "description": "REFUND FOR PAYMENT"},
        amount=-amount,
        kind="payment_refund",
        category="refund",
        available_on=_pending_until(world, sent),
        account=received.account,
    )
    returned.body["balance_transaction"] = entry.id
    world.save(returned)
    charging.count_refunded(received, amount)
    world.save(received, "charge.refunded")
    return returned


def _reversal(world: World, sent: Json, amount: int, given: Given) -> Json:
    return {
        "id": new_id("trr"),
        "object": KIND,
        "amount": amount,
        "balance_transaction": None,
        "created": world.timestamp,
        "currency": sent["currency"],
        "destination_payment_refund": None,
        "metadata": merged({}, given.get("metadata", {})),
        "source_refund": None,
        "transfer": sent["id"],
    }


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "POST",
            f"{transfers.URL}/<transfer>/reversals",
            takes(optional={"amount": Whole(minimum=1), "description": Text(), "metadata": Metadata()}),
            create,
        ),
        Endpoint("GET", f"{transfers.URL}/<transfer>/reversals", takes(optional=PAGING), list_all),
        Endpoint("GET", f"{transfers.URL}/<transfer>/reversals/<reversal>", RETRIEVE, retrieve),
        Endpoint(
            "POST",
            f"{transfers.URL}/<transfer>/reversals/<reversal>",
            takes(optional={"metadata": Metadata()}),
            update,
        ),
    ),
    links=frozenset({"balance_transaction", "destination_payment_refund", "transfer"}),
)
