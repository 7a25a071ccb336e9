"""Who could hold a guided session at the time that a customer wishes for."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from marketplace.support_requests.models import SupportRequest
from providers.availability import queries as availability
from providers.availability.rules import Hours, Interval, works_through
from providers.profiles.models import Member, Provider
from providers.services.models import Service
from providers.services.rules import MAX_SESSION_MINUTES


def booked_around(
    session: Session, support_request: SupportRequest, providers: Collection[Provider]
) -> dict[int, list[Interval]]:
    """Give the sessions of all members that could be in the way of this one; who has none is not in it."""
    starts_at = support_request.starts_at
    if starts_at is None:
        return {}
    longest = Interval(starts_at, starts_at + timedelta(minutes=MAX_SESSION_MINUTES))
    return availability.booked(session, [member.id for one in providers for member in one.members], longest)


def is_free_for(
    support_request: SupportRequest, member: Member, service: Service, hours: Hours, booked: Sequence[Interval]
) -> bool:
    """Tell whether a member speaks the language and is free all through a session; no session leaves it open."""
    if service.session_minutes is None:
        return True
    if support_request.starts_at is None:
        return False
    when = Interval(support_request.starts_at, support_request.starts_at + timedelta(minutes=service.session_minutes))
    return (
        member.speaks(support_request.language, support_request.level)
        and not any(one.overlaps(when) for one in booked)
        and works_through(hours, when)
    )
