"""Saying when a member works in a usual week."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l
from providers.availability.models import WeeklyInterval
from providers.availability.rules import Weekly, overlapping
from providers.profiles import queries as profiles
from providers.profiles.models import Member


class OverlappingHours(Conflict):
    """Nobody works twice at the same time."""

    message = _l("Some of these hours overlap. Change them, so that each begins when the one before is over.")


def set_week(session: Session, member: Member, weekly: Sequence[Weekly], *, zone: str, now: datetime) -> None:
    """Say when a member works each week, on the wall clock of a zone. Sessions that are booked stay.

    Raises:
        OverlappingHours: some of the hours overlap.
    """
    check_week(weekly)
    profiles.lock_member(session, member.id)
    session.execute(delete(WeeklyInterval).filter_by(member_id=member.id))
    session.add_all(WeeklyInterval(member_id=member.id, **asdict(one)) for one in weekly)
    member.zone = zone
    session.flush()
    audit.record(session, member, "set_week", by=member.person_id, at=now)


def check_week(weekly: Sequence[Weekly]) -> None:
    """Raise `OverlappingHours` if some of the hours do."""
    if overlapping(weekly):
        raise OverlappingHours
