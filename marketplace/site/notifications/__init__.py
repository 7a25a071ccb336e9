"""Letters that tell people what happened: calm, short, with what comes next and by when, and one thing to do.

`wiring.SUBSCRIBERS` says which event causes which letter. Each function loads who is concerned and owes them a letter
in their own language and time zone; nobody is told of what they did themselves.
"""

from marketplace.site.notifications.accounts import address_is_known, confirm_address, reset_password
from marketplace.site.notifications.applications import (
    application_answered,
    application_approved,
    application_questioned,
    application_refused,
    application_submitted,
    member_invited,
    member_joined,
)
from marketplace.site.notifications.businesses import (
    break_taken,
    business_handed_over,
    job_handed_on,
    language_proof_changed,
    member_parted,
    role_changed,
)
from marketplace.site.notifications.calendars import calendar_lost
from marketplace.site.notifications.certificates import (
    certificate_appeal_decided,
    certificate_appeal_made,
    certificate_ending,
    certificate_revoked,
    grace_began,
)
from marketplace.site.notifications.cover import (
    appeal_answered,
    appeal_made,
    policy_began,
    policy_disputed,
    policy_ended,
    policy_restored,
    policy_suspended,
    policy_unpaid,
)
from marketplace.site.notifications.disputes import (
    answer_awaited,
    dispute_answered,
    dispute_ended,
    dispute_opened,
    dispute_withdrawn,
)
from marketplace.site.notifications.exams import attempt_improved, exam_failed, exam_passed
from marketplace.site.notifications.extras import extra_ended, extra_paid, extra_proposed
from marketplace.site.notifications.holds import page_refused
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
from marketplace.site.notifications.money import (
    chargeback_ended,
    chargeback_opened,
    goodwill_given,
    inquiry_opened,
    paid_out,
    period_refund_failed,
    refund_failed,
)
from marketplace.site.notifications.papers import paper_issued
from marketplace.site.notifications.payees import payee_changed
from marketplace.site.notifications.quotes import (
    quote_accepted,
    quote_dismissed,
    quote_given,
    quote_unpaid,
    quote_withdrawn,
    quotes_run_out,
)
from marketplace.site.notifications.renewals import hold_renewed, renewal_asked, renewal_refused
from marketplace.site.notifications.reviews import review_decided, review_reported
from marketplace.site.notifications.searches import somebody_fits
from marketplace.site.notifications.sessions import (
    call_link_changed,
    move_ended,
    move_proposed,
    session_booked,
    session_is_off,
    session_moved,
    session_near,
)
from marketplace.site.notifications.stand_ins import stand_in_away, stand_in_freed, stand_in_named
from marketplace.site.notifications.standing import level_decided, provider_reinstated, provider_suspended
from marketplace.site.notifications.terms import session_called_off
from marketplace.site.notifications.work import message_written, offer_made, promise_missed

__all__ = [
    "address_is_known",
    "answer_awaited",
    "appeal_answered",
    "appeal_made",
    "application_answered",
    "application_approved",
    "application_questioned",
    "application_refused",
    "application_submitted",
    "attempt_improved",
    "break_taken",
    "business_handed_over",
    "calendar_lost",
    "call_link_changed",
    "certificate_appeal_decided",
    "certificate_appeal_made",
    "certificate_ending",
    "certificate_revoked",
    "chargeback_ended",
    "chargeback_opened",
    "confirm_address",
    "dispute_answered",
    "dispute_ended",
    "dispute_opened",
    "dispute_withdrawn",
    "exam_failed",
    "exam_passed",
    "extra_ended",
    "extra_paid",
    "extra_proposed",
    "goodwill_given",
    "grace_began",
    "hold_renewed",
    "inquiry_opened",
    "job_handed_on",
    "language_proof_changed",
    "level_decided",
    "matching_started",
    "member_invited",
    "member_joined",
    "member_parted",
    "message_written",
    "move_ended",
    "move_proposed",
    "offer_made",
    "page_refused",
    "paid_out",
    "paper_issued",
    "payee_changed",
    "payment_failed",
    "payment_lapsed",
    "period_refund_failed",
    "policy_began",
    "policy_disputed",
    "policy_ended",
    "policy_restored",
    "policy_suspended",
    "policy_unpaid",
    "promise_missed",
    "provider_reinstated",
    "provider_suspended",
    "quote_accepted",
    "quote_dismissed",
    "quote_given",
    "quote_unpaid",
    "quote_withdrawn",
    "quotes_run_out",
    "refund_failed",
    "renewal_asked",
    "renewal_refused",
    "request_accepted",
    "request_cancelled",
    "request_closed",
    "request_reopened",
    "request_resolved",
    "request_unmatched",
    "reset_password",
    "review_decided",
    "review_reported",
    "role_changed",
    "session_booked",
    "session_called_off",
    "session_is_off",
    "session_moved",
    "session_near",
    "somebody_fits",
    "stand_in_away",
    "stand_in_freed",
    "stand_in_named",
]
