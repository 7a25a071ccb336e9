"""Reminding people of what they soon can't do any more, or should have done; of each thing once."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries
from marketplace.jobs.commands.booking import due_reminders
from marketplace.jobs.disputes import DisputeStatus
from marketplace.jobs.models import Reminder
from marketplace.jobs.rules import REMIND_AHEAD, ReminderKind, remind_of_quote_at
from marketplace.kernel.database import insert_new
from marketplace.kernel.events import announce
from marketplace.matching import queries as offers
from marketplace.matching.models import Offer
from marketplace.matching.rules import OfferStatus
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import Status


def remind_of_quotes(session: Session, request_id: int, *, now: datetime) -> None:
    """Remind the customer of the quotes that soon can't be chosen any more."""
    if requests.lock_request(session, request_id).status is not Status.MATCHING:
        return
    quoted = [one for one in offers.lock_live_offers(session, request_id) if one.status is OfferStatus.QUOTED]
    ending = [one.id for one in quoted if _runs_out(one, now) and _is_first(session, ReminderKind.QUOTE, _id(one), now)]
    if ending:
        announce(session, events.QuotesRunOut(request_id, tuple(ending), now))


def _runs_out(offer: Offer, now: datetime) -> bool:
    assert offer.quote is not None, "it is quoted"
    return remind_of_quote_at(offer.quote.made_at, offer.expires_at) <= now < offer.expires_at


def _id(offer: Offer) -> int:
    assert offer.quote is not None, "it is quoted"
    return offer.quote.id


def remind_of_answer(session: Session, request_id: int, *, now: datetime) -> None:
    """Remind the partner of a dispute that waits for an answer, and when its time is over those who decide, too."""
    if requests.lock_request(session, request_id).status is not Status.DISPUTED:
        return
    job = queries.job_of(session, request_id)
    assert job is not None
    dispute = queries.lock_open_dispute(session, job)
    if dispute.status is not DisputeStatus.OPEN or now < dispute.answer_by - REMIND_AHEAD:
        return
    is_due = now >= dispute.answer_by
    if _is_first(session, ReminderKind.ANSWER_DUE if is_due else ReminderKind.ANSWER_SOON, dispute.id, now):
        announce(session, events.AnswerAwaited(dispute.id, request_id, is_due=is_due, at=now))


def remind_of_session(session: Session, request_id: int, *, now: datetime) -> None:
    """Remind both sides of a session that is near: of each start once for each time ahead, the nearest if several."""
    support_request = requests.lock_request(session, request_id)
    job = queries.job_of(session, request_id)
    if support_request.status is not Status.IN_PROGRESS or job is None or job.starts_at is None or now >= job.starts_at:
        return
    hours = due_reminders(session, job, now)
    if hours:
        announce(session, events.SessionNear(request_id, min(hours), now))


def _is_first(session: Session, kind: ReminderKind, about_id: int, now: datetime) -> bool:
    """Note a reminder; tells whether there was none before."""
    return insert_new(session, Reminder, kind=kind, about_id=about_id, at=now)
