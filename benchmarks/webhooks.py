"""How fast webhooks are taken and applied, and whether a storm of them loses anything.

    .venv/bin/python -m benchmarks.webhooks [--json] [--events N] [--storm N] [--database-url URL]

Receiving is what stands between Stripe and its 2xx: verify, store, commit, through the site's own view, as a thread of
the web server enters it. It is told as a ratio to the least that anybody could do: to check the signature and commit
one bare row, with the same deliveries' worth of bytes, the same connections and the same safety of the disk. Both take
many short turns in one run, and the ratio is the median over the turns, so that whatever else the machine does strikes
both. Writing and signing the events is Stripe's part and is not counted. Applying is the worker's part, with the
stand-in's answers taken off. Without an address the databases are made afresh: SQLite in a file, PostgreSQL with its
disk safety on, as they would run for real.
"""

import argparse
import json
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import stripe
from flask import Flask
from sqlalchemy import JSON, Column, ColumnElement, MetaData, String, Table, func, insert, select

from benchmarks.sites import sites
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.money import Money
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, gateway
from marketplace.payments.models import Hold, LedgerTransaction
from marketplace.payments.rules import Fact, HoldStatus, Subject
from marketplace.payments.selfchecks import CHECKS
from marketplace.sandbox.stripe.webhooks.signature import sign
from tests.factories.accounts import make_person
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess

TURN = 20  # Deliveries.
HOLDS = 50
SENDERS = 8
LEAST_RATIO = 0.5
PATH, SIGNATURE = "/webhooks/stripe", "HTTP_STRIPE_SIGNATURE"

bare = Table("bare_event", MetaData(), Column("id", String(255), primary_key=True), Column("payload", JSON))


@dataclass(frozen=True)
class Figures:
    """What was measured on one database; rates are per second, spans in milliseconds."""

    database: str
    bare_per_s: float
    received_per_s: float
    ratio: float
    bare_cpu_ms: float
    received_cpu_ms: float
    applied_ms: float
    applied_own_ms: float
    storm_events: int
    storm_received_per_s: float
    storm_applied_per_s: float
    lost: int


class TimedWire(stripe.HTTPClient):
    """The way to the stand-in, with a clock beside it: what Stripe needs is not ours."""

    name = "timed"

    def __init__(self, wire: stripe.HTTPClient) -> None:
        """Lead over `wire`."""
        super().__init__()
        self._wire = wire
        self.spent_s = 0.0

    def request(self, *arguments: Any, **options: Any) -> Any:
        """Send a request."""
        begun = time.perf_counter()
        try:
            return self._wire.request(*arguments, **options)
        finally:
            self.spent_s += time.perf_counter() - begun

    def close(self) -> None:
        """Let go of nothing."""


class Bench:
    """A site with some payments, and a Stripe that has much to tell of them."""

    def __init__(self, app: Flask) -> None:
        """Set payments aside, of which the site has not heard yet."""
        self.app = app
        self._engine = db.engine
        self.secret = app.extensions["handrail_settings"].stripe_webhook_secret
        self.stand_in = StripeInProcess()
        self.wire = TimedWire(self.stand_in.http_client(checked=False))
        gateway.connect(app, gateway.Gateway(SECRET_KEY, URL, http_client=self.wire))
        with transaction() as session:
            payer_id = make_person(session).id
            for number in range(HOLDS):
                subject = Subject("benchmark", number, "Help", "/")
                commands.open_hold(session, subject, payer_id=payer_id, amount=Money(6000, "EUR"), now=utcnow())
        self.work()
        for hold in reading().scalars(select(Hold)).all():
            self.stand_in.pay(hold.checkout_url)
        reading().rollback()
        told = self.stand_in.client(checked=False).v1.events.list({"limit": 100}).auto_paging_iter()
        self._told = [event.to_dict() for event in told if event.type == "checkout.session.completed"]

    def work(self) -> None:
        """Do all that is owed."""
        while outbox.deliver_due(utcnow(), limit=100):
            pass

    def payloads(self, count: int) -> list[bytes]:
        """Write events that nobody has heard of."""
        events = (self._told[number % HOLDS] for number in range(count))
        return [json.dumps({**one, "id": f"evt_{secrets.token_hex(12)}"}, indent=2).encode() for one in events]

    def delivery(self, payload: bytes) -> dict[str, Any]:
        """Sign an event and hand it over, as the web server does."""
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PATH,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json; charset=utf-8",
            "CONTENT_LENGTH": str(len(payload)),
            "HTTP_HOST": "localhost",
            SIGNATURE: sign(payload, [self.secret], int(utcnow().timestamp())),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(payload),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def receive(self, delivery: dict[str, Any]) -> int:
        """Take a delivery through the site; give the status of the answer."""
        answers: list[str] = []
        # A thread of the web server brings nothing along, least of all the context in which this program works.
        body = Context().run(self.app.wsgi_app, delivery, lambda status, _headers, _info=None: answers.append(status))
        b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return int(answers[0].split()[0])

    def keep_bare(self, delivery: dict[str, Any]) -> None:
        """Do the least: check the signature, and commit one row."""
        payload = delivery["wsgi.input"].read()
        stripe.WebhookSignature.verify_header(payload.decode(), delivery[SIGNATURE], self.secret, 300)
        event = json.loads(payload)
        with self._engine.begin() as connection:
            connection.execute(insert(bare), {"id": event["id"], "payload": event})


@dataclass(frozen=True)
class Turn:
    """What a delivery took, in seconds: by the clock, and of a processor."""

    wall_s: float
    cpu_s: float


