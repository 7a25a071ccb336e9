"""The courier: brings events to the endpoints that asked for them."""

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from marketplace.kernel.clock import utcnow
from marketplace.sandbox.stripe.engine.simulator import Simulator
from marketplace.sandbox.stripe.engine.world import World
from marketplace.sandbox.stripe.faults import tellings
from marketplace.sandbox.stripe.webhooks import deliveries
from marketplace.sandbox.stripe.webhooks.deliveries import Errand, Load
from marketplace.sandbox.stripe.webhooks.secrets import good_secrets
from marketplace.sandbox.stripe.webhooks.signature import sign

TIMEOUT_S = 10

Post = Callable[[str, bytes, str], tuple[bool, str]]  # An address, a payload, a signature: was it taken, what was met.


def post(url: str, payload: bytes, signature: str) -> tuple[bool, str]:
    """Send a payload over HTTP; anything but a status of 2xx is a failure, a redirect too."""
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


class Courier:
    """Delivers what is due, one after the other: first what was due first, then in the order of the events."""

    def __init__(self, simulator: Simulator, send: Post = post) -> None:
        """Deliver the events of this simulator."""
        self._simulator = simulator
        self._send = send
        self._turn = threading.Lock()  # A delivery is never made by two at the same time.

    def deliver_due(self) -> int:
        """Try once all that is due, and what is caused meanwhile; tell how many attempts that took."""
        tried: set[tuple[int, int]] = set()
        attempts = 0
        with self._turn:
            while errands := [one for one in self._due() if one.name not in tried]:
                for errand in errands:
                    attempts += self._deliver(errand)
                    tried.add(errand.name)
        return attempts

    def _due(self) -> list[Errand]:
        with self._simulator.world() as world:
            return deliveries.due(world.connection, world.timestamp)

    def _deliver(self, errand: Errand) -> bool:
        with self._simulator.world() as world:
            brought = deliveries.load(world.connection, errand)
            if brought is None:
                return False
            payload = json.dumps(tellings.content(brought.extra, brought.event), ensure_ascii=False, indent=2).encode()
            signature = _signature(world, brought, payload)
        # Nothing is locked now: the receiver may well ask this stand-in about the event before it answers.
        is_delivered, outcome = self._send(brought.endpoint["url"], payload, signature)
        with self._simulator.world() as world:
            if brought.extra:
                deliveries.forget(world.connection, errand)
            else:
                _note(world, brought, is_delivered=is_delivered, outcome=outcome)
        return True


def _signature(world: World, brought: Load, payload: bytes) -> str:
    """Sign for the true moment: whoever checks it knows nothing of a clock that was moved forward here."""
    good = good_secrets(brought.hidden, world.timestamp)
    strikes = world.faults.strike(world.connection, tellings.ON_ARRIVAL, brought.event["type"], world.timestamp)
    used, signed_at = tellings.signing(strikes, good, int(utcnow().timestamp()))
    return sign(payload, used, signed_at)


def _note(world: World, brought: Load, *, is_delivered: bool, outcome: str) -> None:
    deliveries.note(world.connection, brought, is_delivered=is_delivered, outcome=outcome, now=world.timestamp)
    event = world.find(brought.event_id)
    assert event, brought
    event.body["pending_webhooks"] = deliveries.count_pending(world.connection, brought.event_id)
    world.save(event)
