"""Which event goes to which endpoint, and when it is tried again."""

from collections.abc import Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import Connection, Row, select

from marketplace.sandbox.stripe.engine.store import deliveries, objects

ENABLED = "enabled"

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


def wants(endpoint: dict[str, Any], hidden: dict[str, Any], event: dict[str, Any]) -> bool:
    """Tell whether an endpoint asked for an event: its type, and the platform's or the connected accounts'."""
    is_addressed = bool(hidden["connect"]) == ("account" in event)
    asked_for = any(fnmatchcase(event["type"], pattern) for pattern in endpoint["enabled_events"])
    return endpoint["status"] == ENABLED and is_addressed and asked_for


def schedule(connection: Connection, event_id: str, endpoint_ids: Sequence[str], *, at: int) -> None:
    """Have an event delivered to endpoints from `at` on."""
    for endpoint_id in endpoint_ids:
        connection.execute(
            deliveries.insert().values(event_id=event_id, endpoint_id=endpoint_id, attempts=0, due_at=at, outcome="")
        )


def due(connection: Connection, now: int) -> set[int]:
    """Find the deliveries that are due; their ids are in the order of their events."""
    return set(connection.scalars(select(deliveries.c.id).where(deliveries.c.due_at <= now)))


def load(connection: Connection, delivery_id: int) -> Row[Any] | None:
    """Read a delivery with its event and its endpoint; None when it is delivered, given up or its endpoint is gone."""
    events, endpoints = objects.alias(), objects.alias()
    query = (
        select(
            deliveries,
            events.c.body.label("event"),
            endpoints.c.body.label("endpoint"),
            endpoints.c.hidden["secret"].as_string().label("secret"),
        )
        .join(events, events.c.id == deliveries.c.event_id)
        .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
    )
    return connection.execute(query.where(deliveries.c.id == delivery_id, deliveries.c.due_at.is_not(None))).first()


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


def note(connection: Connection, row: Row[Any], *, outcome: str, is_delivered: bool, now: int) -> None:
    """Write down what an attempt met, and when the next one follows if one must."""
    attempts = row.attempts + 1
    connection.execute(
        deliveries.update()
        .where(deliveries.c.id == row.id)
        .values(
            attempts=attempts,
            due_at=None if is_delivered else next_attempt(attempts, now),
            delivered_at=now if is_delivered else row.delivered_at,
            outcome=outcome,
        )
    )


def send_again(connection: Connection, event_id: str, now: int) -> None:
    """Make all deliveries of an event due once more, delivered or not."""
    of_this = deliveries.c.event_id == event_id
    connection.execute(deliveries.update().where(of_this).values(attempts=0, due_at=now, delivered_at=None))


def drop(connection: Connection, endpoint_id: str) -> None:
    """Forget what an endpoint was still to get."""
    connection.execute(deliveries.update().where(deliveries.c.endpoint_id == endpoint_id).values(due_at=None))


def count_pending(connection: Connection, event_id: str) -> int:
    """Count the endpoints that have not taken an event."""
    query = select(deliveries.c.id).where(deliveries.c.event_id == event_id, deliveries.c.delivered_at.is_(None))
    return len(connection.execute(query).all())
