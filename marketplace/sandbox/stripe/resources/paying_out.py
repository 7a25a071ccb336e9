"""Paying out: money goes from a balance to the bank, and may come back even after it had arrived."""

from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import accounts, balance_transactions, banks

KIND = "payout"

SUBMITTED_AFTER = timedelta(hours=1)
ARRIVES_AFTER = timedelta(days=2)

# Why a bank sends money back: https://docs.stripe.com/api/payouts/failures
FAILURES = MappingProxyType({
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "could_not_process": "The bank could not process this payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "incorrect_account_holder_name": "The name of the account holder is wrong.",
    "insufficient_funds": "The bank account has insufficient funds.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "no_account": "The bank account could not be located.",
})  # fmt: skip


class Status(StrEnum):
    """Where a payout stands."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


class Action(StrEnum):
    """What can happen to a payout."""

    SUBMIT = "submit"
    ARRIVE = "arrive"
    FAIL = "fail"
    CANCEL = "cancel"


LIFECYCLE = StateTable[Status, Action]({
    (Status.PENDING, Action.SUBMIT): Status.IN_TRANSIT,
    (Status.PENDING, Action.ARRIVE): Status.PAID,
    (Status.PENDING, Action.FAIL): Status.FAILED,
    (Status.PENDING, Action.CANCEL): Status.CANCELED,
    (Status.IN_TRANSIT, Action.ARRIVE): Status.PAID,
    (Status.IN_TRANSIT, Action.FAIL): Status.FAILED,
    (Status.PAID, Action.FAIL): Status.FAILED,  # Within some days the bank may send it back.
})  # fmt: skip


def begin(world: World, account: Record, amount: int, currency: str, given: Given, *, is_automatic: bool) -> Record:
    """Take an amount from an account's balance and send it to its bank."""
    bank = banks.default_of(account)
    assert bank, account
    whose = accounts.key_of(account)
    body = payout_body(world, amount, currency, given, bank=bank["id"], is_automatic=is_automatic)
    record = world.add(body, account=whose, due_at=world.timestamp + int(SUBMITTED_AFTER.total_seconds()))
    entry = _book(world, record, -amount, kind="payout", category="payout")
    record.body["balance_transaction"] = entry.id
    record.hidden["bad_bank"] = account.hidden.get("bad_bank")
    world.save(record)
    world.announce("payout.created", record.body, account=whose)
    if is_automatic:
        entry.hidden["payout"] = record.id
        world.save(entry)
    return record


def pay_out_all(world: World, account: Record, currency: str) -> Record | None:
    """Pay out all that is available, as Stripe does by itself each day; None when there is nothing."""
    whose = accounts.key_of(account)
    amount = balance_transactions.available(world, currency, whose)
    if amount <= 0 or banks.default_of(account) is None:
        return None
    record = begin(world, account, amount, currency, {"description": "STRIPE PAYOUT"}, is_automatic=True)
    for entry in _paid_out_by(world, whose, currency):
        entry.hidden["payout"] = record.id
        world.save(entry)
    record.body["reconciliation_status"] = "completed"
    world.save(record)
    world.announce("payout.reconciliation_completed", record.body, account=whose)
    return record


def go_on(world: World, record: Record) -> None:
    """Let happen what is due: the bank gets the payout, then it arrives or comes back."""
    if record.body["status"] == Status.PENDING:
        submit(world, record)
    elif record.hidden["bad_bank"]:
        fail(world, record, record.hidden["bad_bank"])
    else:
        arrive(world, record)


def submit(world: World, record: Record) -> None:
    """Hand a payout to the bank."""
    _move(record, Action.SUBMIT)
    record.due_at = record.body["arrival_date"]
    world.save(record, "payout.updated")


def arrive(world: World, record: Record) -> None:
    """Let a payout arrive at the bank."""
    _move(record, Action.ARRIVE)
    record.due_at = None
    world.save(record)
    world.announce("payout.paid", record.body, account=record.account)


def fail(world: World, record: Record, code: str) -> None:
    """Let the bank send a payout back, even if it had arrived: the balance gets it again."""
    _move(record, Action.FAIL)
    record.due_at = None
    entry = _book(world, record, record.body["amount"], kind="payout_failure", category="payout_reversal")
    record.body |= {
        "failure_balance_transaction": entry.id,
        "failure_code": code,
        "failure_message": FAILURES[code],
    }
    world.save(record)
    world.announce("payout.failed", record.body, account=record.account)
    account = world.find(record.account) if record.account else None
    if account:
        banks.break_off(world, account)


def cancel(world: World, record: Record) -> None:
    """Stop a payout before the bank gets it."""
    _move(record, Action.CANCEL)
    record.due_at = None
    entry = _book(world, record, record.body["amount"], kind="payout_cancel", category="payout_reversal")
    record.body["failure_balance_transaction"] = entry.id
    world.save(record)
    world.announce("payout.canceled", record.body, account=record.account)


def allows(record: Record, action: Action) -> bool:
    """Tell whether something can happen to a payout now."""
    return LIFECYCLE.allows(Status(record.body["status"]), action)


def payout_body(world: World, amount: int, currency: str, given: Given, *, bank: str, is_automatic: bool) -> Json:
    """Write a payout that the bank has not got yet."""
    nothing = (
        "application_fee application_fee_amount balance_transaction failure_balance_transaction failure_code "
        "failure_message original_payout payout_method reversed_by"
    ).split()
    return {
        **dict.fromkeys(nothing),
        "id": new_id("po"),
        "object": KIND,
        "amount": amount,
        "arrival_date": world.timestamp + int(ARRIVES_AFTER.total_seconds()),
        "automatic": is_automatic,
        "created": world.timestamp,
        "currency": currency,
        "description": given.get("description"),
        "destination": bank,
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "method": "standard",
        "reconciliation_status": "in_progress" if is_automatic else "not_applicable",
        "source_type": "card",
        "statement_descriptor": given.get("statement_descriptor"),
        "status": str(Status.PENDING),
        "trace_id": None,
        "type": "bank_account",
    }


def _paid_out_by(world: World, whose: str, currency: str) -> list[Record]:
    """List what makes up an available balance: all that settled since the last automatic payout."""
    query = select(objects).where(
        objects.c.kind == balance_transactions.KIND,
        objects.c.account == whose,
        objects.c.body["currency"].as_string() == currency,
        objects.c.body["status"].as_string() == balance_transactions.AVAILABLE,
        objects.c.hidden["payout"].as_string().is_(None),
    )
    return list(world.select(query))


def _book(world: World, record: Record, amount: int, *, kind: str, category: str) -> Record:
    description = "STRIPE PAYOUT" if amount < 0 else f"RETURN OF PAYOUT {record.id}"
    return balance_transactions.add(
        world,
        {**record.body, "description": description},
        amount=amount,
        kind=kind,
        category=category,
        account=record.account,
    )


def _move(record: Record, action: Action) -> None:
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))
