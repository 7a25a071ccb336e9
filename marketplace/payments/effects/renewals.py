"""Calls about holds that are set aside once more: with a saved card, or on a page to which the payer is asked."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call, read_call
from marketplace.payments.effects.cards import customer_of
from marketplace.payments.effects.pages import cancel, checkout_order, checkout_page, close
from marketplace.payments.effects.trying import prepare, try_card
from marketplace.payments.gateway import CardOrder, Refused, gateway
from marketplace.payments.models import Hold, Renewal
from marketplace.payments.rules import SET_ASIDE, CallKind, RenewalStatus


@dataclass(frozen=True, slots=True)
class _Facts:
    """A renewal and its hold as they stand: no transaction may be open while Stripe is asked."""

    id: int
    status: RenewalStatus
    customer_id: str | None
    card_id: str | None
    session_id: str | None
    intent_id: str | None
    replaced_intent_id: str | None
    hold_id: int
    payer_id: int
    amount: Money
    description: str


def _read(renewal_id: int) -> _Facts:
    renewal = reading().get_one(Renewal, renewal_id)
    hold = reading().get_one(Hold, renewal.hold_id)
    found = _Facts(
        id=renewal.id,
        status=renewal.status,
        customer_id=renewal.customer_id,
        card_id=renewal.card_id,
        session_id=renewal.checkout_session_id,
        intent_id=renewal.payment_intent_id,
        replaced_intent_id=renewal.replaced_intent_id,
        hold_id=hold.id,
        payer_id=hold.payer_id,
        amount=hold.asked,
        description=hold.description,
    )
    reading().rollback()
    return found


def renew(call: Call, now: datetime) -> None:
    """Set the amount aside once more with a saved card, its owner away."""
    renewal = _read(call.about_id)
    if renewal.status is not RenewalStatus.TRYING:
        return
    assert renewal.customer_id is not None
    assert renewal.card_id is not None
    order = CardOrder(renewal.hold_id, renewal.amount, renewal.description, renewal.customer_id)
    try:
        intent_id = renewal.intent_id or prepare(call, order, now)
    except Refused as refusal:
        _ask(call, str(refusal), now)
        return
    with transaction() as session:
        may_try = commands.prepare_renewal(session, renewal.id, intent_id)
    if may_try:
        _try(call, intent_id, renewal.card_id, now)


def _try(call: Call, intent_id: str, card_id: str, now: datetime) -> None:
    intent, refusal = try_card(call, intent_id, card_id, now, is_away=True)
    if intent.status not in SET_ASIDE:
        _ask(call, refusal, now)
        return
    with transaction() as session:
        commands.apply_renewal(session, call.about_id, intent, now=now)


def _ask(call: Call, reason: str, now: datetime) -> None:
    with transaction() as session:
        commands.ask_payer(session, call.about_id, reason, now=now)


def make_page(call: Call, now: datetime) -> None:
    """Make the page on which the payer sets the amount aside once more; if Stripe makes none, the renewal ends."""
    renewal = _read(call.about_id)
    try:
        order = checkout_order(renewal.hold_id, _customer_of(renewal, now))
        checkout = checkout_page(order, call, now)
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_renewal(session, renewal.id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.offer_renewal(session, renewal.id, checkout, now=now)


def _customer_of(renewal: _Facts, now: datetime) -> str:
    """Give the customer for whom the page is made, the same whenever it is made again."""
    if renewal.customer_id is not None:
        return renewal.customer_id
    customer_id = customer_of(renewal.payer_id, now)
    with transaction() as session:
        commands.renew_as(session, renewal.id, customer_id)
    return customer_id


def let_go(call: Call, now: datetime) -> None:
    """Let go of what is not needed: the payment that was replaced, or all there is of a renewal that was given up."""
    renewal = _read(call.about_id)
    if renewal.replaced_intent_id is not None:
        cancel(call, renewal.replaced_intent_id, now)
    else:
        _give_up(call, renewal, now)
    with transaction() as session:
        commands.renewal_let_go(session, renewal.id, now=now)


def _give_up(call: Call, renewal: _Facts, now: datetime) -> None:
    """Close the page and cancel the payment, whichever of them there is."""
    session_id, intent_id = renewal.session_id, renewal.intent_id
    if session_id is None:
        making = queries.latest_call(reading(), CallKind.ASK, renewal.id)
        make = read_call(making) if making else None
        reading().rollback()
        if make is not None:  # The page may have been made without our hearing of it: make it under the same key.
            make_page(make, now)
            session_id = _read(renewal.id).session_id
    if session_id is not None:
        intent_id = close(gateway().checkout(session_id)).payment_intent_id or intent_id
    if intent_id is not None:
        cancel(call, intent_id, now)
