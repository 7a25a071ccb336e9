"""Sessions at a time: taking a member's time for one, holding it, and calling it off."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import queries, rules, terms
from marketplace.jobs.models import Job, SessionReminder
from marketplace.kernel.database import insert_new
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_moment, format_money
from marketplace.support_requests.models import SupportRequest
from providers.availability import commands as availability
from providers.availability.rules import ONE_HOUR


def take_time(session: Session, job: Job, now: datetime) -> None:
    """Book the member for a session; other jobs need no time of their own.

    Reminders whose moment has passed are not sent any more: whoever agrees on a time so late knows it.

    Raises:
        DoubleBooked: the member has another session then, or too near.
    """
    if job.when is None:
        return
    availability.book(session, member_id=job.member_id, request_id=job.request_id, when=job.when)
    due_reminders(session, job, now)


def due_reminders(session: Session, job: Job, now: datetime) -> list[int]:
    """Note the reminders of a session whose moment has come; gives those that were not noted before, in hours."""
    assert job.starts_at is not None, "only sessions are reminded of"
    due = [ahead // ONE_HOUR for ahead in terms.REMINDERS if job.starts_at - ahead <= now]
    facts = {"job_id": job.id, "starts_at": job.starts_at, "at": now}
    return [hours for hours in due if insert_new(session, SessionReminder, hours_before=hours, **facts)]


def give_back_time(session: Session, support_request: SupportRequest) -> None:
    """Free the member of a session that does not take place; calendars are to learn of it."""
    availability.free(session, support_request.id)
    job = queries.job_of(session, support_request.id)
    if job is not None and job.starts_at is not None:
        job.sequence += 1


def check_begun(job: Job, now: datetime) -> None:
    """Raise `NotBegun` before the start of a session."""
    if job.starts_at is not None and now < job.starts_at:
        raise terms.NotBegun(moment=format_moment(job.starts_at))


def fee_for_calling_off(session: Session, support_request: SupportRequest, *, most: Money, now: datetime) -> Money:
    """Tell what the partner keeps of a session that its customer calls off now, by the published rules.

    Raises:
        AskYourPartner: it is no session, or it has begun.
        FeeHasRisen: it is above the most that the customer has agreed to.
    """
    job = queries.job_of(session, support_request.id)
    if job is None or job.starts_at is None or not terms.may_call_off(job.starts_at, now):
        raise rules.AskYourPartner
    fee = terms.kept(job.price, job.starts_at, now)
    if fee > most:
        raise terms.FeeHasRisen(fee=format_money(fee))
    return fee
