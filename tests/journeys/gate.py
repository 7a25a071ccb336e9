"""A gate on the way to the Stripe stand-in, at which a call can be held up: before it arrives, or on its way back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE_S = 60
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length"}


class Hold(Enum):
    """Where the gate holds up a call."""

    NOWHERE = "nowhere"
    BEFORE_IT_ARRIVES = "before it arrives"
    ON_ITS_WAY_BACK = "on its way back"


@dataclass
class Gate:
    """What passes, and what is held up: calls whose path ends with `path_end`."""

    url: str
    stripe_url: str
    path_end: str = "/capture"
    hold: Hold = Hold.NOWHERE
    keys: list[str] = field(default_factory=list)  # Of the calls that were let through to the stand-in.
    has_caught: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)

    def wait_until_caught(self) -> None:
        """Return once a call is held up."""
        assert self.has_caught.wait(PATIENCE_S), f"no call of {self.path_end} came"

    def keep_waiting(self) -> None:
        """Hold up a call until whoever made it is gone."""
        self.has_caught.set()
        self.is_over.wait(PATIENCE_S)


class _Handler(BaseHTTPRequestHandler):
    """Passes calls on, as the server's gate says."""

    def do_GET(self) -> None:
        """Pass on a question."""
        self._pass_on()

    def do_POST(self) -> None:
        """Pass on an order."""
        self._pass_on()

    def _pass_on(self) -> None:
        gate = self.server.gate
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        hold = gate.hold if self.path.endswith(gate.path_end) else Hold.NOWHERE
        if hold is Hold.BEFORE_IT_ARRIVES:
            gate.keep_waiting()
            return
        status, headers, answer = _ask(gate.stripe_url, self.command, self.path, body, dict(self.headers))
        if self.path.endswith(gate.path_end):
            gate.keys.append(self.headers["Idempotency-Key"])
        if hold is Hold.ON_ITS_WAY_BACK:
            gate.keep_waiting()
            return
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Write nothing."""


@contextmanager
def gate_to(stripe_url: str) -> Iterator[Gate]:
    """Put a gate in front of the stand-in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.gate = gate = Gate(f"http://127.0.0.1:{server.server_port}", stripe_url)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield gate
    finally:
        gate.is_over.set()
        server.shutdown()
        server.server_close()


def _ask(
    base_url: str, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=PATIENCE_S)
    try:
        connection.request(method, path, body, {name: value for name, value in headers.items() if name != "Host"})
        answer = connection.getresponse()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        return answer.status, kept, answer.read()
    finally:
        connection.close()
