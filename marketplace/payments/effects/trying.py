"""Trying a saved card, to pay in one step or to renew a hold: either all is set aside, or nothing is left of the try.

First the payment is made, with nothing set aside, and noted; only what is noted is tried. So whoever gives it up in
between knows what to let go.
"""

from datetime import datetime

from marketplace.payments.effects.calls import Call, ask_once
from marketplace.payments.effects.pages import cancel
from marketplace.payments.gateway import CardOrder, Intent, Refused, gateway
from marketplace.payments.rules import SET_ASIDE

WANTS_OWNER = "requires_action"  # Stripe's word for a payment whose bank wants to hear from its customer.
TRIED = SET_ASIDE | {"canceled"}


def prepare(call: Call, order: CardOrder, now: datetime) -> str:
    """Make a payment with which nothing is set aside yet; gives its id."""
    return ask_once(
        call,
        now,
        look=lambda: None,  # Nothing is set aside by it: another one does no harm.
        ask=lambda: gateway().prepare_payment(order, mark=call.mark, key=call.key),
    )


def try_card(call: Call, intent_id: str, card_id: str, now: datetime, *, is_away: bool) -> tuple[Intent, str]:
    """Try a card; gives the payment as it was then, and why nothing is set aside, which is let go by now."""

    def look() -> Intent | None:
        found = gateway().intent(intent_id)
        return found if found.status in TRIED else None

    def ask() -> Intent:
        gateway().confirm(intent_id, card_id, is_away=is_away, key=f"{call.key}:confirm")
        return gateway().intent(intent_id)

    refusal = "the bank wants its customer"
    try:
        intent = ask_once(call, now, look=look, ask=ask)
    except Refused as error:  # Perhaps because it is set aside already: look before you say so.
        refusal, intent = str(error), gateway().intent(intent_id)
    if intent.status not in SET_ASIDE:
        give_up(call, intent_id, now)
    return intent, refusal


def give_up(call: Call, intent_id: str, now: datetime) -> None:
    """Let go of what a try may have set aside."""
    cancel(call, intent_id, now, step=":cancel")
