"""Letting a calendar program read a member's time, and taking that back."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import token_digest
from marketplace.kernel import audit
from providers.availability import queries
from providers.availability.models import CalendarFeed
from providers.profiles import queries as profiles
from providers.profiles.models import Member

SECRET_BYTES = 32


def open_feed(session: Session, member: Member, *, with_hours: bool, now: datetime) -> str:
    """Make the secret by which calendar programs read a member's time; any earlier one ends.

    It can't be shown again: only its digest is kept.
    """
    profiles.lock_member(session, member.id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    facts = {"member_id": member.id, "digest": token_digest(secret), "with_hours": with_hours, "created_at": now}
    session.merge(CalendarFeed(**facts))
    session.flush()
    audit.record(session, member, "open_feed", by=member.person_id, at=now)
    return secret


def close_feed(session: Session, member: Member, *, now: datetime) -> None:
    """Let nobody read a member's time by an address any more; closing what is closed changes nothing."""
    profiles.lock_member(session, member.id)
    found = queries.feed_of(session, member.id)
    if found is not None:
        session.delete(found)
        session.flush()
        audit.record(session, member, "close_feed", by=member.person_id, at=now)
