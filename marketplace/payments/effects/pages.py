"""What all payments on Stripe's pages share: what a page is made for, and how it is closed."""

from datetime import datetime

from flask import current_app

from marketplace.accounts.models import Person
from marketplace.kernel.database import reading
from marketplace.payments.effects.calls import Call, ask_once
from marketplace.payments.gateway import Checkout, CheckoutOrder, Intent, Refused, gateway
from marketplace.payments.models import Hold

ENDED_INTENTS = frozenset({"succeeded", "canceled"})


def checkout_order(hold_id: int, customer_id: str) -> CheckoutOrder:
    """Say what the page for the amount of a hold is made for."""
    hold = reading().get_one(Hold, hold_id)
    payer = reading().get_one(Person, hold.payer_id)
    base_url = current_app.config["BASE_URL"]
    order = CheckoutOrder(
        hold_id=hold.id,
        amount=hold.asked,
        description=hold.description,
        customer_id=customer_id,
        language=payer.language,
        success_url=f"{base_url}/payments/{hold.id}/back",
        cancel_url=f"{base_url}{hold.return_path}",
    )
    reading().rollback()
    return order


def checkout_page(order: CheckoutOrder, call: Call, now: datetime) -> Checkout:
    """Make a page, or find the one that an earlier try has made.

    Raises:
        Refused: Stripe makes none.
    """
    return ask_once(
        call,
        now,
        look=lambda: gateway().find_checkout(call.mark, since=call.created_at),
        ask=lambda: gateway().create_checkout(order, mark=call.mark, key=call.key),
    )


def close(checkout: Checkout) -> Checkout:
    """Close a page if it is open; gives it as it was found, with the payment that was made on it."""
    if checkout.status != "open":
        return checkout
    try:
        gateway().expire_checkout(checkout.id)
    except Refused:  # The payer was faster: there is a payment to cancel now.
        return gateway().checkout(checkout.id)
    return checkout


def cancel(call: Call, intent_id: str, now: datetime, *, step: str = "") -> Intent:
    """Let go of all that is set aside by a payment; gives it as it is then. A call of several steps names this one."""

    def look() -> Intent | None:
        found = gateway().intent(intent_id)
        return found if found.status in ENDED_INTENTS else None

    def ask() -> Intent:
        gateway().cancel_intent(intent_id, key=f"{call.key}{step}")
        return gateway().intent(intent_id)

    try:
        return look() or ask_once(call, now, look=look, ask=ask)
    except Refused:  # Perhaps because it has just ended by itself: look before you say so.
        if (found := look()) is not None:
            return found
        raise
