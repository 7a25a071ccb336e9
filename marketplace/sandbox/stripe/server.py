"""The server: puts the stand-in together and serves it on this machine."""

import ipaddress
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from marketplace.sandbox.stripe.background import Background
from marketplace.sandbox.stripe.engine import gate
from marketplace.sandbox.stripe.engine.simulator import Simulator
from marketplace.sandbox.stripe.faults.register import Faults
from marketplace.sandbox.stripe.pages import add_pages
from marketplace.sandbox.stripe.resources import RESOURCES, events
from marketplace.sandbox.stripe.webhooks.courier import Courier, Post, post
from marketplace.sandbox.stripe.wire import Wire

BODY_MAX_BYTES = 1_000_000
POLL_S = 0.05  # How long `stop` may have to wait.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@cache  # For the process: all those addresses take a tenth of a second.
def _application() -> Flask:
    app = Flask(__name__, static_folder="pages/static", template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_MAX_BYTES
    for kind, resource in RESOURCES.items():
        for endpoint in resource.endpoints:
            name = f"{kind} {endpoint.method} {endpoint.address}".replace(".", "_")
            app.add_url_rule(endpoint.address, name, gate.view(endpoint), methods=[endpoint.method])
    for address in ("/v1/<path:rest>", "/v2/<path:rest>"):
        app.add_url_rule(address, f"not simulated {address[:3]}", gate.refuse, methods=METHODS)
    add_pages(app)
    return app


class Sandbox:
    """The stand-in as a WSGI application `app`, without a server; it does nothing that nobody asks it to do."""

    def __init__(
        self, database: Path | None = None, *, send: Post = post, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Go on from what a file holds.

        Args:
            database: the file that it remembers everything in; none: it forgets at the end.
            send: how webhooks are delivered.
            pause: how an answer takes its time, in seconds.
        """
        self._simulator = Simulator(database, RESOURCES, pause)
        self._courier = Courier(self._simulator, send)
        self.app = Wire(_application(), self._simulator)

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._simulator.faults

    def deliver_pending(self) -> int:
        """Deliver all webhooks that are due, now and here; tell how many attempts that took."""
        return self._courier.deliver_due()

    def send_again(self, event_id: str) -> None:
        """Have an event delivered once more; it must be there."""
        with self._simulator.world() as world:
            event = events.find(world, event_id)
            assert event, event_id
            events.send_again(world, event)

    def sweep(self) -> int:
        """Let happen what is due by the clock; tell how much."""
        return self._simulator.sweep(self._simulator.clock.now())

    def advance(self, seconds: int) -> None:
        """Move the stand-in's clock forward."""
        self._simulator.clock.advance(seconds)

    def close(self) -> None:
        """Let go of the file; memory is forgotten."""
        self._simulator.store.close()


class SandboxServer(Sandbox):
    """The stand-in as a server on this machine, running within `with` or between `start` and `stop`."""

    def __init__(
        self, database: Path | None = None, host: str = "127.0.0.1", port: int = 0, *, background: bool = True
    ) -> None:
        """Prepare a server; port 0 takes any free one.

        Args:
            database: the file that it remembers everything in; none: it forgets at the end.
            host: a loopback address; the stand-in is never offered to others.
            port: where it listens.
            background: deliver webhooks and let things happen by the clock, without being told to.

        Raises:
            ValueError: the host is not this machine.
        """
        if not _is_loopback(host):
            raise ValueError(f"The stand-in for Stripe listens on this machine only, at 127.0.0.1; not at {host}.")
        super().__init__(database)
        self._address = (host, port)
        self._background = Background(self._simulator, self._courier) if background else None
        self._server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        """Where it listens, for `base_addresses={"api": url}`."""
        assert self._server, "the server does not run"
        host = f"[{self._server.host}]" if ":" in self._server.host else self._server.host
        return f"http://{host}:{self._server.port}"

    def start(self) -> Self:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        self._server = _bound_server(self.app, *self._address)
        serve_forever = partial(self._server.serve_forever, poll_interval=POLL_S)
        threading.Thread(target=serve_forever, name="stripe-stand-in-http", daemon=True).start()
        if self._background:
            self._background.start()
        return self

    def stop(self) -> None:
        """Stop listening and delivering; what was not delivered waits for the next start."""
        assert self._server, "the server does not run"
        self._server.shutdown()
        self._server.server_close()
        if self._background:
            self._background.stop()
        self.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(database: Path | None, port: int, tell: Callable[[str], None] | None = None) -> None:
    """Serve the stand-in until Ctrl-C or SIGTERM; `tell` is given its address once it listens.

    Raises:
        OSError: the port is taken.
    """
    is_over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: is_over.set())
    with SandboxServer(database, port=port) as server:
        if tell:
            tell(server.url)
        is_over.wait()


class QuietHandler(WSGIRequestHandler):
    """Writes no line for each request: the other side has its own log."""

    protocol_version = "HTTP/1.0"  # A connection that is kept alive would outlive the server.

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bound_server(app: Wire, host: str, port: int) -> BaseWSGIServer:
    # Bound here, because Werkzeug would end the whole process when the port is taken.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
        # The server listens on a copy of the socket.
        return make_server(host, port, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno())
