"""What the worker does with Stripe after the commit: calls that are owed, events to apply, holds to ask about.

Each function asks first, with no transaction open, and then writes down the answer in one transaction. All of them may
be repeated: calls carry the key of their own row, and an answer that is known already changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from marketplace.kernel import outbox
from marketplace.kernel.database import reading
from marketplace.payments.effects import cards, given_back, holds, looking, paid, renewals, saved_cards, subscriptions
from marketplace.payments.effects.calls import Call, or_hopeless, read_call
from marketplace.payments.effects.cards import refresh_cards
from marketplace.payments.effects.catching_up import catch_up
from marketplace.payments.effects.events import apply_event, check_holds, refresh_hold
from marketplace.payments.effects.looking import earn, refresh_disputes
from marketplace.payments.effects.paid import refresh_account, release_reserves
from marketplace.payments.effects.reconciliation import reconcile
from marketplace.payments.effects.subscriptions import check_subscriptions, preview_change, refresh_subscription
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind

__all__ = [
    "apply_event",
    "catch_up",
    "check_holds",
    "check_subscriptions",
    "earn",
    "perform_call",
    "preview_change",
    "reconcile",
    "refresh_account",
    "refresh_cards",
    "refresh_disputes",
    "refresh_hold",
    "refresh_subscription",
    "release_reserves",
]

_PERFORM: dict[CallKind, Callable[[Call, datetime], None]] = {
    CallKind.CHECKOUT: holds.make_checkout,
    CallKind.PAY: saved_cards.pay,
    CallKind.CAPTURE: holds.capture,
    CallKind.RELEASE: holds.release,
    CallKind.REFUND: given_back.refund,
    CallKind.TRANSFER: paid.transfer,
    CallKind.REVERSE: paid.reverse,
    CallKind.RESPOND: given_back.respond,
    CallKind.RENEW: renewals.renew,
    CallKind.ASK: renewals.make_page,
    CallKind.LET_GO: renewals.let_go,
    CallKind.SETUP: cards.make_setup,
    CallKind.FORGET: cards.forget,
    CallKind.ACCOUNT: paid.open_account,
    CallKind.SUBSCRIBE: subscriptions.make_page,
    CallKind.WITHDRAW: subscriptions.withdraw,
    CallKind.SET_END: subscriptions.set_end,
    CallKind.CANCEL: subscriptions.cancel,
    CallKind.CHANGE: subscriptions.change,
    CallKind.REFUND_PERIOD: looking.refund_period,
    CallKind.PORTAL: subscriptions.open_portal,
}


@or_hopeless()
def perform_call(due: outbox.Due) -> None:
    """Make a call that is owed.

    Raises:
        Hopeless: Stripe has refused it, and no other step takes its place; a person must look.
    """
    owed = reading().get_one(StripeCall, due.payload["call_id"])
    call, is_answered = read_call(owed), owed.answered_at is not None
    reading().rollback()
    if not is_answered:
        _PERFORM[call.kind](call, due.now)
