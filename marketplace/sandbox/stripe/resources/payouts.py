"""Payouts: money that goes from a balance to the bank."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.listing import COMPARISONS, page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Currency,
    Given,
    Metadata,
    Pattern,
    Period,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources import accounts, amounts, balance_transactions, banks, paying_out
from marketplace.sandbox.stripe.resources.paying_out import KIND, Action, Status

URL = "/v1/payouts"


def create(world: World, given: Given) -> Json:
    """Send money to one's own bank.

    Raises:
        Refused: payouts are stopped, there is no bank, or not so much is available.
    """
    account = accounts.current(world)
    amount, currency = given["amount"], given["currency"]
    amounts.check_fine(amount, currency, param="amount")
    bank = banks.default_of(account)
    if bank is None or given.get("destination", bank["id"]) != bank["id"]:
        raise Refused(
            f"No such external account: '{given.get('destination')}'", code="resource_missing", param="destination"
        )
    if not account.body["payouts_enabled"]:
        raise Refused(
            "Cannot create payouts: this account has requirements that need to be collected.",
            code="payouts_not_allowed",
        )
    available = balance_transactions.available(world, currency)
    if amount > available:
        raise Refused(
            f"You have insufficient funds in your Stripe account for this payout: {available} {currency} are "
            "available.",
            code="balance_insufficient",
        )
    return paying_out.begin(world, account, amount, currency, given, is_automatic=False).body


def retrieve(world: World, _given: Given, payout: str) -> Json:
    """Show a payout."""
    return world.get(KIND, payout, asked_by="payout").body


def update(world: World, given: Given, payout: str) -> Json:
    """Change the metadata."""
    record = world.get(KIND, payout, asked_by="payout")
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    world.save(record, "payout.updated")
    return record.body


def cancel(world: World, _given: Given, payout: str) -> Json:
    """Stop a payout that the bank has not got yet.

    Raises:
        Refused: the bank has it, or Stripe made it by itself.
    """
    record = world.get(KIND, payout, asked_by="payout")
    if record.body["automatic"] or not paying_out.allows(record, Action.CANCEL):
        raise Refused(
            "Payouts can only be canceled while they are pending, and only if they were not made automatically. "
            f"{record.id} is {record.body['status']}."
        )
    paying_out.cancel(world, record)
    return record.body


def list_all(world: World, given: Given) -> Json:
    """List payouts."""
    arrival = objects.c.body["arrival_date"].as_integer()
    bounds = given.get("arrival_date", {})
    where = [COMPARISONS[comparison](arrival, moment) for comparison, moment in bounds.items()]
    return page(world, KIND, URL, given, by=["destination", "status"], where=where)


CREATE = takes(
    required={"amount": Whole(minimum=1), "currency": Currency()},
    optional={
        "description": Text(),
        "destination": Text(),
        "metadata": Metadata(),
        "method": Choice("standard"),
        "source_type": Choice("card"),
        "statement_descriptor": Pattern(r"[^<>\\'\"*]{1,22}"),
    },
)
FILTERS = {"arrival_date": Period(), "destination": Text(), "status": Choice(*Status)}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create, is_scoped=True),
        Endpoint("GET", URL, lists_by(**FILTERS), list_all, is_scoped=True),
        Endpoint("GET", f"{URL}/<payout>", RETRIEVE, retrieve, is_scoped=True),
        Endpoint("POST", f"{URL}/<payout>", takes(optional={"metadata": Metadata()}), update, is_scoped=True),
        Endpoint("POST", f"{URL}/<payout>/cancel", RETRIEVE, cancel, is_scoped=True),
    ),
    links=frozenset({"balance_transaction", "failure_balance_transaction"}),
    when_due=paying_out.go_on,
)
