"""What goes wrong with money in the demo: banks ask about payments and take them back, refunds and captures fail."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from flask import current_app

from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, effects, queries
from marketplace.payments.gateway import gateway
from marketplace.payments.models import ConnectedAccount
from marketplace.sandbox.stripe import by_hand
from marketplace.site.demo import bank
from marketplace.site.demo.casting import Casting
from marketplace.site.demo.content import script
from marketplace.site.demo.content.script import BankStep, Story
from marketplace.site.settings import Settings

Happening = Callable[[datetime], None]


def of(story: Story, request_id: int, casting: Casting) -> Iterator[tuple[datetime, Happening]]:
    """Tell what happens to the payment of a story when all else is over, and when; where nothing was paid, nothing."""
    hold = queries.latest_hold(reading(), PURPOSE, request_id)
    hold_id = hold.id if hold is not None and hold.charge_id is not None else None
    reading().rollback()
    if hold_id is None:
        return
    if story.bank is not None:
        yield from _bank_steps(story.bank, hold_id, casting)
    if story.refund_fails:
        moment = casting.now - story.ago + script.REFUND_CAME_BACK_AFTER
        yield moment, partial(_send_back, hold_id, story.refund_fails)


def let_capture_fail() -> None:
    """Let the bank give nothing when the next amount is taken."""
    by_hand.set_fault(stand_in(), "capture_refused")


def change_account(payee_id: int, lever: str, moment: datetime) -> None:
    """Let Stripe change its mind about a payee's account."""
    account_id = reading().get_one(ConnectedAccount, payee_id).stripe_account_id
    reading().rollback()
    assert account_id is not None, payee_id
    by_hand.pull(stand_in(), account_id, lever)
    effects.refresh_account(payee_id, moment)
    bank.perform(moment, now=moment)


def _bank_steps(step: BankStep, hold_id: int, casting: Casting) -> Iterator[tuple[datetime, Happening]]:
    begun = casting.now - step.ago
    yield begun, partial(_begin, hold_id, step)
    if step.answer:
        staff_id = casting.people["staff"].id
        yield begun + script.BANK_ANSWERED_AFTER, partial(_answer, hold_id, step.answer, staff_id)
    if step.verdict:
        yield begun + script.BANK_DECIDED_AFTER, partial(_decide, hold_id, step.verdict)


def _begin(hold_id: int, step: BankStep, moment: datetime) -> None:
    charge_id = queries.hold(reading(), hold_id).charge_id
    reading().rollback()
    assert charge_id is not None, hold_id
    _note(hold_id, by_hand.pull(stand_in(), charge_id, step.lever, reason=step.reason), moment)


def _answer(hold_id: int, words: str, staff_id: int, moment: datetime) -> None:
    with transaction() as session:
        [chargeback] = queries.chargebacks_of(session, [hold_id])
        commands.respond(session, chargeback.id, words, by=staff_id, now=moment)


def _decide(hold_id: int, verdict: str, moment: datetime) -> None:
    [chargeback] = queries.chargebacks_of(reading(), [hold_id])
    dispute_id = chargeback.stripe_dispute_id
    reading().rollback()
    _note(hold_id, by_hand.pull(stand_in(), dispute_id, verdict), moment)


def _note(hold_id: int, dispute_id: str, moment: datetime) -> None:
    dispute = gateway().dispute(dispute_id)
    with transaction() as session:
        commands.apply_dispute(session, hold_id, dispute, now=moment)


def _send_back(hold_id: int, reason: str, moment: datetime) -> None:
    """Let the bank send a refund back, though it had arrived."""
    for refund_id, stripe_id in _refunds(hold_id):
        by_hand.pull(stand_in(), stripe_id, "fail", reason=reason)
        state = gateway().refund_state(stripe_id)
        with transaction() as session:
            commands.describe_refund(session, refund_id, state, now=moment)


def _refunds(hold_id: int) -> list[tuple[int, str]]:
    found = queries.refunds_of(reading(), [hold_id])
    known = [(one.id, one.stripe_refund_id) for one in found if one.stripe_refund_id is not None]
    reading().rollback()
    return known


def stand_in() -> str:
    """Tell where the stand-in for Stripe is."""
    settings: Settings = current_app.extensions["handrail_settings"]
    return settings.stripe_api_base
