"""What can be done with money. Each state change and its postings are one transaction; Stripe is asked afterwards."""

from marketplace.payments.commands.calls import (
    ACCOUNT,
    CALL,
    EVENT,
    REFRESH,
    note_answer,
    owe_call,
    store_event,
)
from marketplace.payments.commands.events import (
    CaptureFailed,
    HoldLapsed,
    HoldPlaced,
    PaidOut,
)
from marketplace.payments.commands.holds import (
    capture,
    offer_checkout,
    open_hold,
    refund,
    release,
    settle,
)
from marketplace.payments.commands.outcomes import (
    apply_intent,
    lapse,
    refunded,
    refuse_capture,
)
from marketplace.payments.commands.payouts import (
    ask_account,
    describe_account,
    mark_paid_by_hand,
    note_paid,
    pay_by_hand_instead,
    refuse_account,
    transferred,
)

__all__ = [
    "ACCOUNT",
    "CALL",
    "EVENT",
    "REFRESH",
    "CaptureFailed",
    "HoldLapsed",
    "HoldPlaced",
    "PaidOut",
    "apply_intent",
    "ask_account",
    "capture",
    "describe_account",
    "lapse",
    "mark_paid_by_hand",
    "note_answer",
    "note_paid",
    "offer_checkout",
    "open_hold",
    "owe_call",
    "pay_by_hand_instead",
    "refund",
    "refunded",
    "refuse_account",
    "refuse_capture",
    "release",
    "settle",
    "store_event",
    "transferred",
]