def taken(act: Callable[[dict[str, Any]], object], deliveries: list[dict[str, Any]]) -> Turn:
    """Do something with each of the deliveries."""
    begun, begun_cpu = time.perf_counter(), time.process_time()
    for delivery in deliveries:
        act(delivery)
    count = len(deliveries)
    return Turn((time.perf_counter() - begun) / count, (time.process_time() - begun_cpu) / count)


def by_turns(bench: Bench, count: int) -> tuple[list[Turn], list[Turn]]:
    """Do the least and receive, by turns; either comes first as often."""
    least: list[Turn] = []
    received: list[Turn] = []
    both = [(bench.keep_bare, least), (bench.receive, received)]
    for _turn in range(count):
        for act, turns in both:
            turns.append(taken(act, [bench.delivery(payload) for payload in bench.payloads(TURN)]))
        both.reverse()
    return least, received


def measure(bench: Bench, events: int, storm: int) -> Figures:
    """Measure everything on one database."""
    bare.create(db.engine)
    by_turns(bench, 2)  # Nothing is cold afterwards.
    least, received = by_turns(bench, max(2, events // TURN))
    applied_s, own_s = _apply(bench)
    storm_received_s, storm_applied_s, lost = _storm(bench, storm)
    return Figures(
        database=db.engine.dialect.name,
        bare_per_s=1 / statistics.median(turn.wall_s for turn in least),
        received_per_s=1 / statistics.median(turn.wall_s for turn in received),
        ratio=statistics.median(one.wall_s / other.wall_s for one, other in zip(least, received, strict=True)),
        bare_cpu_ms=1000 * statistics.median(turn.cpu_s for turn in least),
        received_cpu_ms=1000 * statistics.median(turn.cpu_s for turn in received),
        applied_ms=1000 * applied_s,
        applied_own_ms=1000 * own_s,
        storm_events=storm,
        storm_received_per_s=storm / storm_received_s,
        storm_applied_per_s=storm / storm_applied_s,
        lost=lost,
    )


def _apply(bench: Bench) -> tuple[float, float]:
    """Apply what was received; tell the seconds for each, with and without Stripe's."""
    count = _count(OutboxMessage.done_at.is_(None))
    bench.wire.spent_s, begun = 0.0, time.perf_counter()
    bench.work()
    spent_s = time.perf_counter() - begun
    return spent_s / count, (spent_s - bench.wire.spent_s) / count


def _storm(bench: Bench, count: int) -> tuple[float, float, int]:
    """Let many senders tell at once, then catch up; tell the seconds for both, and how much was lost."""
    payloads = bench.payloads(count)
    known = _count()
    begun = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        statuses = list(senders.map(lambda payload: bench.receive(bench.delivery(payload)), payloads))
    received_s, begun = time.perf_counter() - begun, time.perf_counter()
    bench.work()
    applied_s = time.perf_counter() - begun
    lost = count - (_count(OutboxMessage.done_at.is_not(None)) - known) + sum(status != 200 for status in statuses)  # noqa: PLR2004 -- What Stripe wants.
    _check()
    return received_s, applied_s, lost


def _count(*conditions: ColumnElement[bool]) -> int:
    """Count the events that were received, all or some."""
    kept = select(func.count(OutboxMessage.id)).filter_by(kind=commands.EVENT).where(*conditions)
    count = reading().scalar(kept) or 0
    reading().rollback()
    return count


def _check() -> None:
    """Fail unless each payment was booked once, nothing is owed any more, and the books are right."""
    session = reading()
    held = session.scalar(select(func.count(Hold.id)).filter_by(status=HoldStatus.HELD))
    booked = session.scalar(select(func.count(LedgerTransaction.id)).filter_by(fact=Fact.AUTHORISED))
    owed = session.scalar(select(func.count(OutboxMessage.id)).filter_by(done_at=None))
    session.rollback()
    assert (held, booked, owed) == (HOLDS, HOLDS, 0), (held, booked, owed)
    assert [line for check in CHECKS for line in check(reading())] == []


COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("database", "<11", ""),
    ("bare_per_s", ">10", ".0f"),
    ("received_per_s", ">14", ".0f"),
    ("ratio", ">5", ".2f"),
    ("bare_cpu_ms", ">11", ".2f"),
    ("received_cpu_ms", ">15", ".2f"),
    ("applied_ms", ">10", ".1f"),
    ("applied_own_ms", ">14", ".1f"),
    ("storm_received_per_s", ">20", ".0f"),
    ("storm_applied_per_s", ">19", ".0f"),
    ("lost", ">4", "d"),
)


def _head() -> str:
    return "  ".join(format(name, width) for name, width, _form in COLUMNS)


def _row(figures: Figures) -> str:
    return "  ".join(format(format(getattr(figures, name), form), width) for name, width, form in COLUMNS)


def main() -> int:
    """Measure, tell, and say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=2000, help="how many are received one after the other")
    parser.add_argument("--storm", type=int, default=10_000, help="how many are received at once")
    parser.add_argument("--database-url", help="measure on this database only; it must be empty")
    parser.add_argument("--json", action="store_true", help="tell it to programs")
    asked = parser.parse_args()
    found = []
    if not asked.json:
        print(_head())
    for app in sites(asked.database_url):
        figures = measure(Bench(app), asked.events, asked.storm)
        found.append(figures)
        if not asked.json:
            print(_row(figures), flush=True)
    if asked.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    return 0 if all(one.ratio >= LEAST_RATIO and one.lost == 0 for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
