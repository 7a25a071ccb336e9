"""Charging: what is done to a charge, from the first try to the capture."""

from datetime import timedelta

from marketplace.sandbox.stripe.cards import Card, Decline, card_of
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import balance_transactions
from marketplace.sandbox.stripe.resources.balance_transactions import Fee
from marketplace.sandbox.stripe.resources.charge_body import card_charge, debit_charge, outcome, received_charge

# https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: shorter when the owner of the card is away.
HOLD = timedelta(days=7)
OFF_SESSION_HOLD = timedelta(days=4, hours=18)


def add_hold(world: World, intent: Json, method: Record, *, is_authenticated: bool, is_off_session: bool) -> Record:
    """Hold the amount of an intent on a card, to be captured within some days."""
    lasts = OFF_SESSION_HOLD if is_off_session else HOLD
    capture_before = world.timestamp + int(lasts.total_seconds())
    charge = card_charge(world, intent, method, capture_before=capture_before, is_authenticated=is_authenticated)
    return world.add(charge, "charge.succeeded")


def add_payment(world: World, intent: Json, method: Record, *, is_authenticated: bool) -> Record:
    """Take the amount of an intent from a card at once."""
    charge = card_charge(world, intent, method, is_authenticated=is_authenticated)
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
    charge = card_charge(world, intent, method)
    charge |= {
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": outcome("issuer_declined", decline),
        "paid": False,
        "status": "failed",
    }
    return world.add(charge, "charge.failed")


def add_pending(world: World, intent: Json, method: Record) -> Record:
    """Ask a bank to pay the amount of an intent; it answers later."""
    return world.add(debit_charge(world, intent, method), "charge.pending")


def settle_pending(world: World, record: Record, refusal: Decline | None) -> None:
    """Note how the bank answered; without a refusal it paid."""
    if refusal is None:
        record.body |= {"paid": True, "status": "succeeded"}
        _book(world, record)
    else:
        record.body |= {
            "amount_captured": 0,
            "captured": False,
            "failure_code": refusal.code,
            "failure_message": refusal.message,
            "outcome": outcome("issuer_declined", refusal),
            "status": "failed",
        }
    world.save(record)
    world.announce("charge.failed" if refusal else "charge.succeeded", record.body, account=record.account)


def capture(world: World, record: Record, amount: int) -> None:
    """Take a part of a hold, or all of it; the rest is released for good."""
    record.body |= {"captured": True, "amount_captured": amount}
    _book(world, record)
    world.save(record, "charge.captured")


def add_received(world: World, transfer: Json, *, available_on: int) -> Record:
    """Credit a connected account with a transfer: on its side that is a payment."""
    account = transfer["destination"]
    record = world.add(received_charge(world, transfer), account=account)
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


def count_refunded(charge: Record, amount: int) -> None:
    """Count what was given back; negative when it came back after all."""
    taken = charge.body["amount_captured"] or charge.body["amount"]
    charge.body["amount_refunded"] += amount
    charge.body["refunded"] = charge.body["amount_refunded"] >= taken


def available_on(world: World, charge: Json) -> int:
    """Tell when the money of a captured charge is, or became, available."""
    entry = world.find(charge["balance_transaction"])
    assert entry, charge
    return max(world.timestamp, int(entry.body["available_on"]))


def card_behind(world: World, charge: Json) -> Card | None:
    """Look up the test card that was charged; None when no card was."""
    method = world.find(charge["payment_method"]) if charge["payment_method"] else None
    return card_of(method.hidden["number"]) if method and "number" in method.hidden else None


def _book(world: World, record: Record) -> None:
    charge = record.body
    card = card_behind(world, charge)
    wait = timedelta() if card and card.is_available_at_once else balance_transactions.SETTLES_AFTER
    entry = balance_transactions.add(
        world,
        charge,
        amount=charge["amount_captured"],
        fee=Fee(balance_transactions.fee_for(charge["amount_captured"], charge["currency"])),
        kind="charge",
        category="charge",
        available_on=world.timestamp + int(wait.total_seconds()),
    )
    charge["balance_transaction"] = entry.id
    if card and card.dispute:
        record.due_at = world.timestamp  # Its owner complains as soon as everything else is done.
