"""Charges: one attempt to take money from a card."""

from datetime import timedelta

from marketplace.sandbox.stripe.cards import TEST_CARDS, Decline
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Given, Text, lists_by
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import balance_transactions, payment_methods

KIND = "charge"
URL = "/v1/charges"

# For a customer who is present: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
HOLD = timedelta(days=7)


def add_hold(world: World, intent: Json, method: Record, *, is_authenticated: bool) -> Record:
    """Hold the amount of an intent on a card, to be captured within a week."""
    capture_before = world.timestamp + int(HOLD.total_seconds())
    charge = _card_charge(world, intent, method)
    charge["payment_method_details"] = _details(
        method, intent, capture_before=capture_before, is_authenticated=is_authenticated
    )
    return world.add(charge, "charge.succeeded")


def add_payment(world: World, intent: Json, method: Record, *, is_authenticated: bool) -> Record:
    """Take the amount of an intent from a card at once."""
    charge = _card_charge(world, intent, method)
    charge["payment_method_details"] = _details(method, intent, is_authenticated=is_authenticated)
    charge |= {"captured": True, "amount_captured": charge["amount"]}
    if intent["capture_method"] == "automatic_async":
        # The charge is told first, its balance transaction later; who counts on it too early should notice here.
        record = world.add(charge, "charge.succeeded")
        _book(world, record)
        world.save(record, "charge.updated")
        return record
    record = world.add(charge)
    _book(world, record)
    world.save(record)
    world.announce("charge.succeeded", record.body, account=record.account)
    return record


def add_failure(world: World, intent: Json, method: Record, decline: Decline) -> Record:
    """Note that a card was declined."""
    charge = _card_charge(world, intent, method)
    charge["payment_method_details"] = _details(method, intent)
    charge |= {
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": _outcome("issuer_declined", decline),
        "paid": False,
        "status": "failed",
    }
    return world.add(charge, "charge.failed")


def capture(world: World, record: Record, amount: int) -> None:
    """Take a part of a hold, or all of it; the rest is released for good."""
    record.body |= {"captured": True, "amount_captured": amount}
    _book(world, record)
    world.save(record, "charge.captured")


def add_received(world: World, transfer: Json, *, available_on: int) -> Record:
    """Credit a connected account with a transfer: on its side that is a payment."""
    account = transfer["destination"]
    charge = {
        **_charge(world, "py", amount=transfer["amount"], currency=transfer["currency"]),
        "amount_captured": transfer["amount"],
        "captured": True,
        "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
        "source_transfer": transfer["id"],
    }
    record = world.add(charge, account=account)
    credit = balance_transactions.add(
        world,
        record.body,
        amount=transfer["amount"],
        kind="payment",
        category="charge",
        available_on=available_on,
        account=account,
    )
    record.body["balance_transaction"] = credit.id
    world.save(record)
    return record


def available_on(world: World, charge: Json) -> int:
    """Tell when the money of a captured charge is, or became, available."""
    entry = world.find(charge["balance_transaction"])
    assert entry, charge
    return max(world.timestamp, int(entry.body["available_on"]))


def retrieve(world: World, _given: Given, charge: str) -> Json:
    """Show a charge."""
    return world.get(KIND, charge).body


def list_all(world: World, given: Given) -> Json:
    """List charges."""
    return page(world, KIND, URL, given, by=["customer", "payment_intent", "transfer_group"])


def _book(world: World, record: Record) -> None:
    charge = record.body
    method = world.find(charge["payment_method"])
    card = TEST_CARDS.get(method.hidden["number"]) if method else None
    wait = timedelta() if card and card.is_available_at_once else balance_transactions.SETTLES_AFTER
    entry = balance_transactions.add(
        world,
        charge,
        amount=charge["amount_captured"],
        fee=balance_transactions.fee_for(charge["amount_captured"], charge["currency"]),
        kind="charge",
        category="charge",
        available_on=world.timestamp + int(wait.total_seconds()),
    )
    charge["balance_transaction"] = entry.id


def _card_charge(world: World, intent: Json, method: Record) -> Json:
    return {
        **_charge(world, "ch", amount=intent["amount"], currency=intent["currency"]),
        "billing_details": method.body["billing_details"],
        "calculated_statement_descriptor": "STAND-IN",
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": intent["metadata"],
        "outcome": _outcome("authorized"),
        "payment_intent": intent["id"],
        "payment_method": method.id,
        "receipt_email": intent["receipt_email"],
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "transfer_group": intent["transfer_group"],
    }


def _charge(world: World, prefix: str, *, amount: int, currency: str) -> Json:
    return {
        "id": new_id(prefix),
        "object": KIND,
        "amount": amount,
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": payment_methods.NO_ADDRESS,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": None,
        "captured": False,
        "created": world.timestamp,
        "currency": currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": True,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": None,
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def _details(
    method: Record, intent: Json, *, capture_before: int | None = None, is_authenticated: bool = False
) -> Json:
    card = payment_methods.charged_card(
        method, amount=intent["amount"], capture_before=capture_before, is_authenticated=is_authenticated
    )
    return {"card": card, "type": "card"}


def _outcome(kind: str, decline: Decline | None = None) -> Json:
    return {
        "advice_code": decline and decline.advice_code,
        "network_advice_code": None,
        "network_decline_code": decline and "05",
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline and decline.decline_code,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": kind,
    }


def _refunds(world: World, charge: Json) -> Json:
    found = world.every("refund", charge=charge["id"])
    return list_object(f"{URL}/{charge['id']}/refunds", [refund.body for refund in found])


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint(
            "GET",
            URL,
            lists_by(customer=Text(), payment_intent=Text(), transfer_group=Text()),
            list_all,
            is_scoped=True,
        ),
        Endpoint("GET", f"{URL}/<charge>", RETRIEVE, retrieve, is_scoped=True),
    ),
    links=frozenset({"balance_transaction", "customer", "payment_intent", "source_transfer"}),
    parts={"refunds": _refunds},
)
