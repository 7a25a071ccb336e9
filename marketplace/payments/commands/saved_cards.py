"""Paying in one step, with a saved card whose owner is there; where that does not do, on the Checkout page."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.outcomes import apply_intent
from marketplace.payments.gateway import Intent
from marketplace.payments.rules import SET_ASIDE, CallKind, CardRefusal


def prepare_payment(session: Session, hold_id: int, intent_id: str) -> bool:
    """Note the payment that was made for a hold, with nothing set aside yet; tells whether a card may be tried."""
    hold = queries.lock_hold(session, hold_id)
    if not hold.is_trying_card:
        return False
    hold.tried_intent_id = intent_id
    return True


def paid_by_card(session: Session, hold_id: int, intent: Intent, *, now: datetime) -> None:
    """Bring a hold to where Stripe says that the payment with a saved card is, as soon as something is set aside."""
    if intent.status in SET_ASIDE:
        apply_intent(session, hold_id, intent, now=now)
        note_answer(session, CallKind.PAY, hold_id, now, stripe_id=intent.id)


def pay_on_page(session: Session, hold_id: int, refusal: CardRefusal, *, now: datetime) -> bool:
    """Have the payer pay on a page, because the saved card did not do; tells whether that is needed still.

    Whatever was tried with the card must have been let go before.
    """
    hold = queries.lock_hold(session, hold_id)
    note_answer(session, CallKind.PAY, hold_id, now, stripe_id=None)
    if not hold.is_trying_card:
        return False
    hold.card_id = hold.customer_id = None
    hold.card_refusal = refusal
    audit.record(session, hold, "pay_on_page", by=None, at=now, reason=refusal)
    owe_call(session, CallKind.CHECKOUT, hold.id, now)
    return True
