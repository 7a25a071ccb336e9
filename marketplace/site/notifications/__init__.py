"""Letters that tell people what happened: calm, short, with what comes next and by when, and one thing to do.

`wiring.SUBSCRIBERS` says which event causes which letter. Each function loads who is concerned and owes them a letter
in their own language and time zone; nobody is told of what they did themselves.
"""

from marketplace.site.notifications.accounts import address_is_known, confirm_address, reset_password
from marketplace.site.notifications.extras import extra_ended, extra_paid, extra_proposed
from marketplace.site.notifications.life import (
    matching_started,
    payment_failed,
    payment_lapsed,
    request_accepted,
    request_cancelled,
    request_closed,
    request_reopened,
    request_resolved,
    request_unmatched,
)
from marketplace.site.notifications.money import chargeback_ended, chargeback_opened, paid_out, refund_failed
from marketplace.site.notifications.terms import session_called_off
from marketplace.site.notifications.work import message_written, offer_made, promise_missed

__all__ = [
    "address_is_known",
    "chargeback_ended",
    "chargeback_opened",
    "confirm_address",
    "extra_ended",
    "extra_paid",
    "extra_proposed",
    "matching_started",
    "message_written",
    "offer_made",
    "paid_out",
    "payment_failed",
    "payment_lapsed",
    "promise_missed",
    "refund_failed",
    "request_accepted",
    "request_cancelled",
    "request_closed",
    "request_reopened",
    "request_resolved",
    "request_unmatched",
    "reset_password",
    "session_called_off",
]
