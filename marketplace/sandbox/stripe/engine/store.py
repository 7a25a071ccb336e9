"""Everything the stand-in remembers, in one SQLite file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    StaticPool,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    select,
)

tables = MetaData()

objects = Table(
    "object",
    tables,
    Column("sequence", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("account", Text, nullable=False),  # The connected account that it belongs to; empty: the platform.
    Column("due_at", Integer),  # When the clock alone changes it next.
    Column("body", JSON, nullable=False),  # What the API shows.
    Column("hidden", JSON, nullable=False),  # What only the stand-in knows.
    Index("object_listed", "kind", "account", "sequence"),
    Index("object_due", "due_at"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "delivery",
    tables,
    Column("id", Integer, primary_key=True),
    Column("event_id", ForeignKey(objects.c.id), nullable=False),
    Column("endpoint_id", ForeignKey(objects.c.id, ondelete="CASCADE"), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Integer),  # Empty: delivered or given up.
    Column("delivered_at", Integer),
    Column("outcome", Text, nullable=False),  # What the last attempt met.
    UniqueConstraint("event_id", "endpoint_id"),
    Index("delivery_due", "due_at"),
)

# What a fault sends besides the delivery itself; each is tried once.
extra_deliveries = Table(
    "extra_delivery",
    tables,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey(deliveries.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),  # The kind of the fault.
    Column("due_at", Integer, nullable=False),
)

faults = Table(
    "fault",
    tables,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("times", Integer),
    Column("percent", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("met", Integer, nullable=False),  # In how many cases it could have struck,
    Column("struck", Integer, nullable=False),  # and in how many it did.
    sqlite_autoincrement=True,
)

strikes = Table(
    "strike",
    tables,
    Column("id", Integer, primary_key=True),
    Column("fault_id", Integer, nullable=False),  # Of a fault that may be gone by now.
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Integer, nullable=False),
    sqlite_autoincrement=True,
)

results = Table(
    "result",
    tables,
    Column("key", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("kept_until", Integer, nullable=False),
)

settings = Table(
    "setting",
    tables,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


class Store:
    """One SQLite file, or memory when no file is given; one transaction at a time."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, made with its tables if it is not there yet."""
        self._turn = threading.Lock()
        self._engine = _open(path)
        tables.create_all(self._engine)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Read and write as one; kept when the block ends, forgotten when it raises."""
        with self._turn, self._engine.begin() as connection:
            yield connection

    def setting(self, name: str, first: Callable[[], str]) -> str:
        """Look a setting up; `first` makes its value when there is none yet."""
        with self.transaction() as connection:
            value = connection.scalar(select(settings.c.value).where(settings.c.name == name))
            if value is None:
                value = first()
                connection.execute(settings.insert().values(name=name, value=value))
            return str(value)

    def change_setting(self, name: str, value: str) -> None:
        """Give a setting that is there another value."""
        with self.transaction() as connection:
            connection.execute(settings.update().where(settings.c.name == name).values(value=value))

    def close(self) -> None:
        """Let go of the file; memory is forgotten."""
        with self._turn:
            self._engine.dispose()


def _open(path: Path | None) -> Engine:
    if path is None:
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    else:
        engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # The driver would start transactions later than asked for.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
