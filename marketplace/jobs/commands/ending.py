"""How a request ends: solved and confirmed, taken up again, cancelled."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation import commands as conversation
from marketplace.conversation.rules import Side
from marketplace.jobs import disputes, events, queries, rules
from marketplace.jobs.commands import booking, paying
from marketplace.jobs.commands.extras import overtake_extras
from marketplace.jobs.commands.moves import move
from marketplace.jobs.commands.moving import overtake_moves
from marketplace.jobs.rules import FIRST_PART, PURPOSE
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _
from marketplace.matching import commands as matching
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.models import Hold
from marketplace.payments.rules import MAY_RELEASE, HoldStatus, RefundCause
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Mode, Status
from providers.profiles import commands as profile_commands
from providers.profiles.models import Member


def confirm(session: Session, reference: str, *, customer_id: int, now: datetime) -> None:
    """Say that it is solved: the partner is paid.

    Raises:
        IllegalMove: no solution was stated.
        PaymentUnderWay: the payment is being taken just now.
    """
    _close(session, requests.lock_own_request(session, reference, customer_id), by=customer_id, now=now)


def confirm_for_silent_customer(session: Session, request_id: int, *, now: datetime) -> None:
    """Close a request whose customer has said nothing for 72 hours."""
    support_request = requests.lock_request(session, request_id)
    if queries.is_overdue_for_confirmation(support_request, now):
        _close(session, support_request, by=None, now=now)


def _close(session: Session, support_request: SupportRequest, *, by: int | None, now: datetime) -> None:
    following = LIFECYCLE.after(support_request.status, Action.CONFIRM)
    job = queries.job_of(session, support_request.id)
    assert job is not None
    money.lock_holds(session, PURPOSE, support_request.id)  # What is kept of them must not change any more.
    for hold in money.live_holds(session, PURPOSE, support_request.id):  # Gone: what was settled before a reopening.
        if hold.status is not HoldStatus.RELEASING:
            due = queries.due(session, job) if hold.part == FIRST_PART else hold.kept
            paying.settle(session, hold, job, due=due, now=now)
    if support_request.closed_at is None:
        profile_commands.count_job(session, job.provider_id)
    support_request.closed_at = now
    move(session, support_request, following, Action.CONFIRM, by=by, now=now)
    announce(session, events.RequestClosed(support_request.id, now))


def reopen(session: Session, reference: str, *, customer_id: int, reason: str, now: datetime) -> None:
    """Say that it is not solved: the same partner goes on, at no new charge.

    Raises:
        IllegalMove: no solution was stated.
        TooLateToReopen: more than 14 days have passed.
        DecidedForGood: a dispute has ended it.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    following = LIFECYCLE.after(support_request.status, Action.REOPEN)
    if queries.is_decided(session, queries.job_of(session, support_request.id)):
        raise disputes.DecidedForGood
    if not rules.may_reopen(support_request.closed_at or support_request.resolved_at, now):
        raise rules.TooLateToReopen
    move(session, support_request, following, Action.REOPEN, by=customer_id, now=now)
    conversation.write(
        session, support_request.id, author_id=customer_id, side=Side.CUSTOMER, body=reason, tells=False, now=now
    )
    announce(session, events.RequestReopened(support_request.id, now))


def cancel(
    session: Session, reference: str, *, customer_id: int, reason: str, fee: Money | None = None, now: datetime
) -> None:
    """Take back one's own request before work has begun; what was held is let go.

    A session can be called off until it begins; the partner keeps a part of the price by the published rules.

    Args:
        session: the transaction in which it is done.
        reference: of the request.
        customer_id: whose it is.
        reason: in the customer's words.
        fee: the most that the customer is ready to pay for calling a session off; nothing if not given.
        now: the present moment.

    Raises:
        AskYourPartner: work has begun.
        FeeHasRisen: calling it off costs more than the fee.
        PaymentUnderWay: the payment is being taken just now.
        IllegalMove: it has ended.
        InvalidInput: the fee is in another currency.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    LIFECYCLE.after(support_request.status, Action.CANCEL)
    kept = Money.zero(support_request.currency)
    if fee is not None and fee.currency != support_request.currency:
        raise InvalidInput({"fee": [_("Write an amount in the currency of the request.")]})
    if support_request.status not in rules.CUSTOMER_MAY_CANCEL:
        kept = booking.fee_for_calling_off(session, support_request, most=fee or kept, now=now)
    end(session, support_request, reason=reason, kept=kept, by=customer_id, now=now)


def give_back(session: Session, reference: str, *, member: Member, reason: str, now: datetime) -> None:
    """End a job that can't be done: the customer gets everything back.

    Raises:
        IllegalMove: nothing is being worked on.
        PaymentUnderWay: the payment is being taken just now.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    LIFECYCLE.after(support_request.status, Action.RESOLVE)
    end(session, support_request, reason=reason, by=member.person_id, now=now)


def end_search(session: Session, request_id: int, *, now: datetime) -> None:
    """Give up a search, so early that the bank still holds the money and lets go of it cleanly.

    A search for quotes, for which nothing is held, ends when nobody has been left to ask for as long as banks hold.
    """
    support_request = requests.lock_request(session, request_id)
    if support_request.mode is Mode.QUOTES and not queries.is_search_over(session, support_request, now):
        return  # Somebody was asked meanwhile.
    if support_request.status in {Status.MATCHING, Status.UNMATCHED}:
        hold = money.live_hold(session, PURPOSE, request_id)
        was_asked = hold is not None and hold.id in money.asked_renewals(session, [hold.id])
        end(session, support_request, reason="not_renewed" if was_asked else "nobody_in_time", by=None, now=now)


def renew_hold(session: Session, request_id: int, *, now: datetime) -> None:
    """Have the amount set aside once more for a request that still waits for a partner."""
    support_request = requests.lock_request(session, request_id)
    hold = money.live_hold(session, PURPOSE, request_id)
    if hold is not None and support_request.status in {Status.MATCHING, Status.UNMATCHED}:
        payments.renew(session, hold.id, now=now)


def end(
    session: Session,
    support_request: SupportRequest,
    *,
    reason: str,
    kept: Money | None = None,
    by: int | None,
    now: datetime,
) -> None:
    """Cancel a request that is locked: withdraw what is open, and let go of all the money but what is kept."""
    following = LIFECYCLE.after(support_request.status, Action.CANCEL)
    matching.close_search(session, support_request.id, now=now)
    overtake_extras(session, support_request, now=now)
    for hold in money.lock_holds(session, PURPOSE, support_request.id):
        if hold.status in MAY_RELEASE:
            payments.release(session, hold.id, now=now)
        elif hold.kept or hold.status is HoldStatus.CAPTURED:  # Also what was settled before a reopening.
            _give_back(session, support_request, hold, kept, by=by, now=now)
    booking.give_back_time(session, support_request)
    overtake_moves(session, queries.job_of(session, support_request.id), now)
    conversation.end_promises(session, support_request.id, now=now)
    support_request.cancel_reason = reason
    move(session, support_request, following, Action.CANCEL, by=by, now=now)
    announce(session, events.RequestCancelled(support_request.id, reason, now, by))


def _give_back(
    session: Session, support_request: SupportRequest, hold: Hold, kept: Money | None, *, by: int | None, now: datetime
) -> None:
    job = queries.job_of(session, support_request.id)
    if kept is None or job is None or hold.part != FIRST_PART:
        payments.refund(session, hold.id, by=by, now=now)
    else:
        paying.settle(session, hold, job, due=kept, cause=RefundCause.CANCELLED, by=by, now=now)
