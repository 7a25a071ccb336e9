"""Reading when one member is free."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from providers.availability.queries.booking import spacing, taken
from providers.availability.queries.hours import hours_by_member
from providers.availability.rules import Diary, Hours, Interval
from providers.profiles.models import Member

NEVER = Hours(ZoneInfo("UTC"), ())


def diary_of(session: Session, member: Member, around: Interval, now: datetime, *, but_for: int | None = None) -> Diary:
    """Put together what decides whether a member is free at some time within an interval.

    What is booked for the request `but_for` is not in its own way. Who takes no jobs any more is never free.
    """
    hours = hours_by_member(session, [member.provider_id], around=now.date()).get(member.provider_id, {})
    kept = spacing(session, [member.id])[member.id]
    busy = taken(session, [member.id], around.widened(kept.pause), but_for=but_for).get(member.id, ())
    return Diary(hours[member.id].planned if member.id in hours else NEVER, busy, kept)
