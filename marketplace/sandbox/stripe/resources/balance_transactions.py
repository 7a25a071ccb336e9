"""Balance transactions: every change of a balance, with its fee and the moment when it becomes available."""

from collections.abc import Mapping
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

KIND = "balance_transaction"
URL = "/v1/balance_transactions"

SETTLES_AFTER = timedelta(days=2)
FEE_PER_MILLE = 29
FIXED_FEES = {0: 0, 2: 30, 3: 300}  # 0.30 of the main unit by decimals; where that is no amount, nothing.

PENDING = "pending"
AVAILABLE = "available"


def fee_for(amount: int, currency: str) -> int:
    """Work out the fee for a card payment: 2.9 %, rounded half up, and a fixed part."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FIXED_FEES[exponent(currency.upper())]


def add(
    world: World,
    source: Json,
    *,
    amount: int,
    kind: str,
    category: str,
    fee: int = 0,
    available_on: int,
    account: str = "",
) -> Record:
    """Change a balance by `amount` less `fee` because of `source`; pending until `available_on`."""
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
        "fee": fee,
        "fee_details": [_fee_detail(fee, source["currency"])] if fee else [],
        "net": amount - fee,
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


def totals(world: World) -> Mapping[tuple[str, str], int]:
    """Add up this account's balance transactions by currency and status."""
    currency = objects.c.body["currency"].as_string()
    status = objects.c.body["status"].as_string()
    net = func.sum(objects.c.body["net"].as_integer())
    query = select(currency, status, net).where(objects.c.kind == KIND, objects.c.account == world.account)
    rows = world.connection.execute(query.group_by(currency, status))
    return MappingProxyType({(row[0], row[1]): int(row[2]) for row in rows})


def retrieve(world: World, _given: Given, transaction: str) -> Json:
    """Show a balance transaction."""
    return world.get(KIND, transaction).body


def list_all(world: World, given: Given) -> Json:
    """List balance transactions."""
    return page(world, KIND, URL, given, by=["currency", "source", "type"])


def _fee_detail(fee: int, currency: str) -> Json:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("GET", URL, lists_by(currency=Currency(), source=Text(), type=Text()), list_all, is_scoped=True),
        Endpoint("GET", f"{URL}/<transaction>", RETRIEVE, retrieve, is_scoped=True),
    ),
    links=frozenset({"source"}),
    when_due=settle,
)
