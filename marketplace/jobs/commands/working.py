"""Work on a job: the thread, promises, the solution."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.conversation import commands as conversation
from marketplace.conversation.models import Message
from marketplace.conversation.rules import Side
from marketplace.jobs import events, queries
from marketplace.jobs.commands import booking
from marketplace.jobs.commands.extras import overtake_extras
from marketplace.jobs.commands.moves import move
from marketplace.jobs.models import Resolution
from marketplace.jobs.rules import Solution
from marketplace.kernel import storage
from marketplace.kernel.events import announce
from marketplace.kernel.storage import StoredFile, Upload
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import LIFECYCLE, Action
from providers.profiles import commands as profile_commands
from providers.profiles.models import Member


def write_as_customer(
    session: Session, reference: str, *, customer_id: int, body: str, uploads: Sequence[Upload], now: datetime
) -> Message:
    """Write in the thread of one's own request.

    Raises:
        IllegalMove: there is nobody to write to, or it has ended.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    queries.check_may_write(support_request)
    sent = _keep(session, uploads, customer_id, now)
    return conversation.write(
        session, support_request.id, author_id=customer_id, side=Side.CUSTOMER, body=body, files=sent, now=now
    )


def write_as_provider(
    session: Session,
    reference: str,
    *,
    member: Member,
    body: str,
    uploads: Sequence[Upload],
    next_update_in: timedelta | None,
    now: datetime,
) -> Message:
    """Write in the thread of a job, and promise the next update.

    Raises:
        IllegalMove: it has ended.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    queries.check_may_write(support_request)
    if job.first_answer_at is None:
        job.first_answer_at = now
        minutes = int((now - job.accepted_at).total_seconds()) // 60
        profile_commands.count_first_answer(session, job.provider_id, minutes=minutes)
    return conversation.write(
        session,
        support_request.id,
        author_id=member.person_id,
        member_id=member.id,
        side=Side.VENDOR if support_request.is_vendors else Side.PROVIDER,
        body=body,
        files=_keep(session, uploads, member.person_id, now),
        next_update_at=None if next_update_in is None else now + next_update_in,
        now=now,
    )


def _keep(session: Session, uploads: Sequence[Upload], owner_id: int, now: datetime) -> list[StoredFile]:
    return [storage.save(session, upload, owner_id=owner_id, now=now) for upload in uploads]


def promise(session: Session, reference: str, *, member: Member, due_in: timedelta, now: datetime) -> None:
    """Promise the next update of a job.

    Raises:
        IllegalMove: nothing is being worked on.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    LIFECYCLE.after(support_request.status, Action.RESOLVE)
    conversation.promise(session, support_request.id, member_id=member.id, due_at=now + due_in, now=now)
    support_request.version += 1


def resolve(session: Session, reference: str, *, member: Member, solution: Solution, now: datetime) -> None:
    """State what fixed it; the customer confirms.

    Raises:
        IllegalMove: nothing is being worked on.
        NotBegun: it is a session that is still to come.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    following = LIFECYCLE.after(support_request.status, Action.RESOLVE)
    booking.check_begun(job, now)
    session.add(
        Resolution(
            job_id=job.id,
            member_id=member.id,
            cause=solution.cause,
            fix=solution.fix,
            prevention=solution.prevention,
            at=now,
        )
    )
    support_request.resolved_at = now
    overtake_extras(session, support_request, now=now)
    conversation.bring_news(session, support_request.id, now=now)
    move(session, support_request, following, Action.RESOLVE, by=member.person_id, now=now)
    announce(session, events.RequestResolved(support_request.id, now))
