"""The simulated Stripe as one request sees it: its objects, its moment, and what it announces."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from marketplace.sandbox.stripe.engine.errors import Missing, MissingReference
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.faults import tellings
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.register import Faults
from marketplace.sandbox.stripe.webhooks import deliveries

Json = dict[str, Any]

API_VERSION = "2026-05-27.dahlia"


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
    ) -> None:
        """Look from `account`, a connected account or empty for the platform; `base_url` leads to the hosted pages."""
        self.connection = connection
        self.faults = faults
        self.now = now
        self.account = account
        self.base_url = base_url
        self.cause = cause or Cause()
        self.has_news = False
        self._met: dict[str, Record] = {}

    @property
    def timestamp(self) -> int:
        """The present moment in seconds, as Stripe writes moments."""
        return int(self.now.timestamp())

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
        record = Record(body, hidden or {}, self.account if account is None else account, due_at)
        self.connection.execute(objects.insert().values(id=record.id, **_columns(record)))
        self._met[record.id] = record
        self._announce_all(record, announcements)
        return record

    def save(self, record: Record, *announcements: str) -> None:
        """Keep what was changed and announce it; updates that changed nothing are not worth an announcement."""
        self.connection.execute(objects.update().where(objects.c.id == record.id).values(**_columns(record)))
        self._announce_all(record, announcements)

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
            "created": self.timestamp,
            "data": {"object": copied(body), **({"previous_attributes": previous} if previous else {})},
            "livemode": False,
            "request": {"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key},
            "type": event_type,
        }
        endpoints = [one.id for one in self._webhook_endpoints() if deliveries.wants(one.body, one.hidden, event)]
        self.add({**event, "pending_webhooks": len(endpoints)}, account=account)
        for endpoint_id in endpoints:
            strikes = self.faults.strike(self.connection, tellings.ON_THE_WAY, event_type, self.timestamp)
            route = tellings.route(strikes, self.timestamp)
            deliveries.schedule(self.connection, event["id"], endpoint_id, route)
        self.has_news = True

    def is_declined(self, customer: str | None) -> bool:
        """Tell whether a fault declines the card with which somebody pays; a guest has no customer."""
        return bool(self.faults.strike(self.connection, {Kind.DECLINE}, customer or "", self.timestamp))

    def _announce_all(self, record: Record, announcements: tuple[str, ...]) -> None:
        previous = changes(record.saved, record.body)
        for event_type in announcements:
            is_update = event_type.endswith((".updated", ".refunded"))
            if previous or not is_update:
                self.announce(event_type, record.body, account=record.account, previous=previous if is_update else None)
        record.saved = copied(record.body)

    def _webhook_endpoints(self) -> Iterator[Record]:
        kind = objects.c.kind == "webhook_endpoint"
        return self.select(select(objects).where(kind, objects.c.account == "").order_by(objects.c.sequence))

    def _record(self, row: Row[Any]) -> Record:
        # One record for each object, however often it is looked up: a change is never lost to an older copy.
        if row.id not in self._met:
            self._met[row.id] = Record(row.body, row.hidden, row.account, row.due_at, saved=copied(row.body))
        return self._met[row.id]


def copied(value: Any) -> Any:
    """Copy what JSON can hold, much faster than `deepcopy` does."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value


def changes(before: Json, after: Json) -> Json:
    """Tell what changed, with the values from before; of a hash only the keys that changed."""
    changed: Json = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            old, new = changes(old, new), {}
        if old != new:
            changed[key] = old
    return changed


def _columns(record: Record) -> Json:
    return {
        "kind": record.body["object"],
        "account": record.account,
        "due_at": record.due_at,
        "body": record.body,
        "hidden": record.hidden,
    }
