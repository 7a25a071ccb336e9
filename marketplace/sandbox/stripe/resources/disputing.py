"""Disputing: the owner of a card complains at the bank, and the bank decides.

An inquiry (the `warning_` states) takes no money yet; a dispute takes the amount at once, with a fee, and gives the
amount back when it is won. Who answers pays a second fee, which comes back when the dispute is won.
See https://docs.stripe.com/disputes/how-disputes-work and https://stripe.com/pricing.
"""

from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.resources import amounts, balance_transactions, charging
from marketplace.sandbox.stripe.resources.balance_transactions import Fee
from marketplace.sandbox.stripe.resources.dispute_body import KIND, dispute_body

ANSWER_WITHIN = timedelta(days=9)
INQUIRY_LASTS = timedelta(days=120)
FEE_HUNDREDTHS = 1500  # 15.00 of the main unit, for being disputed; the same again for answering.

ADJUSTMENT = "adjustment"


class Status(StrEnum):
    """Where a dispute stands."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


class Action(StrEnum):
    """What can happen to a dispute."""

    ANSWER = "answer"
    ESCALATE = "escalate"
    DROP = "drop"
    WIN = "win"
    LOSE = "lose"


LIFECYCLE = StateTable[Status, Action]({
    (Status.WARNING_NEEDS_RESPONSE, Action.ANSWER): Status.WARNING_UNDER_REVIEW,
    (Status.WARNING_NEEDS_RESPONSE, Action.ESCALATE): Status.NEEDS_RESPONSE,
    (Status.WARNING_NEEDS_RESPONSE, Action.DROP): Status.WARNING_CLOSED,
    (Status.WARNING_UNDER_REVIEW, Action.ESCALATE): Status.NEEDS_RESPONSE,
    (Status.WARNING_UNDER_REVIEW, Action.DROP): Status.WARNING_CLOSED,
    (Status.NEEDS_RESPONSE, Action.ANSWER): Status.UNDER_REVIEW,
    (Status.NEEDS_RESPONSE, Action.WIN): Status.WON,  # The cardholder takes it back.
    (Status.NEEDS_RESPONSE, Action.LOSE): Status.LOST,
    (Status.UNDER_REVIEW, Action.WIN): Status.WON,
    (Status.UNDER_REVIEW, Action.LOSE): Status.LOST,
})  # fmt: skip

# While the dispute stands so, its amount is not the platform's.
TAKEN = frozenset({Status.NEEDS_RESPONSE, Status.UNDER_REVIEW, Status.LOST})

# Evidence that decides at once: https://docs.stripe.com/testing#evidence
VERDICTS = MappingProxyType({
    "winning_evidence": Action.WIN,
    "losing_evidence": Action.LOSE,
    "escalate_inquiry_evidence": Action.ESCALATE,
})  # fmt: skip


def disputable(world: World, charge: Record) -> int:
    """Tell how much of a charge can be disputed: what was taken, less what was given back or is disputed already."""
    body = charge.body
    is_card = charging.card_behind(world, body) is not None
    if not body["captured"] or not is_card:
        return 0
    return max(0, int(body["amount_captured"]) - int(body["amount_refunded"]) - taken_from(world, charge))


def taken_from(world: World, charge: Record) -> int:
    """Tell how much of a charge disputes have taken."""
    found = world.every(KIND, charge=charge.id)
    return sum(int(one.body["amount"]) for one in found if one.body["status"] in TAKEN)


def begin(world: World, charge: Record, *, reason: str, amount: int | None = None, is_inquiry: bool = False) -> Record:
    """Let the owner of a card dispute a charge, or a part of it.

    Raises:
        Refused: so much of it cannot be disputed.
    """
    most = disputable(world, charge)
    amount = amount or most
    if not 0 < amount <= most:
        raise Refused(f"At most {most} {charge.body['currency']} of {charge.id} can be disputed.", param="amount")
    status = Status.WARNING_NEEDS_RESPONSE if is_inquiry else Status.NEEDS_RESPONSE
    due_by = world.timestamp + int(ANSWER_WITHIN.total_seconds())
    body = dispute_body(world, charge.body, amount=amount, reason=reason, status=str(status), due_by=due_by)
    charge.body["disputed"] = True
    world.save(charge)
    if is_inquiry:
        lasts_until = world.timestamp + int(INQUIRY_LASTS.total_seconds())
        return world.add(body, "charge.dispute.created", due_at=lasts_until)
    record = world.add(body, due_at=due_by)
    _withdraw(world, record, charge)
    world.save(record)
    for told in ("charge.dispute.created", "charge.dispute.funds_withdrawn"):
        world.announce(told, record.body, account=record.account)
    return record


def answer(world: World, record: Record) -> None:
    """Hand the evidence to the bank; what it says comes later."""
    move(record, Action.ANSWER)
    details = record.body["evidence_details"]
    details["submission_count"] += 1
    record.due_at = None
    if record.body["status"] == Status.UNDER_REVIEW:
        _answering_fee(world, record, -1)
    else:
        record.due_at = record.body["created"] + int(INQUIRY_LASTS.total_seconds())
    verdict = VERDICTS.get(record.body["evidence"]["uncategorized_text"] or "")
    if verdict:
        record.hidden["verdict"] = str(verdict)
        record.due_at = world.timestamp
    world.save(record, "charge.dispute.updated")


def escalate(world: World, record: Record) -> None:
    """Let an inquiry become a dispute, which takes the amount."""
    move(record, Action.ESCALATE)
    charge = _charge_of(world, record)
    record.body["is_charge_refundable"] = False
    record.body["payment_method_details"]["card"]["case_type"] = "chargeback"
    due_by = world.timestamp + int(ANSWER_WITHIN.total_seconds())
    record.body["evidence_details"]["due_by"] = due_by
    record.due_at = due_by
    _withdraw(world, record, charge)
    world.save(record, "charge.dispute.updated")
    world.announce("charge.dispute.funds_withdrawn", record.body, account=record.account)


def drop(world: World, record: Record) -> None:
    """End an inquiry: nothing was taken."""
    move(record, Action.DROP)
    _close(world, record)


def lose(world: World, record: Record) -> None:
    """Decide for the owner of the card: what was taken stays taken."""
    move(record, Action.LOSE)
    _close(world, record)


def win(world: World, record: Record) -> None:
    """Decide for the platform: the amount comes back, and the fee for answering; the other fee does not."""
    was_answered = record.body["status"] == Status.UNDER_REVIEW
    move(record, Action.WIN)
    charge = _charge_of(world, record)
    _adjust(world, record, charge, record.body["amount"], category="dispute_reversal", words="Chargeback reversal for")
    if was_answered:
        _answering_fee(world, record, 1)
    record.body["is_charge_refundable"] = True
    _close(world, record)
    world.announce("charge.dispute.funds_reinstated", record.body, account=record.account)


def settle(world: World, record: Record) -> None:
    """Let happen what is due: the verdict that the evidence asked for, or what comes of no answer in time."""
    verdict = record.hidden.pop("verdict", None)
    status = Status(record.body["status"])
    is_inquiry = status in {Status.WARNING_NEEDS_RESPONSE, Status.WARNING_UNDER_REVIEW}
    if verdict == Action.WIN and not is_inquiry:
        win(world, record)
    elif verdict == Action.ESCALATE and is_inquiry:
        escalate(world, record)
    elif is_inquiry:
        drop(world, record)
    else:
        lose(world, record)


def move(record: Record, action: Action) -> None:
    """Bring a dispute to its next state."""
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))


def allows(record: Record, action: Action) -> bool:
    """Tell whether something can happen to a dispute now."""
    return LIFECYCLE.allows(Status(record.body["status"]), action)


def _close(world: World, record: Record) -> None:
    record.due_at = None
    world.save(record)
    world.announce("charge.dispute.closed", record.body, account=record.account)


def _charge_of(world: World, record: Record) -> Record:
    charge = world.find(record.body["charge"])
    assert charge, record
    return charge


def _withdraw(world: World, record: Record, charge: Record) -> None:
    fee = amounts.of_main_unit(FEE_HUNDREDTHS, record.body["currency"])
    words = "Chargeback withdrawal for"
    _adjust(world, record, charge, -record.body["amount"], category="dispute", words=words, fee=fee)


def _adjust(
    world: World, record: Record, charge: Record, amount: int, *, category: str, words: str, fee: int = 0
) -> None:
    entry = balance_transactions.add(
        world,
        {**record.body, "description": f"{words} {charge.id}"},
        amount=amount,
        kind=ADJUSTMENT,
        category=category,
        fee=Fee(fee, "Dispute fee"),
        available_on=charging.available_on(world, charge.body),
    )
    record.body["balance_transactions"] = [*record.body["balance_transactions"], entry.body]


def _answering_fee(world: World, record: Record, sign: int) -> None:
    fee = amounts.of_main_unit(FEE_HUNDREDTHS, record.body["currency"])
    words = "Dispute countered fee" if sign < 0 else "Dispute countered fee, given back"
    source = {**record.body, "description": f"{words}: {record.id}"}
    balance_transactions.add(world, source, amount=sign * fee, kind="stripe_fee", category="fee")
