"""Where a session takes place."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries
from marketplace.kernel import audit
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from providers.profiles.models import Member


def set_call_link(session: Session, reference: str, *, member: Member, call_link: str | None, now: datetime) -> None:
    """Give a session a link of its own, or the usual one of its member again.

    Raises:
        NotFound: it is no session that this member holds.
        IllegalMove: it has ended.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    if job.starts_at is None or job.member_id != member.id:
        raise NotFound(reference=reference)
    queries.check_may_write(support_request)
    if call_link == job.call_link:
        return
    job.call_link = call_link
    job.sequence += 1
    support_request.version += 1
    audit.record(session, job, "set_call_link", by=member.person_id, at=now)
    announce(session, events.CallLinkChanged(support_request.id, now))
