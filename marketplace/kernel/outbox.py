"""Effects on the outside follow the commit, and may be repeated.

A message is written in the transaction that causes it. A worker leases it, performs it outside any transaction, and
marks it done. A worker that dies lets its lease run out, and the message is performed again: handlers are idempotent,
because they carry keys that come from our own rows. A message that fails is repeated with growing waits; after
`MAX_ATTEMPTS` it is set aside for a person to look at.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import Model, reading, transaction

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 48  # About 20 hours in all: Stripe forgets an idempotency key after 24.
FIRST_WAIT = timedelta(seconds=2)  # Doubles with each attempt,
LONGEST_WAIT = timedelta(minutes=30)  # up to this.
NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Due:
    """A message in the hands of its handler.

    `message_id` and `payload` are the same whenever it is performed again; `now` is the moment of this try.
    """

    message_id: int
    payload: Mapping[str, Any]
    now: datetime


Handler = Callable[[Due], None]
_KEY = "handrail_outbox"
_log = logging.getLogger(__name__)


class OutboxMessage(Model):
    """An effect that is owed to the outside world."""

    __table_args__ = (
        CheckConstraint("attempts >= 0", "attempts_counted"),
        Index("ix_outbox_message_due", "done_at", "dead_at", "run_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


def connect(app: Flask, handlers: Mapping[str, Handler]) -> None:
    """Give the application its table of handlers, by kind of message."""
    app.extensions[_KEY] = handlers


def enqueue(session: Session, kind: str, *, at: datetime, key: str | None = None, **payload: Any) -> OutboxMessage:
    """Owe an effect, to be performed at `at` or soon after, once this transaction has committed.

    Args:
        session: the transaction that causes the effect.
        kind: which handler performs it.
        at: not before this moment.
        key: refuses a second message of the same key, by a constraint.
        payload: what the handler needs to know; must fit into JSON.
    """
    assert kind in current_app.extensions[_KEY], f"nobody handles {kind}: add it to the table in site/wiring.py"
    message = OutboxMessage(kind=kind, payload=payload, key=key, run_at=at)
    session.add(message)
    session.flush()  # The caller may want to deliver it by its id, right after the commit.
    return message


def deliver_now(message_id: int) -> bool:
    """Perform one message at once, outside any transaction; the worker repeats it if it fails."""
    now = utcnow()
    with transaction() as session:
        if not _lease(session, message_id, now):
            return False
    return _perform(message_id, now)


def deliver_due(now: datetime, *, limit: int = 20, head_start: timedelta = NO_TIME) -> int:
    """Perform what is due and nobody else has leased; tell how many were tried.

    Args:
        now: the present moment.
        limit: not more than so many.
        head_start: leave alone what has not been due for as long as this: perhaps `deliver_now` is about to take it.
    """
    with transaction() as session:
        due = (
            select(OutboxMessage.id)
            .where(OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_(None))
            .where(OutboxMessage.run_at <= now - head_start)
            .where(OutboxMessage.leased_until.is_(None) | (OutboxMessage.leased_until <= now))
            .order_by(OutboxMessage.run_at, OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = [message_id for message_id in session.scalars(due).all() if _lease(session, message_id, now)]
    for message_id in ids:
        _perform(message_id, now)
    return len(ids)


def _lease(session: Session, message_id: int, now: datetime) -> bool:
    leased = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_(None))
        .where(OutboxMessage.leased_until.is_(None) | (OutboxMessage.leased_until <= now))
        .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
    )
    return bool(leased.rowcount == 1)  # type: ignore[attr-defined]


def _perform(message_id: int, now: datetime) -> bool:
    message = reading().get_one(OutboxMessage, message_id)
    kind, payload, attempts = message.kind, dict(message.payload), message.attempts
    reading().rollback()  # No transaction is open while the outside world takes its time.
    handlers: Mapping[str, Handler] = current_app.extensions[_KEY]
    try:
        handlers[kind](Due(message_id, payload, now))
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the message must not be lost
        _log.warning("outbox message %s (%s) failed, attempt %s", message_id, kind, attempts, exc_info=error)
        _set_aside_or_repeat(message_id, attempts, repr(error), now)
        return False
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(done_at=now))
    return True


def _set_aside_or_repeat(message_id: int, attempts: int, error: str, now: datetime) -> None:
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(
                last_error=error[:2000],
                leased_until=None,
                run_at=now + wait,
                dead_at=now if attempts >= MAX_ATTEMPTS else None,
            )
        )


def dead_messages(session: Session) -> list[str]:
    """List what was set aside after too many tries, for the self-check."""
    dead = select(OutboxMessage).where(OutboxMessage.dead_at.is_not(None), OutboxMessage.done_at.is_(None))
    return [f"outbox message {one.id} ({one.kind}) was given up: {one.last_error}" for one in session.scalars(dead)]
