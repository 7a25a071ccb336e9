"""A whole installation for a journey: the Stripe stand-in, the site on a port of this machine, and its worker.

Whatever goes wrong behind the pages (an error in a request, an effect that failed, a call that Stripe would not take)
is kept, and `Installation.check` fails with it.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import stripe
from flask import Flask, got_request_exception
from sqlalchemy import select
from werkzeug.serving import make_server

from marketplace.accounts.models import Person
from marketplace.kernel.database import db, reading
from marketplace.kernel.errors import DomainError
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import gateway as payments_gateway
from marketplace.sandbox.stripe.server import QuietHandler, SandboxServer
from marketplace.site import migrate, wiring, worker
from marketplace.site.app import create_app
from marketplace.site.settings import PREFIX, Settings
from tests.plugins.app import STRIPE_KEY, make_settings
from tests.stripe_contract import ContractBroken
from tests.stripe_recorder import RecordingClient

WAIT_S = 30
PAUSE_S = 0.05
WEBHOOKS = {"stripe_webhook_secret": "/webhooks/stripe", "stripe_connect_webhook_secret": "/webhooks/stripe/connect"}


class WatchingClient(RecordingClient):
    """Keeps each breach of Stripe's contract: in the worker it would only be one more effect to repeat."""

    def __init__(self):
        """Begin with nothing broken."""
        super().__init__()
        self.breaches: list[str] = []

    def request(self, *arguments, **options):
        """Send a request, and keep what is wrong with it or with its answer."""
        try:
            return super().request(*arguments, **options)
        except ContractBroken as breach:
            self.breaches.append(str(breach))
            raise


class Installation:
    """A site that runs, with the addresses and doors that a journey needs."""

    def __init__(self, app: Flask, settings: Settings, sandbox: SandboxServer, wire: WatchingClient) -> None:
        """Listen to what goes wrong in requests."""
        self.app, self.settings, self.sandbox = app, settings, sandbox
        self.stripe = stripe.StripeClient(STRIPE_KEY, base_addresses={"api": sandbox.url}, http_client=wire)
        self._wire = wire
        self._errors: list[str] = []
        got_request_exception.connect(self._keep, app)

    @property
    def url(self) -> str:
        """The site's address."""
        return self.settings.base_url

    @property
    def environment(self) -> dict[str, str]:
        """The settings as another process of this installation reads them."""
        own = {PREFIX + one.name.upper(): str(getattr(self.settings, one.name)) for one in fields(Settings)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return kept | own

    def _keep(self, _app: Flask, exception: Exception, **_context: object) -> None:
        if not isinstance(exception, DomainError):  # Those are answers.
            self._errors.append(repr(exception))

    def ask(self, question: Callable[[], Any]) -> Any:
        """Ask the database as it stands now."""
        with self.app.app_context():
            return question()

    def person_id(self, email: str) -> int:
        """Find somebody by their address."""
        return self.ask(lambda: reading().scalars(select(Person.id).filter_by(email=email)).one())

    def wait_until(self, is_so: Callable[[], object], what: str) -> None:
        """Give the worker time for something to come true in the database."""
        give_up_at = time.monotonic() + WAIT_S
        while not self.ask(is_so):
            assert time.monotonic() < give_up_at, f"in {WAIT_S} seconds it did not come true that {what}"
            time.sleep(PAUSE_S)

    def finish_work(self) -> None:
        """Wait until the stand-in has told everything, and the worker has done all that is owed by now."""
        self.wait_until(lambda: not self.sandbox.deliver_pending() and not _owed(), "nothing is left to do")

    def check(self) -> None:
        """Fail unless everything went well behind the pages, and all self-checks are green."""
        self.finish_work()
        failed = select(OutboxMessage).where(OutboxMessage.last_error.is_not(None))
        assert self.ask(lambda: [f"{one.kind}: {one.last_error}" for one in reading().scalars(failed)]) == []
        assert self._errors == []
        assert self._wire.breaches == []
        undelivered = [event.type for event in self.stripe.v1.events.list({"limit": 100}) if event.pending_webhooks]
        assert undelivered == []
        broken = self.ask(lambda: {one.__name__: found for one in wiring.SELF_CHECKS if (found := one(reading()))})
        assert broken == {}


def _owed() -> bool:
    waiting = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None), OutboxMessage.dead_at.is_(None))
    return reading().scalars(waiting).first() is not None


@contextmanager
def installed(folder: Path, database_url: str, *, works: bool = True) -> Iterator[Installation]:
    """Set up a site with an empty market, and serve it.

    Args:
        folder: for its files and mail.
        database_url: an empty database of either kind.
        works: run a worker in this process.
    """
    with SandboxServer(background=True) as sandbox, socket.create_server(("127.0.0.1", 0)) as listener:
        base_url = f"http://localhost:{listener.getsockname()[1]}"
        wire = WatchingClient()
        gateway = payments_gateway.Gateway(STRIPE_KEY, sandbox.url, http_client=wire)
        settings = make_settings(
            folder,
            base_url=base_url,
            database_url=database_url,
            demo=True,
            embedded_worker=False,  # The journey says when one works.
            site_name="Lumentree Support",
            mail_sender="support@lumentree.example",
            stripe_api_base=sandbox.url,
            **_register_webhooks(gateway, base_url),
        )
        app = create_app(settings)
        payments_gateway.connect(app, gateway)
        migrate.upgrade(app)
        installation = Installation(app, settings, sandbox, wire)
        with _running(app, listener, works=works):
            yield installation
        wire.close()


def _register_webhooks(gateway: payments_gateway.Gateway, base_url: str) -> dict[str, str | None]:
    return {
        setting: gateway.register_webhook(base_url + path, connect=path.endswith("connect"))
        for setting, path in WEBHOOKS.items()
    }


@contextmanager
def _running(app: Flask, listener: socket.socket, *, works: bool) -> Iterator[None]:
    """Serve the site and work for it; at the end nothing of it runs any more."""
    server = make_server("localhost", 0, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno())
    stop = threading.Event()
    threads = [threading.Thread(target=partial(server.serve_forever, poll_interval=PAUSE_S), name="site")]
    threads += [threading.Thread(target=worker.run, args=(app, stop), name="worker")] if works else []
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
