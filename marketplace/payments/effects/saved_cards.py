"""Paying a hold in one step, with a saved card whose owner is there."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call, read_call
from marketplace.payments.effects.holds import make_checkout
from marketplace.payments.effects.trying import WANTS_OWNER, give_up, prepare, try_card
from marketplace.payments.gateway import CardOrder, Intent, Refused, gateway
from marketplace.payments.models import Hold
from marketplace.payments.rules import SET_ASIDE, CallKind, CardRefusal


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is to be paid with which card: no transaction may be open while Stripe is asked."""

    order: CardOrder
    card_id: str
    is_saved: bool  # Its owner has not removed it.
    intent_id: str | None


def pay(call: Call, now: datetime) -> None:
    """Set the amount aside with the saved card that the payer has chosen; where that does not do, make a page."""
    facts = _read(call.about_id)
    if facts is None:  # It is paid, or was let go.
        _pay_on_page(call, CardRefusal.GONE, now)
        return
    try:
        intent_id = facts.intent_id or prepare(call, facts.order, now)
    except Refused:
        _pay_on_page(call, CardRefusal.DECLINED, now)
        return
    with transaction() as session:
        may_try = commands.prepare_payment(session, call.about_id, intent_id)
    if not may_try:  # Whoever lets go of the hold lets go of it.
        _pay_on_page(call, CardRefusal.GONE, now)
        return
    intent, refusal = _try(call, intent_id, facts, now)
    if intent.status not in SET_ASIDE:
        _pay_on_page(call, refusal, now)
        return
    with transaction() as session:
        commands.paid_by_card(session, call.about_id, intent, now=now)


def _read(hold_id: int) -> _Facts | None:
    hold = reading().get_one(Hold, hold_id)
    facts = None
    if hold.is_trying_card and hold.card_id is not None and hold.customer_id is not None:
        order = CardOrder(hold.id, hold.asked, hold.description, hold.customer_id)
        facts = _Facts(order, hold.card_id, queries.is_saved(reading(), hold.card_id), hold.tried_intent_id)
    reading().rollback()
    return facts


def _try(call: Call, intent_id: str, facts: _Facts, now: datetime) -> tuple[Intent, CardRefusal]:
    if not facts.is_saved:  # Perhaps it was tried before its owner has removed it.
        intent = gateway().intent(intent_id)
        if intent.status not in SET_ASIDE:
            give_up(call, intent_id, now)
        return intent, CardRefusal.GONE
    intent, _reason = try_card(call, intent_id, facts.card_id, now, is_away=False)
    wants_owner = intent.status == WANTS_OWNER
    return intent, CardRefusal.WANTS_OWNER if wants_owner else CardRefusal.DECLINED


def _pay_on_page(call: Call, refusal: CardRefusal, now: datetime) -> None:
    """Make the page at once: somebody waits for it."""
    with transaction() as session:
        is_needed = commands.pay_on_page(session, call.about_id, refusal, now=now)
    if not is_needed:
        return
    making = queries.latest_call(reading(), CallKind.CHECKOUT, call.about_id)
    assert making is not None
    make = read_call(making)
    reading().rollback()
    make_checkout(make, now)
