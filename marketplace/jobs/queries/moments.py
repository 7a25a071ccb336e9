"""Reading what is due: what may be done now, and what time has made of requests."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from marketplace.jobs import rules
from marketplace.jobs.disputes import DisputeStatus
from marketplace.jobs.models import Dispute, Job, Reminder
from marketplace.jobs.rules import PURPOSE, REMIND_AHEAD, ReminderKind
from marketplace.kernel.errors import IllegalMove
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import LATEST_ANSWER, OfferStatus
from marketplace.payments.models import Hold, Renewal
from marketplace.payments.rules import LAST_CALL, RENEW_AHEAD, HoldStatus
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import CONFIRM_AFTER, Mode, Status
from providers.profiles import queries as profiles
from providers.profiles.rules.reviews import ReviewSubject

SEARCHING = frozenset({Status.MATCHING, Status.UNMATCHED})


def check_may_write(support_request: SupportRequest) -> None:
    """Raise `IllegalMove` unless there is somebody to write to."""
    if support_request.status not in rules.MAY_WRITE:
        raise IllegalMove(state=support_request.status, action="write")


def check_may_correct_time(support_request: SupportRequest) -> None:
    """Raise `IllegalMove` once the time is what is argued about, or shared."""
    if support_request.status not in rules.MAY_CORRECT_TIME:
        raise IllegalMove(state=support_request.status, action="correct_time")


def check_may_rate(session: Session, support_request: SupportRequest, about: ReviewSubject) -> None:
    """Raise `IllegalMove` before the end, `RatedAlready` after the first rating."""
    if support_request.status not in rules.MAY_RATE:
        raise IllegalMove(state=support_request.status, action="rate")
    if about in profiles.reviews_of(session, support_request.id):
        raise rules.RatedAlready


def is_overdue_for_confirmation(support_request: SupportRequest, now: datetime) -> bool:
    """Tell whether a customer has said nothing for so long that it counts as a yes."""
    resolved_at = support_request.resolved_at
    if support_request.status is not Status.RESOLVED or resolved_at is None:
        return False
    return resolved_at + CONFIRM_AFTER <= now


def overdue_for_confirmation(session: Session, now: datetime) -> list[int]:
    """List the requests whose customers have said nothing for 72 hours."""
    silent = select(SupportRequest.id).filter_by(status=Status.RESOLVED)
    return list(session.scalars(silent.where(SupportRequest.resolved_at <= now - CONFIRM_AFTER)))


def holds_to_renew(session: Session, now: datetime) -> list[int]:
    """List the requests that still wait for a partner when the bank is about to let go, and will wait beyond that."""
    near_its_end = (
        select(SupportRequest.id)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .outerjoin(Renewal, (Renewal.hold_id == Hold.id) & (Renewal.capture_before == Hold.capture_before))
        .where(SupportRequest.status.in_(SEARCHING), Hold.status == HoldStatus.HELD, Renewal.id.is_(None))
        .where(Hold.capture_before <= now + RENEW_AHEAD, Hold.capture_before > now + LAST_CALL)
        .where(or_(SupportRequest.starts_at.is_(None), SupportRequest.starts_at > Hold.capture_before))
    )
    return list(session.scalars(near_its_end.order_by(SupportRequest.id)))


def overdue_searches(session: Session, now: datetime) -> list[int]:
    """List the requests for which it is too late to find somebody.

    The bank lets go soon, a session would start, or nobody is left to be asked for a quote, and that for long.
    """
    lapsing = select(Hold.subject_id).filter_by(purpose=PURPOSE, status=HoldStatus.HELD)
    searching = select(SupportRequest.id).where(SupportRequest.status.in_(SEARCHING))
    too_late = or_(
        SupportRequest.id.in_(lapsing.where(Hold.capture_before <= now + LAST_CALL)),
        SupportRequest.starts_at <= now + LATEST_ANSWER,
        _is_quiet(now),
    )
    return list(session.scalars(searching.where(too_late).order_by(SupportRequest.id)))


def _is_quiet(now: datetime) -> ColumnElement[bool]:
    """Tell of a request for quotes whether nobody is left, and nothing has been heard for long."""
    since = now - rules.QUOTES_SEARCH
    news = select(Offer.id).where(Offer.request_id == SupportRequest.id, Offer.answered_at > since)
    for_quotes = (SupportRequest.mode == Mode.QUOTES) & (SupportRequest.status == Status.UNMATCHED)
    return for_quotes & (SupportRequest.submitted_at <= since) & ~news.exists()


def is_search_over(session: Session, support_request: SupportRequest, now: datetime) -> bool:
    """Tell of one request, which is locked, whether it is still among those of `overdue_searches`."""
    return support_request.id in overdue_searches(session, now)


def quotes_to_remind_of(session: Session, now: datetime) -> list[int]:
    """List the requests of which a quote soon runs out that their customers have not been reminded of."""
    latest = select(func.max(Quote.id)).where(Quote.offer_id == Offer.id).scalar_subquery()
    reminded = select(Reminder.about_id).filter_by(kind=ReminderKind.QUOTE)
    running_out = (
        select(Offer.request_id)
        .join(SupportRequest, SupportRequest.id == Offer.request_id)
        .where(SupportRequest.status == Status.MATCHING, Offer.status == OfferStatus.QUOTED)
        .where(Offer.expires_at <= now + REMIND_AHEAD, Offer.expires_at > now, latest.not_in(reminded))
    )
    return sorted(set(session.scalars(running_out)))


def answers_to_remind_of(session: Session, now: datetime) -> list[int]:
    """List the requests in whose dispute the partner's answer is awaited soon, or in vain, without a reminder yet."""
    awaited = select(Job.request_id).join(Dispute, Dispute.job_id == Job.id).where(Dispute.status == DisputeStatus.OPEN)
    told = {kind: select(Reminder.about_id).filter_by(kind=kind) for kind in ReminderKind}
    soon = (Dispute.answer_by > now) & Dispute.id.not_in(told[ReminderKind.ANSWER_SOON])
    due = (Dispute.answer_by <= now) & Dispute.id.not_in(told[ReminderKind.ANSWER_DUE])
    return sorted(session.scalars(awaited.where(Dispute.answer_by <= now + REMIND_AHEAD, or_(soon, due))))


def unmatched(session: Session) -> list[int]:
    """List the requests that nobody has taken."""
    return list(
        session.scalars(select(SupportRequest.id).filter_by(status=Status.UNMATCHED).order_by(SupportRequest.id))
    )
