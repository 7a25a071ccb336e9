"""Topping up: the platform sends money of its own to its balance, which takes a day."""

from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.resources import balance_transactions

KIND = "topup"

ARRIVES_AFTER = timedelta(days=1)
FAILURES = MappingProxyType({
    "debit_not_authorized": "The bank did not authorize the debit.",
    "insufficient_funds": "The bank account has insufficient funds.",
})  # fmt: skip


class Status(StrEnum):
    """Where it stands."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Action(StrEnum):
    """What can happen to it."""

    SUCCEED = "succeed"
    FAIL = "fail"
    CANCEL = "cancel"


LIFECYCLE = StateTable[Status, Action]({
    (Status.PENDING, Action.SUCCEED): Status.SUCCEEDED,
    (Status.PENDING, Action.FAIL): Status.FAILED,
    (Status.PENDING, Action.CANCEL): Status.CANCELED,
})  # fmt: skip


def begin(world: World, given: Given) -> Record:
    """Ask the platform's bank for an amount."""
    arrives_on = world.timestamp + int(ARRIVES_AFTER.total_seconds())
    body = {
        "id": new_id("tu"),
        "object": KIND,
        "amount": given["amount"],
        "balance_transaction": None,
        "created": world.timestamp,
        "currency": given["currency"],
        "description": given.get("description"),
        "expected_availability_date": arrives_on,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "source": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "status": str(Status.PENDING),
        "transfer_group": given.get("transfer_group"),
    }
    return world.add(body, "topup.created", due_at=arrives_on)


def succeed(world: World, record: Record) -> None:
    """Let the money arrive: it is available at once."""
    _move(record, Action.SUCCEED)
    entry = balance_transactions.add(world, record.body, amount=record.body["amount"], kind="topup", category="topup")
    record.body["balance_transaction"] = entry.id
    world.save(record, "topup.succeeded")


def fail(world: World, record: Record, code: str) -> None:
    """Let the bank refuse."""
    _move(record, Action.FAIL)
    record.body |= {"failure_code": code, "failure_message": FAILURES[code]}
    world.save(record, "topup.failed")


def cancel(world: World, record: Record) -> None:
    """Give it up before the money has arrived."""
    _move(record, Action.CANCEL)
    world.save(record, "topup.canceled")


def allows(record: Record, action: Action) -> bool:
    """Tell whether something can happen to it now."""
    return LIFECYCLE.allows(Status(record.body["status"]), action)


def _move(record: Record, action: Action) -> None:
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))
    record.due_at = None
