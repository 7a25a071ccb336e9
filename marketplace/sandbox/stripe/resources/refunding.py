"""Refunding: how money goes back to a card, and how it may come back after all."""

from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.cards import RefundEnd
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import balance_transactions, charging, disputing
from marketplace.sandbox.stripe.resources.refund_body import card_refund

REFERENCE_AFTER = timedelta(days=1)  # Then the bank knows the refund by a number that the customer can ask for.
INSTRUCTIONS_LAST = timedelta(days=45)
LATER = timedelta(minutes=5)  # When a test card changes its mind.

FAILURE_REASONS = ("declined", "expired_or_canceled_card", "insufficient_funds", "lost_or_stolen_card", "unknown")


class Status(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Action(StrEnum):
    """What can happen to a refund."""

    ASK = "ask"
    SUCCEED = "succeed"
    FAIL = "fail"
    CANCEL = "cancel"


LIFECYCLE = StateTable[Status, Action]({
    (Status.PENDING, Action.ASK): Status.REQUIRES_ACTION,
    (Status.PENDING, Action.SUCCEED): Status.SUCCEEDED,
    (Status.PENDING, Action.FAIL): Status.FAILED,
    (Status.PENDING, Action.CANCEL): Status.CANCELED,
    (Status.REQUIRES_ACTION, Action.SUCCEED): Status.SUCCEEDED,
    (Status.REQUIRES_ACTION, Action.FAIL): Status.FAILED,
    (Status.REQUIRES_ACTION, Action.CANCEL): Status.CANCELED,
    (Status.SUCCEEDED, Action.FAIL): Status.FAILED,  # A bank may send the money back days later.
})  # fmt: skip


def give_back(world: World, charge: Record, amount: int, *, reason: str | None, metadata: Json) -> Record:
    """Give back what a charge took, or a part of it; the balance pays at once, whenever it arrives."""
    body = card_refund(world, charge.body, amount, reason=reason)
    record = world.add({**body, "metadata": metadata})
    entry = _book(world, record, charge, -amount, kind="refund", available_on=charging.available_on(world, charge.body))
    record.body["balance_transaction"] = entry.id
    _plan(world, record, charge)
    world.save(record, "refund.created")
    charging.count_refunded(charge, amount)
    world.save(charge, "charge.refunded")
    if charge.body["refunded"]:
        _end_inquiries(world, charge)
    return record


def release(world: World, charge: Record, event_type: str, *, reason: str | None = None) -> None:
    """Let go of a hold: the charge counts as refunded, although no money ever moved."""
    refund = card_refund(world, charge.body, charge.body["amount"], reason=reason)
    refund["destination_details"]["card"] = {"type": "reversal"}
    world.add(refund)
    charging.count_refunded(charge, charge.body["amount"])
    world.save(charge, event_type)


def go_on(world: World, record: Record) -> None:
    """Let happen what is due: the test card's part, or the number by which the bank knows the refund."""
    planned = record.hidden.pop("then", None)
    if planned == Action.SUCCEED:
        succeed(world, record)
    elif planned == Action.FAIL:
        fail(world, record, "expired_or_canceled_card")
    elif record.body["status"] == Status.SUCCEEDED:
        record.body["destination_details"]["card"] |= {
            "reference": new_id("", length=23)[1:],
            "reference_status": "available",
        }
        tell(world, record)
    else:
        world.save(record)


def ask(world: World, record: Record) -> None:
    """Let a pending refund wait for the customer, who says by e-mail where the money shall go."""
    charge = _charge_of(world, record)
    _move(record, Action.ASK)
    email = charge.body["billing_details"]["email"]
    record.body |= {
        "instructions_email": email,
        "next_action": {
            "display_details": {
                "email_sent": {"email_sent_at": world.timestamp, "email_sent_to": email},
                "expires_at": world.timestamp + int(INSTRUCTIONS_LAST.total_seconds()),
            },
            "type": "display_details",
        },
    }
    tell(world, record)


def succeed(world: World, record: Record) -> None:
    """Let a refund arrive."""
    _move(record, Action.SUCCEED)
    tell(world, record)


def fail(world: World, record: Record, reason: str) -> None:
    """Let the bank send the money back, even if it had arrived: the balance gets it, and the charge is owed again."""
    _move(record, Action.FAIL)
    _take_back(world, record, reason)
    tell(world, record, "refund.failed")


def cancel(world: World, record: Record) -> None:
    """Stop a refund that has not arrived."""
    _move(record, Action.CANCEL)
    _take_back(world, record, "merchant_request")
    tell(world, record)


def allows(record: Record, action: Action) -> bool:
    """Tell whether something can happen to a refund now."""
    is_of_money = record.body["balance_transaction"] is not None and not record.account
    return is_of_money and LIFECYCLE.allows(Status(record.body["status"]), action)


def tell(world: World, record: Record, *more: str) -> None:
    """Keep and announce a change, under every name that Stripe has for it."""
    world.save(record, "refund.updated", "charge.refund.updated", *more)


def _plan(world: World, record: Record, charge: Record) -> None:
    card = charging.card_behind(world, charge.body)
    if card is None:
        return
    end = card.refund
    if end == RefundEnd.AT_ONCE:
        record.due_at = world.timestamp + int(REFERENCE_AFTER.total_seconds())
        return
    if end == RefundEnd.SUCCEEDS_LATER:
        record.body |= {"status": str(Status.PENDING), "pending_reason": "processing"}
    record.hidden["then"] = str(Action.SUCCEED if end == RefundEnd.SUCCEEDS_LATER else Action.FAIL)
    record.due_at = world.timestamp + int(LATER.total_seconds())


def _take_back(world: World, record: Record, reason: str) -> None:
    charge = _charge_of(world, record)
    amount = record.body["amount"]
    entry = _book(world, record, charge, amount, kind="refund_failure", available_on=world.timestamp)
    record.body |= {"failure_balance_transaction": entry.id, "failure_reason": reason}
    charging.count_refunded(charge, -amount)
    world.save(charge, "charge.updated")


def _book(world: World, record: Record, charge: Record, amount: int, *, kind: str, available_on: int) -> Record:
    words = "REFUND FOR CHARGE" if kind == "refund" else "REFUND FAILURE"
    description = f"{words} ({charge.body['description']})" if charge.body["description"] else words
    return balance_transactions.add(
        world,
        {**record.body, "description": description},
        amount=amount,
        kind=kind,
        category=kind,
        available_on=available_on,
    )


def _move(record: Record, action: Action) -> None:
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))
    record.hidden.pop("then", None)
    record.due_at = None
    for gone in ("pending_reason", "next_action", "instructions_email"):
        record.body.pop(gone, None)


def _charge_of(world: World, record: Record) -> Record:
    charge = world.find(record.body["charge"])
    assert charge, record
    return charge


def _end_inquiries(world: World, charge: Record) -> None:
    for dispute in world.every("dispute", charge=charge.id):
        if disputing.allows(dispute, disputing.Action.DROP):
            disputing.drop(world, dispute)
