"""A process of the site that is killed, as by `kill -9`, at a moment that was fixed before.

It is forked from a server that has read all modules already, so that it costs little; apart from that it is a process
like any other, with an application and connections of its own.
"""

import multiprocessing
import os
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import stripe
import time_machine

from marketplace.kernel import outbox
from marketplace.kernel.database import db
from marketplace.payments import gateway
from marketplace.site.app import create_app
from tests.plugins.app import make_settings, prepare
from tests.stripe_inprocess import SECRET_KEY, to_app

PATIENCE_S = 120
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Moment:
    """The `number`th time that something of a kind happens, counted from 1.

    Kinds: `call` (Stripe is about to be asked), `answer` (it has answered), `commit` (a transaction is about to be
    committed), `committed` (it has been).
    """

    kind: str
    number: int = 1


@dataclass(frozen=True)
class Delivery:
    """A webhook call."""

    url: str
    payload: bytes
    signature: str


@dataclass(frozen=True)
class Task:
    """What a process does, where, and when it dies: it takes a delivery, or else does all that the outbox owes."""

    folder: Path
    database_url: str
    stripe_url: str
    now: datetime
    dies_at: Moment
    delivery: Delivery | None = None


class _Death:
    """Counts moments, and kills this process at the one that was fixed."""

    def __init__(self, dies_at):
        self._dies_at, self._met = dies_at, Counter()

    def come_to(self, kind):
        self._met[kind] += 1
        if Moment(kind, self._met[kind]) == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


class _Wire(stripe.HTTPClient):
    name = "doomed"

    def __init__(self, death):
        super().__init__()
        self._wire, self._death = stripe.RequestsClient(), death

    def request(self, *arguments, **options):
        self._death.come_to("call")
        answer = self._wire.request(*arguments, **options)
        self._death.come_to("answer")
        return answer

    def close(self):
        self._wire.close()


def is_killed(task):
    """Let a process do something; tell whether it was killed while it did."""
    process = _context.Process(target=_perform, args=(task,))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode
    return process.exitcode == -signal.SIGKILL


def _watch_commits(dialect, death):
    """Come to a moment right before and right after each COMMIT; savepoints are none."""
    commit = dialect.do_commit

    def do_commit(connection):
        death.come_to("commit")
        commit(connection)
        death.come_to("committed")

    dialect.do_commit = do_commit


def _perform(task):
    app = create_app(make_settings(task.folder, database_url=task.database_url))
    prepare(app)
    death = _Death(task.dies_at)
    gateway.connect(app, gateway.Gateway(SECRET_KEY, task.stripe_url, http_client=_Wire(death)))
    with app.app_context(), time_machine.travel(task.now, tick=False):
        _watch_commits(db.engine.dialect, death)
        if task.delivery is None:
            while outbox.deliver_due(task.now):
                pass
        else:
            to_app(app)(task.delivery.url, task.delivery.payload, task.delivery.signature)
