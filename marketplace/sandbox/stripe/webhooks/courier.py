"""The courier: brings events to the endpoints that asked for them."""

import json
import threading
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row

from marketplace.sandbox.stripe.engine.simulator import Simulator
from marketplace.sandbox.stripe.engine.world import World
from marketplace.sandbox.stripe.webhooks import deliveries
from marketplace.sandbox.stripe.webhooks.signature import sign

TIMEOUT_S = 10


class Courier:
    """Delivers what is due, one after the other, in the order in which it was caused."""

    def __init__(self, simulator: Simulator) -> None:
        """Deliver the events of this simulator."""
        self._simulator = simulator
        self._turn = threading.Lock()  # A delivery is never made by two at the same time.

    def deliver_due(self) -> int:
        """Try once all that is due, and what is caused meanwhile; tell how many attempts that took."""
        tried: set[int] = set()
        attempts = 0
        with self._turn:
            while found := self._due() - tried:
                for delivery_id in sorted(found):
                    attempts += self._deliver(delivery_id)
                tried |= found
        return attempts

    def _due(self) -> set[int]:
        with self._simulator.world() as world:
            return deliveries.due(world.connection, world.timestamp)

    def _deliver(self, delivery_id: int) -> bool:
        with self._simulator.world() as world:
            row = deliveries.load(world.connection, delivery_id)
            timestamp = world.timestamp
        if row is None:
            return False
        payload = json.dumps(row.event, ensure_ascii=False, indent=2).encode()
        # Nothing is locked now: the receiver may well ask this stand-in about the event before it answers.
        is_delivered, outcome = _post(row.endpoint["url"], payload, sign(payload, row.secret, timestamp))
        with self._simulator.world() as world:
            _note(world, row, is_delivered=is_delivered, outcome=outcome)
        return True


def _note(world: World, row: Row[Any], *, is_delivered: bool, outcome: str) -> None:
    deliveries.note(world.connection, row, is_delivered=is_delivered, outcome=outcome, now=world.timestamp)
    event = world.find(row.event_id)
    assert event, row
    event.body["pending_webhooks"] = deliveries.count_pending(world.connection, row.event_id)
    world.save(event)


def _post(url: str, payload: bytes, signature: str) -> tuple[bool, str]:
    """Send a payload; anything but a status of 2xx is a failure, a redirect too."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    assert parts.hostname, url
    connection = connect(parts.hostname, parts.port, timeout=TIMEOUT_S)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Stripe/1.0 (stand-in)",
    }
    try:
        connection.request("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", payload, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return False, str(getattr(error, "strerror", None) or error)
    finally:
        connection.close()
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES, str(status)
