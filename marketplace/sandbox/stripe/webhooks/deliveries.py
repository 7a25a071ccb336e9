"""Which event goes to which endpoint, and when it is tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import Connection, Row, literal, null, select

from marketplace.sandbox.stripe.engine.store import deliveries, extra_deliveries, objects
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.tellings import Route

ENABLED = "enabled"
HELD_BACK = "held back"

# How long after each failed attempt the next one follows; quick at first, so that a demo recovers while one looks.
# Stripe gives up after three days: https://docs.stripe.com/webhooks#retries
RETRY_AFTER = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    *[timedelta(hours=12)] * 5,
)


@dataclass(frozen=True, slots=True, order=True)
class Errand:
    """One way of the courier, in the order in which they are gone: a delivery, or with `extra_id` what comes along."""

    due_at: int
    delivery_id: int
    extra_id: int = 0

    @property
    def name(self) -> tuple[int, int]:
        """Which one it is, whenever it is due."""
        return self.delivery_id, self.extra_id


@dataclass(frozen=True, slots=True)
class Load:
    """What is brought on an errand; `extra` is the kind of the fault that sends it besides the delivery."""

    delivery_id: int
    event_id: str
    attempts: int
    extra: Kind | None
    event: Mapping[str, Any]
    endpoint: Mapping[str, Any]
    hidden: Mapping[str, Any]  # What only the stand-in knows of the endpoint.


def wants(endpoint: dict[str, Any], hidden: dict[str, Any], event: dict[str, Any]) -> bool:
    """Tell whether an endpoint asked for an event: its type, and the platform's or the connected accounts'."""
    is_addressed = bool(hidden["connect"]) == ("account" in event)
    asked_for = any(fnmatchcase(event["type"], pattern) for pattern in endpoint["enabled_events"])
    return endpoint["status"] == ENABLED and is_addressed and asked_for


def schedule(connection: Connection, event_id: str, endpoint_id: str, route: Route) -> None:
    """Have an event delivered to an endpoint."""
    made = connection.execute(
        deliveries.insert().values(
            event_id=event_id,
            endpoint_id=endpoint_id,
            attempts=0,
            due_at=route.due_at,
            outcome=HELD_BACK if route.due_at is None else "",
        )
    )
    assert made.inserted_primary_key, event_id
    for kind, at in route.extras:
        connection.execute(
            extra_deliveries.insert().values(delivery_id=made.inserted_primary_key[0], kind=kind, due_at=at)
        )


def due(connection: Connection, now: int) -> list[Errand]:
    """List the errands that are due; what is due at the same moment, in the order of the events."""
    usual = select(deliveries.c.due_at, deliveries.c.id, literal(0)).where(deliveries.c.due_at <= now)
    extra = select(extra_deliveries.c.due_at, extra_deliveries.c.delivery_id, extra_deliveries.c.id)
    rows = connection.execute(usual.union_all(extra.where(extra_deliveries.c.due_at <= now)))
    return sorted(Errand(*row) for row in rows)


def load(connection: Connection, errand: Errand) -> Load | None:
    """Read what is to be brought; None when it is delivered, given up or its endpoint is gone."""
    events, endpoints = objects.alias(), objects.alias()
    told = (deliveries.c.id, deliveries.c.event_id, deliveries.c.attempts)
    bodies = (events.c.body, endpoints.c.body, endpoints.c.hidden)
    if errand.extra_id:
        query = select(*told, extra_deliveries.c.kind, *bodies).join(extra_deliveries)
        query = query.where(extra_deliveries.c.id == errand.extra_id)
    else:
        query = select(*told, null(), *bodies)
        query = query.where(deliveries.c.id == errand.delivery_id, deliveries.c.due_at.is_not(None))
    query = query.join(events, events.c.id == deliveries.c.event_id)
    row = connection.execute(query.join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)).first()
    if row is None:
        return None
    delivery_id, event_id, attempts, kind, *found = row
    return Load(delivery_id, event_id, attempts, Kind(kind) if kind else None, *found)


def of_event(connection: Connection, event_id: str) -> Sequence[Row[Any]]:
    """List the deliveries of an event, with the addresses that they go to."""
    query = select(deliveries, objects.c.body["url"].as_string().label("url"))
    query = query.join(objects, objects.c.id == deliveries.c.endpoint_id)
    return connection.execute(query.where(deliveries.c.event_id == event_id).order_by(deliveries.c.id)).all()


def next_attempt(attempts: int, now: int) -> int | None:
    """Tell when to try again after so many failed attempts; None: give up."""
    if attempts > len(RETRY_AFTER):
        return None
    return now + int(RETRY_AFTER[attempts - 1].total_seconds())


def note(connection: Connection, brought: Load, *, outcome: str, is_delivered: bool, now: int) -> None:
    """Write down what an attempt met, and when the next one follows if one must."""
    attempts = brought.attempts + 1
    connection.execute(
        deliveries.update()
        .where(deliveries.c.id == brought.delivery_id)
        .values(
            attempts=attempts,
            due_at=None if is_delivered else next_attempt(attempts, now),
            delivered_at=now if is_delivered else None,
            outcome=outcome,
        )
    )


def forget(connection: Connection, errand: Errand) -> None:
    """Do not bring an extra again, whatever came of it."""
    connection.execute(extra_deliveries.delete().where(extra_deliveries.c.id == errand.extra_id))


def send_again(connection: Connection, event_id: str, now: int) -> None:
    """Make all deliveries of an event due once more, delivered or not."""
    of_this = deliveries.c.event_id == event_id
    connection.execute(deliveries.update().where(of_this).values(attempts=0, due_at=now, delivered_at=None))


def drop(connection: Connection, endpoint_id: str) -> None:
    """Forget what an endpoint was still to get."""
    of_endpoint = deliveries.c.endpoint_id == endpoint_id
    connection.execute(deliveries.update().where(of_endpoint).values(due_at=None))
    ids = select(deliveries.c.id).where(of_endpoint)
    connection.execute(extra_deliveries.delete().where(extra_deliveries.c.delivery_id.in_(ids)))


def count_pending(connection: Connection, event_id: str) -> int:
    """Count the endpoints that have not taken an event."""
    query = select(deliveries.c.id).where(deliveries.c.event_id == event_id, deliveries.c.delivered_at.is_(None))
    return len(connection.execute(query).all())
