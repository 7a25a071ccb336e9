"""The simulated Stripe as one request sees it: its objects, its moment, and what it announces."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from marketplace.sandbox.stripe.engine.copying import changes, copied
from marketplace.sandbox.stripe.engine.errors import Missing, MissingReference
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.faults import tellings
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.register import Faults
from marketplace.sandbox.stripe.webhooks import deliveries

Json = dict[str, Any]

API_VERSION = "2026-05-27.dahlia"
# What only the stand-in knows of an object: in which test clock's time it lives, and of a clock, where it is going.
CLOCK, ADVANCES_TO = "clock", "advances_to"


@dataclass(frozen=True, slots=True)
class Cause:
    """The API request that makes things happen; empty when a person or the clock does."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass(slots=True)
class Record:
    """One object: what the API shows of it, and what only the stand-in knows."""

    body: Json
    hidden: Json
    account: str
    due_at: int | None
    saved: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The object's id."""
        return str(self.body["id"])


Listener = Callable[["World", Record], None]
Listeners = Mapping[str, Sequence[Listener]]  # By the type of the event.


class World:
    """Everything there is, from the view of one account, within one transaction."""

    def __init__(
        self,
        connection: Connection,
        faults: Faults,
        *,
        now: datetime,
        account: str = "",
        base_url: str = "",
        cause: Cause | None = None,
        listeners: Listeners | None = None,
    ) -> None:
        """Look at the world within a transaction.

        Args:
            connection: the transaction.
            faults: what goes wrong on purpose.
            now: the present moment; who lets happen what is due moves it on.
            account: from where: a connected account, or empty for the platform.
            base_url: leads to the hosted pages.
            cause: of what happens.
            listeners: what else happens when an event is announced.
        """
        self.connection = connection
        self.faults = faults
        self.now = self.wall = now  # Of the objects, which a test clock may govern; and of everything else.
        self.clock = ""  # The test clock in whose time things happen; empty: in none.
        self.account = account
        self.base_url = base_url
        self.cause = cause or Cause()
        self.listeners = listeners or {}
        self.has_news = False
        self._met: dict[str, Record] = {}

    @property
    def timestamp(self) -> int:
        """The present moment in seconds, as Stripe writes moments."""
        return int(self.now.timestamp())

    @property
    def wall_timestamp(self) -> int:
        """The present moment outside of all test clocks, in seconds."""
        return int(self.wall.timestamp())

    def follow(self, record: Record) -> None:
        """Go on in the time in which an object lives."""
        clock = self.find(record.hidden.get(CLOCK, ""))
        if clock is not None:
            self.live_in(clock.id, clock.body["frozen_time"])

    def live_in(self, clock_id: str, moment: int) -> None:
        """Let what happens now happen at a moment of a test clock; what is made now stays in its time."""
        self.clock, self.now = clock_id, datetime.fromtimestamp(moment, UTC)

    def arrive_at(self, moment: int, clock_id: str) -> None:
        """Let a moment come: of a test clock, or without one for all that lives in none."""
        self.live_in(clock_id, moment)
        if not clock_id:
            self.wall = self.now

    def leave_clock(self) -> None:
        """Go on in the common time."""
        self.clock, self.now = "", self.wall

    def find(self, object_id: str) -> Record | None:
        """Look an object up, whosever it is."""
        if object_id not in self._met:
            row = self.connection.execute(select(objects).where(objects.c.id == object_id)).first()
            return self._record(row) if row else None
        return self._met[object_id]

    def get(self, kind: str, object_id: str, *, asked_by: str = "id") -> Record:
        """Look up the object that the address of a request names.

        Raises:
            Missing: there is none of this kind, or it is not this account's.
        """
        record = self.find(object_id)
        if record is None or record.body["object"] != kind or record.account != self.account:
            raise Missing(kind, object_id, asked_by)
        return record

    def referred(self, kind: str, object_id: str, *, param: str) -> Record:
        """Look up the object that a parameter names.

        Raises:
            MissingReference: there is none of this kind, or it is not this account's.
        """
        try:
            return self.get(kind, object_id)
        except Missing:
            raise MissingReference(kind, object_id, param) from None

    def every(self, kind: str, **equal: str) -> Iterator[Record]:
        """List this account's objects of a kind whose fields have these values, newest first."""
        query = select(objects).where(objects.c.kind == kind, objects.c.account == self.account)
        query = query.order_by(objects.c.sequence.desc())
        for name, value in equal.items():
            query = query.where(objects.c.body[name].as_string() == value)
        return self.select(query)

    def latest(self, kind: str, count: int) -> Iterator[Record]:
        """List the newest objects of a kind, whosever they are."""
        query = select(objects).where(objects.c.kind == kind).order_by(objects.c.sequence.desc())
        return self.select(query.limit(count))

    def select(self, query: Select[Any]) -> Iterator[Record]:
        """List the objects that a query over `objects` finds."""
        return (self._record(row) for row in self.connection.execute(query).all())

    def add(
        self,
        body: Json,
        *announcements: str,
        account: str | None = None,
        hidden: Json | None = None,
        due_at: int | None = None,
    ) -> Record:
        """Keep a new object and announce it; it belongs to this account unless `account` names another."""
        hidden = {**(hidden or {}), **({CLOCK: self.clock} if self.clock else {})}
        record = Record(body, hidden, self.account if account is None else account, due_at)
        self.connection.execute(objects.insert().values(id=record.id, **_columns(record)))
        self._met[record.id] = record
        self._announce_all(record, announcements)
        return record

    def save(self, record: Record, *announcements: str) -> None:
        """Keep what was changed and announce it; updates that changed nothing are not worth an announcement."""
        self.connection.execute(objects.update().where(objects.c.id == record.id).values(**_columns(record)))
        self._announce_all(record, announcements)

    @contextmanager
    def trial_run(self) -> Iterator[None]:
        """Let things happen that will not have happened: all is as before when the block ends."""
        restore = self._memory()
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()
            restore()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Keep what happens in the block; when it raises, all is as before."""
        restore = self._memory()
        savepoint = self.connection.begin_nested()
        try:
            yield
        except BaseException:
            savepoint.rollback()
            restore()
            raise
        savepoint.commit()

    def _memory(self) -> Callable[[], None]:
        """Remember all objects as they are; what is given back brings them there again."""
        kept = [(record, copied_record(record)) for record in self._met.values()]
        has_news = self.has_news

        def restore() -> None:
            for record, before in kept:
                record.body, record.hidden, record.saved = before.body, before.hidden, before.saved
                record.account, record.due_at = before.account, before.due_at
            self._met = {record.id: record for record, _before in kept}
            self.has_news = has_news

        return restore

    def remove(self, record: Record) -> None:
        """Forget an object for good."""
        self.connection.execute(objects.delete().where(objects.c.id == record.id))
        del self._met[record.id]

    def announce(self, event_type: str, body: Json, *, account: str, previous: Json | None = None) -> None:
        """Record an event about an object and have it delivered to every endpoint that asked for it."""
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            **({"account": account} if account else {}),
            "api_version": API_VERSION,
            "created": self.wall_timestamp,
            "data": {"object": copied(body), **({"previous_attributes": previous} if previous else {})},
            "livemode": False,
            "request": {"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key},
            "type": event_type,
        }
        endpoints = [one.id for one in self._webhook_endpoints() if deliveries.wants(one.body, one.hidden, event)]
        self.add({**event, "pending_webhooks": len(endpoints)}, account=account)
        for endpoint_id in endpoints:
            strikes = self.faults.strike(self.connection, tellings.ON_THE_WAY, event_type, self.wall_timestamp)
            route = tellings.route(strikes, self.wall_timestamp)
            deliveries.schedule(self.connection, event["id"], endpoint_id, route)
        self.has_news = True

    def is_declined(self, customer: str | None) -> bool:
        """Tell whether a fault declines the card with which somebody pays; a guest has no customer."""
        return bool(self.faults.strike(self.connection, {Kind.DECLINE}, customer or "", self.wall_timestamp))

    def _announce_all(self, record: Record, announcements: tuple[str, ...]) -> None:
        previous = changes(record.saved, record.body)
        for event_type in announcements:
            is_update = event_type.endswith((".updated", ".refunded"))
            if previous or not is_update:
                self.announce(event_type, record.body, account=record.account, previous=previous if is_update else None)
        record.saved = copied(record.body)
        for event_type in announcements:
            for listener in self.listeners.get(event_type, ()):
                listener(self, record)

    def _webhook_endpoints(self) -> Iterator[Record]:
        kind = objects.c.kind == "webhook_endpoint"
        return self.select(select(objects).where(kind, objects.c.account == "").order_by(objects.c.sequence))

    def _record(self, row: Row[Any]) -> Record:
        # One record for each object, however often it is looked up: a change is never lost to an older copy.
        if row.id not in self._met:
            self._met[row.id] = Record(row.body, row.hidden, row.account, row.due_at, saved=copied(row.body))
        return self._met[row.id]


def copied_record(record: Record) -> Record:
    """Copy an object with all that it holds."""
    return Record(copied(record.body), copied(record.hidden), record.account, record.due_at, copied(record.saved))


def _columns(record: Record) -> Json:
    return {
        "kind": record.body["object"],
        "account": record.account,
        "due_at": record.due_at,
        "body": record.body,
        "hidden": record.hidden,
    }
