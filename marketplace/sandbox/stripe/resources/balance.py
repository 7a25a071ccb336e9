"""The balance of the platform or of a connected account, by currency."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Given
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources import accounts
from marketplace.sandbox.stripe.resources.balance_transactions import AVAILABLE, PENDING, totals

KIND = "balance"


def retrieve(world: World, _given: Given) -> Json:
    """Show what is available, and what will be when it has settled."""
    sums = totals(world)
    own = accounts.current(world).body["default_currency"]
    currencies = sorted({currency for currency, _status in sums} | {own})
    is_platform = not world.account
    owed = _owed(world) if is_platform else {}
    reserved = [{"amount": owed.get(currency, 0), "currency": currency} for currency in currencies]
    return {
        "object": KIND,
        "available": [_amount(sums.get((currency, AVAILABLE), 0), currency) for currency in currencies],
        **({"connect_reserved": reserved} if is_platform else {}),
        "livemode": False,
        "pending": [_amount(sums.get((currency, PENDING), 0), currency) for currency in currencies],
    }


def _owed(world: World) -> dict[str, int]:
    """Add up, by currency, by how much accounts are negative for which the platform collects what Stripe asks for."""
    owed: dict[str, int] = {}
    for account in world.every(accounts.KIND):
        if account.body["controller"]["requirement_collection"] != "application":
            continue
        for currency in {currency for currency, _status in totals(world, account.id)}:
            total = sum(one for (of, _status), one in totals(world, account.id).items() if of == currency)
            owed[currency] = owed.get(currency, 0) - min(0, total)
    return owed


def _amount(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


RESOURCE = Resource(KIND, endpoints=(Endpoint("GET", "/v1/balance", RETRIEVE, retrieve, is_scoped=True),))
