"""What can be done with money. Each state change and its postings are one transaction; Stripe is asked afterwards."""

from marketplace.payments.commands.accounts import ask_account, describe_account, refuse_account
from marketplace.payments.commands.calls import ACCOUNT, CALL, EVENT, REFRESH, store_event
from marketplace.payments.commands.chargebacks import apply_dispute, respond, responded
from marketplace.payments.commands.debts import owe_instead, reversed_, write_off
from marketplace.payments.commands.events import (
    CaptureFailed,
    ChargebackEnded,
    ChargebackOpened,
    HoldLapsed,
    HoldPlaced,
    PaidOut,
    RefundFailed,
)
from marketplace.payments.commands.holds import capture, offer_checkout, open_hold, release
from marketplace.payments.commands.outcomes import apply_intent, lapse, refuse_capture
from marketplace.payments.commands.payouts import (
    fall_due,
    mark_paid_by_hand,
    pay_by_hand_instead,
    settle,
    transferred,
)
from marketplace.payments.commands.reconciliation import note_lines
from marketplace.payments.commands.refunds import describe_refund, pay_back_by_hand, refund, refuse_refund

__all__ = [
    "ACCOUNT",
    "CALL",
    "EVENT",
    "REFRESH",
    "CaptureFailed",
    "ChargebackEnded",
    "ChargebackOpened",
    "HoldLapsed",
    "HoldPlaced",
    "PaidOut",
    "RefundFailed",
    "apply_dispute",
    "apply_intent",
    "ask_account",
    "capture",
    "describe_account",
    "describe_refund",
    "fall_due",
    "lapse",
    "mark_paid_by_hand",
    "note_lines",
    "offer_checkout",
    "open_hold",
    "owe_instead",
    "pay_back_by_hand",
    "pay_by_hand_instead",
    "refund",
    "refuse_account",
    "refuse_capture",
    "refuse_refund",
    "release",
    "respond",
    "responded",
    "reversed_",
    "settle",
    "store_event",
    "transferred",
    "write_off",
]
