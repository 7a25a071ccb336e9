"""Effects on the outside follow the commit, and may be repeated.

A message is written in the transaction that causes it. A worker leases it, performs it outside any transaction, and
marks it done. A worker that dies lets its lease run out, and the message is performed again: handlers are idempotent,
because they carry keys that come from our own rows. A message that fails is repeated with growing waits; after
`MAX_ATTEMPTS`, or at once when its handler says that it is `Hopeless`, it is given up. A person looks at it then, and
has it tried again or drops it.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Connection, Index, Select, String, Text, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel import audit
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import MAX_ID, Model, insert_new, reading, transaction
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.translate import _l

LEASE = timedelta(seconds=60)
MAX_KEY = 120  # Characters.
MAX_ATTEMPTS = 160  # About three days in all, as long as Stripe itself tries.
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


class Hopeless(Exception):
    """The outside has refused, and would refuse again: no use in repeating it."""


class NotGivenUp(Conflict):
    """Somebody else was faster."""

    message = _l("This message is on its way again, or somebody has dropped it.")


Handler = Callable[[Due], None]
Ending = Callable[[Session, Mapping[str, Any], str, datetime], None]
_KEY = "handrail_outbox"
_ENDINGS = "handrail_outbox_endings"
_log = logging.getLogger(__name__)


class OutboxMessage(Model):
    """An effect that is owed to the outside world."""

    __table_args__ = (
        CheckConstraint("attempts >= 0", "attempts_counted"),
        CheckConstraint("dropped_at IS NULL OR dead_at IS NOT NULL", "dropped_when_given_up"),
        Index("ix_outbox_message_due", "done_at", "dead_at", "run_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(MAX_KEY), unique=True)
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]  # Since when it is not tried any more.
    dropped_at: Mapped[datetime | None]  # Since when nobody needs to look at it any more.
    last_error: Mapped[str | None] = mapped_column(Text)


def connect(app: Flask, handlers: Mapping[str, Handler], endings: Mapping[str, Ending]) -> None:
    """Give the application its tables, by kind of message: who performs it, and what comes of one that is dropped."""
    app.extensions[_KEY] = handlers
    app.extensions[_ENDINGS] = endings


_INSERT = insert(OutboxMessage)


def enqueue(session: Session, kind: str, *, at: datetime, key: str | None = None, **payload: Any) -> int:
    """Owe an effect, to be performed at `at` or soon after, once this transaction has committed; gives its id.

    Args:
        session: the transaction that causes the effect.
        kind: which handler performs it.
        at: not before this moment.
        key: refuses a second message of the same key, by a constraint.
        payload: what the handler needs to know; must fit into JSON.
    """
    _check_kind(kind)
    session.flush()
    made = session.connection().execute(_INSERT, {"kind": kind, "payload": payload, "key": key, "run_at": at})
    assert made.inserted_primary_key, kind
    return int(made.inserted_primary_key[0])


def owe_once(connection: Connection, kind: str, *, at: datetime, key: str, **payload: Any) -> bool:
    """Owe an effect as `enqueue` does, where rows are written without objects; False when one of the key is known."""
    _check_kind(kind)
    return insert_new(connection, OutboxMessage, kind=kind, payload=payload, key=key, run_at=at)


def _check_kind(kind: str) -> None:
    assert kind in current_app.extensions[_KEY], f"nobody handles {kind}: add it to the table in site/wiring.py"


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
        is_over = isinstance(error, Hopeless) or attempts >= MAX_ATTEMPTS
        told = str(error) if isinstance(error, Hopeless) else f"{type(error).__name__}: {error}"
        _give_up_or_repeat(message_id, attempts, told, now, is_over=is_over)
        return False
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(done_at=now))
    return True


def _give_up_or_repeat(message_id: int, attempts: int, error: str, now: datetime, *, is_over: bool) -> None:
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    with transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(
                last_error=error[:2000],
                leased_until=None,
                run_at=now + wait,
                dead_at=now if is_over else None,
            )
        )


def unfinished(session: Session, kind: str, *, given_up_since: datetime) -> list[Mapping[str, Any]]:
    """List what messages of a kind are about that are still owed, or were given up since a moment."""
    of_kind = select(OutboxMessage.payload).where(OutboxMessage.kind == kind, OutboxMessage.done_at.is_(None))
    live = OutboxMessage.dead_at.is_(None) | (OutboxMessage.dead_at >= given_up_since)
    waiting = of_kind.where(live, OutboxMessage.dropped_at.is_(None))
    return list(session.scalars(waiting.order_by(OutboxMessage.id)))


# What was given up


def given_up(
    session: Session, kinds: Collection[str], *, before_id: int = MAX_ID, limit: int | None = None
) -> list[OutboxMessage]:
    """List the messages of some kinds that were given up and wait for a person, the newest first."""
    found = _waiting_for_a_person().where(OutboxMessage.kind.in_(kinds), OutboxMessage.id < before_id)
    return list(session.scalars(found.order_by(OutboxMessage.id.desc()).limit(limit)))


def given_up_message(session: Session, message_id: int, kinds: Collection[str]) -> OutboxMessage:
    """Find one of them, or raise `NotFound`."""
    same = _waiting_for_a_person().where(OutboxMessage.id == message_id, OutboxMessage.kind.in_(kinds))
    found = session.scalar(same)
    if found is None:
        raise NotFound(message_id=message_id)
    return found


def count_given_up(session: Session, kinds: Collection[str]) -> int:
    """Count them."""
    of_kinds = _waiting_for_a_person().where(OutboxMessage.kind.in_(kinds))
    return session.scalar(select(func.count()).select_from(of_kinds.subquery())) or 0


def try_again(session: Session, message_id: int, *, kinds: Collection[str], by: int | None, now: datetime) -> None:
    """Have a message tried again as if it were new.

    Args:
        session: the transaction.
        message_id: which.
        kinds: those that are this person's business.
        by: who wants it, None from the command line.
        now: the present moment.

    Raises:
        NotFound: there is no such message of these kinds.
        NotGivenUp: it is under way, or somebody has dropped it.
    """
    message = _lock_given_up(session, message_id, kinds)
    audit.record(session, message, "try_again", by=by, at=now, kind=message.kind, error=message.last_error)
    message.dead_at = message.leased_until = None
    message.attempts, message.run_at = 0, now


def try_all_again(session: Session, *, kinds: Collection[str], by: int | None, now: datetime) -> int:
    """Have all messages of some kinds tried again that were given up; tells how many."""
    found = given_up(session, kinds)
    for message in found:
        try_again(session, message.id, kinds=kinds, by=by, now=now)
    return len(found)


def drop(
    session: Session, message_id: int, reason: str, *, kinds: Collection[str], by: int | None, now: datetime
) -> None:
    """Decide that a message is not needed any more; what waited for it comes to its end, see the table of endings.

    Raises:
        NotFound, NotGivenUp: as for `try_again`.
        Conflict: what waits for it can't be ended by a decision.
    """
    message = _lock_given_up(session, message_id, kinds)
    endings: Mapping[str, Ending] = current_app.extensions[_ENDINGS]
    if message.kind in endings:
        endings[message.kind](session, message.payload, reason, now)
    message.dropped_at = now
    audit.record(session, message, "drop", by=by, at=now, kind=message.kind, error=message.last_error, reason=reason)


def _lock_given_up(session: Session, message_id: int, kinds: Collection[str]) -> OutboxMessage:
    same = select(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.kind.in_(kinds))
    message = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    if message is None:
        raise NotFound(message_id=message_id)
    if message.dead_at is None or message.dropped_at is not None:
        raise NotGivenUp
    return message


def _waiting_for_a_person() -> Select[OutboxMessage]:
    return select(OutboxMessage).where(
        OutboxMessage.dead_at.is_not(None), OutboxMessage.done_at.is_(None), OutboxMessage.dropped_at.is_(None)
    )


def dead_messages(session: Session) -> list[str]:
    """List what was given up and waits for a person, for the self-check."""
    dead = session.scalars(_waiting_for_a_person().order_by(OutboxMessage.id))
    return [f"outbox message {one.id} ({one.kind}) was given up: {one.last_error}" for one in dead]
