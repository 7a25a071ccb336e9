"""Saying how a member holds sessions."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from providers.availability.models import SessionSettings
from providers.profiles import queries as profiles
from providers.profiles.models import Member


def hold_sessions(
    session: Session,
    member: Member,
    *,
    pause_minutes: int,
    notice_hours: int,
    call_link: str | None = None,
    now: datetime,
) -> None:
    """Say what a member keeps free around sessions, how long ahead they are asked for, and where the calls usually are.

    What is booked stays.
    """
    profiles.lock_member(session, member.id)
    facts = {"pause_minutes": pause_minutes, "notice_hours": notice_hours}
    session.merge(SessionSettings(member_id=member.id, call_link=call_link, **facts))
    session.flush()
    audit.record(session, member, "hold_sessions", by=member.person_id, at=now, **facts)
