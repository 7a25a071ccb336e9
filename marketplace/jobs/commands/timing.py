"""Work by the hour: writing down the time."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import queries, terms
from marketplace.jobs.models import WorkTime
from marketplace.kernel.translate import format_minutes
from marketplace.support_requests.rules import LIFECYCLE, Action
from providers.profiles.models import Member


def write_time(session: Session, reference: str, *, member: Member, minutes: int, note: str, now: datetime) -> WorkTime:
    """Write down time that was worked on a job; a negative number takes back what was too much.

    Raises:
        NotFound: it is no job of this member's provider.
        NotByTheHour: it has a fixed price.
        IllegalMove: nothing is being worked on.
        TimeIsOver: it was solved before, and what is still to do costs nothing more.
        AboveTheCap, BelowNothing: there is not so much left, or nothing so long to take back.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    if job.kind is not ServiceKind.HOURLY or job.cap_minutes is None:
        raise terms.NotByTheHour
    if minutes < 0:
        queries.check_may_correct_time(support_request)
    else:
        LIFECYCLE.after(support_request.status, Action.RESOLVE)
        if queries.resolutions(session, job):
            raise terms.TimeIsOver
    written = queries.minutes_written(session, job)
    if written + minutes > job.cap_minutes:
        left = format_minutes(job.cap_minutes - written)
        raise terms.AboveTheCap(cap=format_minutes(job.cap_minutes), left=left)
    if written + minutes < 0:
        raise terms.BelowNothing(written=format_minutes(written))
    entry = WorkTime(job_id=job.id, member_id=member.id, minutes=minutes, note=note, at=now)
    session.add(entry)
    session.flush()  # Whoever asks gets its id.
    support_request.version += 1
    return entry
