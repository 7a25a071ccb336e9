"""Balance transactions: every change of a balance, with its fee and the moment when it becomes available."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import func, select

from marketplace.kernel.money import exponent
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Currency, Given, Text, lists_by
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts

KIND = "balance_transaction"
URL = "/v1/balance_transactions"

SETTLES_AFTER = timedelta(days=2)
FEE_PER_MILLE = 29
FIXED_FEE_HUNDREDTHS = 30  # 0.30 of the main unit; where that is no amount, nothing.

PENDING = "pending"
AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class Fee:
    """What Stripe keeps, and what it calls that."""

    amount: int
    words: str = "Stripe processing fees"


NO_FEE = Fee(0)


def fee_for(amount: int, currency: str) -> int:
    """Work out the fee for a card payment: 2.9 % and a fixed part, rounded half up."""
    fixed = FIXED_FEE_HUNDREDTHS * 10 ** exponent(currency.upper()) // 100
    return amounts.rounded(amount * FEE_PER_MILLE + fixed * 1000, 1000, currency)


def add(
    world: World,
    source: Json,
    *,
    amount: int,
    kind: str,
    category: str,
    fee: Fee = NO_FEE,
    available_on: int | None = None,
    account: str | None = None,
) -> Record:
    """Change a balance because of something.

    Args:
        world: when, and whose balance unless `account` names another.
        source: what it comes from; its currency and its description are taken over.
        amount: by how much, less the fee; negative for what goes out.
        kind: the type of the balance transaction.
        category: under what reports count it.
        fee: what Stripe keeps.
        available_on: until then it is pending; available at once if not given.
        account: a connected account, or empty for the platform.
    """
    available_on = world.timestamp if available_on is None else available_on
    is_pending = available_on > world.timestamp
    body = {
        "id": new_id("txn"),
        "object": KIND,
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": world.timestamp,
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee.amount,
        "fee_details": [_fee_detail(fee, source["currency"])] if fee.amount else [],
        "net": amount - fee.amount,
        "reporting_category": category,
        "source": source["id"],
        "status": PENDING if is_pending else AVAILABLE,
        "type": kind,
    }
    return world.add(body, account=account, due_at=available_on if is_pending else None)


def settle(world: World, record: Record) -> None:
    """Make a pending amount available."""
    record.body["status"] = AVAILABLE
    world.save(record)


def totals(world: World, account: str | None = None) -> Mapping[tuple[str, str], int]:
    """Add up an account's balance transactions by currency and status; whose world it is unless `account` says."""
    currency = objects.c.body["currency"].as_string()
    status = objects.c.body["status"].as_string()
    net = func.sum(objects.c.body["net"].as_integer())
    whose = world.account if account is None else account
    query = select(currency, status, net).where(objects.c.kind == KIND, objects.c.account == whose)
    rows = world.connection.execute(query.group_by(currency, status))
    return MappingProxyType({(row[0], row[1]): int(row[2]) for row in rows})


def available(world: World, currency: str, account: str | None = None) -> int:
    """Tell how much of a currency is available."""
    return totals(world, account).get((currency, AVAILABLE), 0)


def retrieve(world: World, _given: Given, transaction: str) -> Json:
    """Show a balance transaction."""
    return world.get(KIND, transaction).body


def list_all(world: World, given: Given) -> Json:
    """List balance transactions; those of an automatic payout by `payout`."""
    where = []
    if "payout" in given:
        world.referred("payout", given["payout"], param="payout")
        where.append(objects.c.hidden["payout"].as_string() == given["payout"])
    return page(world, KIND, URL, given, by=["currency", "source", "type"], where=where)


def _fee_detail(fee: Fee, currency: str) -> Json:
    return {
        "amount": fee.amount,
        "application": None,
        "currency": currency,
        "description": fee.words,
        "type": "stripe_fee",
    }


FILTERS = {"currency": Currency(), "payout": Text(), "source": Text(), "type": Text()}

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("GET", URL, lists_by(**FILTERS), list_all, is_scoped=True),
        Endpoint("GET", f"{URL}/<transaction>", RETRIEVE, retrieve, is_scoped=True),
    ),
    links=frozenset({"source"}),
    when_due=settle,
)
