"""Those who work for a provider: a job goes on to a colleague; whoever leaves has none under way."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries, rules
from marketplace.jobs.commands import booking
from marketplace.jobs.commands.barring import bar_where_nobody_is_certified
from marketplace.jobs.commands.moving import overtake_moves
from marketplace.jobs.models import Job
from marketplace.kernel import audit
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.matching import queries as offers
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import OPEN
from providers.availability import commands as availability
from providers.profiles import commands as profiles
from providers.profiles import queries as profiles_read
from providers.profiles.models import Member
from providers.profiles.rules import WORKING, MemberRole


def hand_on(session: Session, reference: str, *, member: Member, to_id: int, now: datetime) -> None:
    """Let a colleague go on with a job; a session is booked in the colleague's time.

    Raises:
        NotFound: it is no job of this member's provider, or nobody like this takes jobs there.
        JobIsOver: there is nothing left to hand on.
        DoubleBooked: it is a session, and the colleague has another one at that time.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    if support_request.status not in OPEN:
        raise rules.JobIsOver
    colleague = profiles_read.colleague(session, member.provider_id, to_id)
    if not profiles_read.lock_worker(session, colleague.id):
        raise NotFound(member_id=to_id)
    if colleague.id == job.member_id:
        return
    before = job.member_id
    _give(session, job, colleague, now)
    support_request.version += 1
    audit.record(session, job, "hand_on", by=member.person_id, at=now, member=colleague.person_id)
    announce(session, events.JobHandedOn(job.id, member.person_id, now, before))


def _give(session: Session, job: Job, colleague: Member, now: datetime) -> None:
    job.member_id = colleague.id
    session.flush()
    session.expire(job, ["member"])
    if job.when is not None:
        availability.free(session, job.request_id)
        overtake_moves(session, job, now)  # It was agreed with the other.
        job.call_link = None  # It was the other's.
        job.sequence += 1
        booking.take_time(session, job, now)


def part(session: Session, by: Member, member_id: int, *, now: datetime) -> None:
    """Let somebody work for a provider no longer: themselves, or the owner decides.

    Raises:
        StillAtWork: this person has jobs under way, or quotes that may be chosen.
        OnlyOwners, NotFound, OwnerStays: see `profiles.part`.
    """
    _lock(session, by.provider_id)
    _check_at_rest(session, by.provider_id, member_id)
    profiles.part(session, by, member_id, now=now)
    bar_where_nobody_is_certified(session, by.provider, now)


def change_role(session: Session, by: Member, member_id: int, role: MemberRole, *, now: datetime) -> None:
    """Give a colleague another role.

    Raises:
        StillAtWork: the role takes no jobs, and this person has some under way, or quotes that may be chosen.
        OnlyOwners, NotFound, OwnerStays: see `profiles.change_role`.
    """
    _lock(session, by.provider_id)
    if role not in WORKING:
        _check_at_rest(session, by.provider_id, member_id)
    profiles.change_role(session, by, member_id, role, now=now)
    bar_where_nobody_is_certified(session, by.provider, now)


def _lock(session: Session, provider_id: int) -> None:
    """Hold on to what the provider is asked for, and then to its people: whoever accepts does it in this order."""
    for request_id in offers.requests_offered_to(session, provider_id):
        requests.lock_request(session, request_id)
    profiles_read.lock_colleagues(session, provider_id)


def _check_at_rest(session: Session, provider_id: int, member_id: int) -> None:
    under_way = [one for one in queries.jobs_under_way(session, member_id) if one.provider_id == provider_id]
    if under_way or queries.quotes_that_stand(session, provider_id, member_id):
        raise rules.StillAtWork
