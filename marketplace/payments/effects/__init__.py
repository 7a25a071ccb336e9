"""What the worker does with Stripe after the commit: calls that are owed, events to apply, holds to ask about.

Each function asks first, with no transaction open, and then writes down the answer in one transaction. All of them may
be repeated: calls carry the key of their own row, and an answer that is known already changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from marketplace.kernel import outbox
from marketplace.kernel.database import reading
from marketplace.payments.effects import given_back, holds, paid
from marketplace.payments.effects.calls import Call
from marketplace.payments.effects.events import apply_event, check_holds, refresh_hold
from marketplace.payments.effects.paid import open_account, refresh_account, release_reserves
from marketplace.payments.effects.reconciliation import reconcile
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind

__all__ = [
    "apply_event",
    "check_holds",
    "open_account",
    "perform_call",
    "reconcile",
    "refresh_account",
    "refresh_hold",
    "release_reserves",
]

_PERFORM: dict[CallKind, Callable[[Call, datetime], None]] = {
    CallKind.CHECKOUT: holds.make_checkout,
    CallKind.CAPTURE: holds.capture,
    CallKind.RELEASE: holds.release,
    CallKind.REFUND: given_back.refund,
    CallKind.TRANSFER: paid.transfer,
    CallKind.REVERSE: paid.reverse,
    CallKind.RESPOND: given_back.respond,
}


def perform_call(due: outbox.Due) -> None:
    """Make a call that is owed."""
    owed = reading().get_one(StripeCall, due.payload["call_id"])
    call = Call(owed.kind, owed.about_id, owed.key)
    is_answered = owed.answered_at is not None
    reading().rollback()
    if not is_answered:
        _PERFORM[call.kind](call, due.now)
