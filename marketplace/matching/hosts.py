"""Who could hold a guided session at the time that a customer wishes for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from providers.availability import queries as availability
from providers.availability.rules import MAX_PAUSE_MINUTES, Diary, Hours, Interval, Spacing
from providers.profiles.models import Member, Provider
from providers.profiles.rules.speech import Medium
from providers.services.models import Service
from providers.services.rules import MAX_SESSION_MINUTES

LONGEST_PAUSE = timedelta(minutes=MAX_PAUSE_MINUTES)


@dataclass(frozen=True, slots=True)
class Occupied:
    """What stands in the way of sessions around a time, by the ids of members."""

    taken: Mapping[int, list[Interval]] = field(default_factory=dict)
    spacing: Mapping[int, Spacing] = field(default_factory=dict)

    def diary(self, member_id: int, hours: Hours) -> Diary:
        """Put together what decides whether a member is free."""
        return Diary(hours, self.taken.get(member_id, ()), self.spacing.get(member_id, Spacing()))


def occupied(session: Session, providers: Collection[Provider], when: Interval | None) -> Occupied:
    """Tell what could be in the way of those who take jobs for providers; nothing is, if no session is asked for."""
    if when is None:
        return Occupied()
    member_ids = [member.id for one in providers for member in one.workers]
    taken = availability.taken(session, member_ids, when.widened(LONGEST_PAUSE))
    return Occupied(taken, availability.spacing(session, member_ids))


def longest_session(support_request: SupportRequest) -> Interval | None:
    """Tell the time that is looked at for a session; None if none is asked for."""
    starts_at = support_request.starts_at
    return None if starts_at is None else Interval(starts_at, starts_at + timedelta(minutes=MAX_SESSION_MINUTES))


def is_free_for(support_request: SupportRequest, member: Member, service: Service, diary: Diary, now: datetime) -> bool:
    """Tell whether a member speaks the language and is free all through a session; no session leaves it open.

    How long ahead it is asked for is counted from when the customer sent the request: nobody loses by our search.
    """
    if service.session_minutes is None:
        return True
    if support_request.starts_at is None:
        return False
    when = Interval(support_request.starts_at, support_request.starts_at + timedelta(minutes=service.session_minutes))
    is_sent = support_request.status is not Status.DRAFT
    asked_at = (support_request.submitted_at if is_sent else None) or now
    speaks = member.masters(support_request.language, support_request.level, Medium.SPOKEN)
    return speaks and diary.is_free(when, asked_at)
