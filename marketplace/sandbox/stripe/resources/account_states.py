"""The states of a connected account: what Stripe asks its owner for, and what it may do meanwhile.

See https://docs.stripe.com/connect/handling-api-verification.
"""

from collections.abc import Iterable
from copy import deepcopy
from datetime import timedelta
from enum import StrEnum

from marketplace.sandbox.stripe.engine.copying import changes
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.account_body import NOTHING_DUE, application_body, capability_body

ASKED = "individual.verification.document"
BANK = "external_account"
ANSWER_WITHIN = timedelta(days=14)
OUT_OF_REACH = "deauthorised"  # Whose an account is that left the platform.

REJECTIONS = ("fraud", "incomplete_verification", "listed", "other", "terms_of_service")
PLATFORM_REJECTIONS = ("fraud", "other", "terms_of_service")


class State(StrEnum):
    """Where an account stands after its onboarding."""

    COMPLETE = "complete"
    DUE_SOON = "due_soon"
    PAST_DUE = "past_due"
    PENDING_VERIFICATION = "pending_verification"
    UNDER_REVIEW = "under_review"
    PAYOUTS_PAUSED = "payouts_paused"


def put(world: World, record: Record, state: State) -> None:
    """Bring an account into a state."""
    record.due_at = None
    if state == State.COMPLETE:
        become(world, record, _requirements(), capabilities="active", can_pay_out=True)
    elif state == State.DUE_SOON:
        deadline = world.timestamp + int(ANSWER_WITHIN.total_seconds())
        record.due_at = deadline
        due = _requirements(currently_due=[ASKED], current_deadline=deadline)
        become(world, record, due, capabilities="active", can_pay_out=True)
    elif state == State.PAST_DUE:
        due = _requirements(currently_due=[ASKED], past_due=[ASKED], disabled_reason="requirements.past_due")
        become(world, record, {**due, "errors": [_error()]}, capabilities="inactive", can_pay_out=False)
    elif state == State.PENDING_VERIFICATION:
        due = _requirements(pending_verification=[ASKED], disabled_reason="requirements.pending_verification")
        become(world, record, due, capabilities="pending", can_pay_out=False)
    elif state == State.UNDER_REVIEW:
        become(world, record, _requirements(disabled_reason="under_review"), capabilities="inactive", can_pay_out=False)
    else:
        due = _requirements(currently_due=[BANK], past_due=[BANK], disabled_reason="requirements.past_due")
        become(world, record, due, capabilities="active", can_pay_out=False)


def miss_deadline(world: World, record: Record) -> None:
    """Disable an account whose owner did not answer in time."""
    put(world, record, State.PAST_DUE)


def reject(world: World, record: Record, reason: str) -> None:
    """Turn an account away for good; `reason` is one of `REJECTIONS`, by the platform with `platform_` before it."""
    record.due_at = None
    due = _requirements(disabled_reason=f"rejected.{reason}")
    become(world, record, due, capabilities="inactive", can_pay_out=False)


def is_rejected(record: Record) -> bool:
    """Tell whether an account was turned away."""
    return str(record.body["requirements"]["disabled_reason"]).startswith("rejected.")


def deauthorise(world: World, record: Record) -> None:
    """Let an account leave the platform, which cannot reach it any more."""
    record.due_at = None
    record.account = OUT_OF_REACH
    world.save(record)
    world.announce("account.application.deauthorized", application_body(), account=record.id)


def is_within_reach(record: Record | None) -> bool:
    """Tell whether there is such an account, and it has not left the platform."""
    return record is not None and record.body["object"] == "account" and record.account != OUT_OF_REACH


def may_be_negative(record: Record) -> bool:
    """Tell whether an account's balance may become negative, because the platform answers for its losses."""
    answers = record.body["controller"]["losses"]["payments"] == "application"
    return answers and not record.hidden.get("keeps_positive", False)


def become(
    world: World, record: Record, requirements: Json, *, capabilities: str, can_pay_out: bool, **more: object
) -> None:
    """Change what is due and what an account may do, and tell what changed; `more` are further fields."""
    before = deepcopy(record.body)
    account = record.body
    account |= {
        **more,
        "capabilities": dict.fromkeys(account["capabilities"], capabilities),
        "charges_enabled": capabilities == "active" and "card_payments" in account["capabilities"],
        "payouts_enabled": can_pay_out,
        "requirements": requirements,
    }
    world.save(record)
    for name in before["capabilities"]:
        old, new = capability_body(before, name), capability_body(account, name)
        if old != new:
            world.announce("capability.updated", new, account=record.id, previous=changes(old, new))
    if changes(before, account):
        world.announce("account.updated", account, account=record.id, previous=changes(before, account))


def _requirements(
    *,
    currently_due: Iterable[str] = (),
    past_due: Iterable[str] = (),
    pending_verification: Iterable[str] = (),
    current_deadline: int | None = None,
    disabled_reason: str | None = None,
) -> Json:
    return {
        **NOTHING_DUE,
        "current_deadline": current_deadline,
        "currently_due": list(currently_due),
        "disabled_reason": disabled_reason,
        "eventually_due": list(currently_due),
        "past_due": list(past_due),
        "pending_verification": list(pending_verification),
    }


def _error() -> Json:
    return {
        "code": "verification_document_not_readable",
        "reason": "The document could not be read. Upload a document with good lighting.",
        "requirement": ASKED,
    }
