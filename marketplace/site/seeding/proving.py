"""What is proven of a crowd's languages, and somebody of the vendor who has seen it."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.rules import StaffRole, email_key
from marketplace.catalogue import queries as catalogue
from marketplace.site.seeding.crowd import Worker
from providers.profiles.rules.speech import Medium

CLERK = "clerk@example.test"


def clerk(session: Session, now: datetime) -> Person:
    """Find somebody of the vendor, or make one with whose account nobody can sign in."""
    known = session.scalar(select(Person).where(Person.staff_role.is_not(None)).order_by(Person.id).limit(1))
    if known is not None:
        return known
    made = Person(
        email=CLERK,
        email_key=email_key(CLERK),
        name="Robin Clerk",
        language="en",
        zone="UTC",
        currency=catalogue.currencies(session)[0],
        confirmed_at=now,
        staff_role=StaffRole.CERTIFICATION,
        session_key=secrets.token_urlsafe(32),
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def proofs(worker: Worker, member_id: int, clerk_id: int, since: datetime) -> list[dict[str, Any]]:
    """Give the rows of what somebody has shown who joined at a moment."""
    return [
        {
            "member_id": member_id,
            "language": code,
            "medium": medium,
            "level": level,
            "what": "A diploma, seen as paper",
            "proven_on": since.date(),
            "noted_by": clerk_id,
            "noted_at": since,
        }
        for code, one in worker.languages.items()
        for medium in Medium
        if (level := one.at(medium, is_proven=True)) is not None
    ]
