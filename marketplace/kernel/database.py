"""The database: the base class of all tables, their column types, and the one way to change anything.

`transaction()` is the only writer: it begins afresh, commits at the end and rolls back on an error. On SQLite it takes
the write lock at its beginning (BEGIN IMMEDIATE): a transaction that reads first and then writes would otherwise fail
at once with "database is locked" when another has written in between.
"""

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    FromClause,
    MetaData,
    String,
    Table,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from marketplace.kernel.money import Money

# What a database that fails raises; while a connection of SQLite is prepared, its own errors come as they are.
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error)
WRITES = "handrail_writes"  # Execution option of a connection whose transaction will write.
AT_END = "handrail_at_end"


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC; SQLite would drop the zone without converting."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments, bring the others to UTC."""
        del dialect
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment needs its time zone"
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what comes back is in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """Base class of all tables; slices inherit from `Model`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UTCDateTime(),
            StrEnum: Enum(StrEnum, native_enum=False, create_constraint=True, length=32, values_callable=_values),
            dict[str, Any]: JSON(),
            dict[str, str]: JSON(),
            list[Any]: JSON(),
        },
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Currency = String(3)

MAX_ID = 2**31 - 1  # Of a row, on PostgreSQL.


def row_id(text: str) -> int:
    """Read the id of a row, or how many rows to skip, from an address.

    Raises:
        ValueError: it is no whole number, or the database does not count so far.
    """
    number = int(text)
    if not 0 <= number <= MAX_ID:
        raise ValueError(text)
    return number


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite keep its promises: foreign keys, waiting for the lock, transactions that begin when we say so."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # No implicit BEGIN by the driver.
        # FULL: what was committed outlives a power cut. Stripe is told that an event is kept only when it is.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def reading() -> Session:
    """Give the session of this request, for reading."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """Change things: all or nothing.

    What was read before is read again: a decision must rest on what is true under the lock.
    """
    session = db.session()
    assert not session.info.get(WRITES), "a transaction is open already; commands are given its session"
    session.rollback()
    session.info[WRITES] = True
    try:
        session.connection(execution_options={WRITES: True})
        yield session
        _do_what_comes_last(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(WRITES, None)
        session.info.pop(AT_END, None)


@contextmanager
def writing() -> Iterator[Connection]:
    """Change things without objects, all or nothing: what comes in storms needs no more than its rows.

    It is a transaction of its own; to open it inside another would wait for that one.
    """
    assert not (db.session.registry.has() and db.session().info.get(WRITES)), "a transaction is open already"
    with db.engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


def at_end(session: Session, key: Hashable, perform: Callable[[Session], object]) -> None:
    """Have something done as the last thing of the transaction, once for each key.

    What everybody needs, such as the next number of a series, is locked then, for a moment, and after all else: so
    nobody waits for it in a circle.
    """
    session.info.setdefault(AT_END, {}).setdefault(key, perform)


def _do_what_comes_last(session: Session) -> None:
    owed: dict[Hashable, Callable[[Session], object]] = session.info.get(AT_END, {})
    while owed:
        owed.pop(next(iter(owed)))(session)


def insert_new(where: Session | Connection, model: type[Base], **values: Any) -> bool:
    """Insert a row unless one of its keys is taken; tell whether it was inserted.

    It is one statement: looking first would race, and a savepoint around a failure costs two more.
    """
    connection = where.connection() if isinstance(where, Session) else where
    made = connection.execute(_insert_new(model.__table__, connection.dialect.name), values)
    return made.first() is not None


@cache
def _insert_new(table: FromClause, dialect: str) -> Executable:
    assert isinstance(table, Table)
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key)


def money_or_none(minor: int | None, currency: str) -> Money | None:
    """Put an optional amount and its currency together."""
    return None if minor is None else Money(minor, currency)
