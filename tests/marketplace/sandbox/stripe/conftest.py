"""A stand-in for each test, the real SDK as its client, and somebody who receives its webhooks."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from marketplace.kernel import translate
from marketplace.sandbox.stripe.server import SandboxServer
from tests.marketplace.sandbox.stripe.actions import KEY
from tests.stripe_recorder import RecordingClient

ARABIC = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Pay by card"
msgstr "الدفع بالبطاقة"
"""


@pytest.fixture
def sandbox():
    """Run a stand-in that delivers and lets things happen only when it is told to."""
    with SandboxServer(background=False) as server:
        yield server


@pytest.fixture
def recorder():
    """Watch over the contract."""
    client = RecordingClient()
    yield client
    client.close()


@pytest.fixture
def client(sandbox, recorder):
    """Talk to the stand-in through the real SDK."""
    return stripe.StripeClient(KEY, base_addresses={"api": sandbox.url}, http_client=recorder)


@pytest.fixture
def careless_client(sandbox):
    """Talk to the stand-in through the real SDK, free to send what Stripe would not take."""
    wire = stripe.RequestsClient(timeout=30)
    yield stripe.StripeClient(KEY, base_addresses={"api": sandbox.url}, http_client=wire)
    wire.close()


@dataclass
class Receiver:
    """Somebody who receives webhooks: remembers them, and answers with the next of `answers`, else 200."""

    url: str
    received: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    has_come: threading.Event = field(default_factory=threading.Event)

    @property
    def events(self):
        return [json.loads(payload) for payload, _signature in self.received]

    @property
    def types(self):
        return [event["type"] for event in self.events]


@pytest.fixture
def receiver():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            payload = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append((payload, self.headers["Stripe-Signature"]))
            found.has_come.set()
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.send_header("Location", found.url)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_port}/webhooks")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def arabic(tmp_path, monkeypatch):
    """Let Arabic be one of the languages, whatever is translated yet."""
    catalogue = tmp_path / "ar" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(ARABIC, encoding="utf-8")
    monkeypatch.setattr(translate, "TRANSLATIONS", tmp_path)
    forget = [translate.languages.cache_clear, translate._catalogue.cache_clear]
    for clear in forget:
        clear()
    yield
    monkeypatch.undo()
    for clear in forget:
        clear()
