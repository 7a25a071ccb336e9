"""Who did what to which record, and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel.database import Model


class AuditEntry(Model):
    """One thing that was done; never changed afterwards."""

    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(64))
    by_person_id: Mapped[int | None]  # None: the house itself, by its clock or by a message from outside.
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


def record(session: Session, subject: Any, action: str, *, by: int | None, at: datetime, **facts: Any) -> None:
    """Write down an action on a record that has an `id` already.

    Args:
        session: the transaction in which it is done.
        subject: the record, an instance of a model.
        action: a verb.
        by: the person, or None for the house itself.
        at: when.
        facts: what else is worth knowing; must fit into JSON, and holds nothing secret.
    """
    assert subject.id is not None, "flush before you record"
    session.add(
        AuditEntry(
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            action=str(action),
            by_person_id=by,
            at=at,
            facts=facts,
        )
    )
