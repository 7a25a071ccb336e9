"""What Stripe tells many times at the same moment, and in any order: it is kept once, and ends the same."""

import json
import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, insert, select

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction, writing
from marketplace.payments import commands
from marketplace.payments.gateway import EVENTS, Event, Gateway, connect
from marketplace.payments.models import LedgerTransaction
from marketplace.payments.rules import Fact, HoldStatus
from tests.factories import DAY
from tests.factories.till import reserve
from tests.marketplace.payments.truths import book
from tests.stripe_inprocess import SECRET_KEY, URL, to_app
from tests.told import kept_events

AT_ONCE = 20
SHUFFLES = {"sqlite": 200, "postgresql": 10}
MOSTLY_LATE = 0.1  # How often the worker comes before the next event does.
FAILS_LATER = "4000000000005126"  # A card to which a refund seems to arrive, and then comes back.


class Log:
    """What Stripe has told, and nobody has heard yet."""

    def __init__(self, till, app):
        """Write down what Stripe tells from now on."""
        self.told = []
        self._courier = till.stand_in._courier
        self._courier._send = lambda *delivery: (self.told.append(delivery) or True, "200")
        self.hear = to_app(app)

    def stop(self):
        """Let Stripe be heard again."""
        self._courier._send = self.hear


@pytest.fixture
def log(till, app):
    """Give what Stripe tells while nobody listens."""
    log = Log(till, app)
    yield log
    log.stop()


def all_at_once(app, act):
    """Do something in many threads, as nearly at the same moment as can be; give what came of each."""
    barrier = threading.Barrier(AT_ONCE)

    def one(_number):
        with app.app_context():
            barrier.wait()
            return act()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def paid(till):
    """Let somebody pay; only Stripe's events tell of it."""
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    return hold_id


def booked(fact):
    """Count how often something was booked."""
    found = len(reading().scalars(select(LedgerTransaction.id).filter_by(fact=fact)).all())
    reading().rollback()
    return found


def test_what_is_told_twenty_times_at_once_is_booked_once(till, app, log):
    hold_id = paid(till)
    till.work()
    for delivery in log.told:
        assert all_at_once(app, partial(log.hear, *delivery)) == [(True, "200")] * AT_ONCE
    assert len(kept_events()) == len(set(kept_events())) == len(log.told)
    all_at_once(app, lambda: outbox.deliver_due(utcnow()))
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert booked(Fact.AUTHORISED) == 1


def test_who_looks_first_and_keeps_it_then_keeps_it_twenty_times(till, app, log):
    paid(till)
    till.work()
    event_id = "evt_1"
    everybody_has_looked = threading.Barrier(AT_ONCE)

    def keep_carelessly():
        is_known = event_id in kept_events()
        everybody_has_looked.wait()
        if not is_known:
            with transaction() as session:
                outbox.enqueue(session, commands.EVENT, at=utcnow() + DAY, event={"id": event_id})

    all_at_once(app, keep_carelessly)
    assert kept_events() == [event_id] * AT_ONCE


class Snapshot:
    """The site and its Stripe at one moment, to which both can be brought back."""

    def __init__(self, stand_in, empty):
        """Keep what there is; `empty` empties the site's database."""
        self._stand_in, self._empty = stand_in, empty
        with db.engine.connect() as connection:
            self._rows = [
                (table, [row._asdict() for row in connection.execute(select(table))])
                for table in db.metadata.sorted_tables
            ]
        self._stripe = sqlite3.connect(":memory:")
        self._memory().backup(self._stripe)

    def restore(self):
        """Bring both back."""
        db.session.remove()
        self._empty()
        with db.engine.begin() as connection:
            for table, rows in self._rows:
                if rows:
                    connection.execute(insert(table), rows)
                    self._count_on(connection, table)
        self._stripe.backup(self._memory())

    def _memory(self):
        return self._stand_in._simulator.store._engine.raw_connection().driver_connection

    @staticmethod
    def _count_on(connection, table):
        """Let PostgreSQL give new ids that are not taken."""
        column = table.autoincrement_column
        if column is not None and connection.dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, func.max(column))))


def much_happens(till, payee, by_hand):
    """Let much happen of which Stripe tells, while the site only knows what it has asked itself."""

    def taken(minor, **how):
        hold_id = till.open(minor)
        till.work()
        till.stand_in.pay(till.hold(hold_id).checkout_url, **how)
        with transaction() as session:
            outbox.enqueue(session, commands.REFRESH, at=utcnow(), hold_id=hold_id)
        till.work()
        till.capture(hold_id, minor // 100 * 90)
        till.work()
        return hold_id

    won, lost = taken(20000, card=FAILS_LATER), taken(40000)
    till.settle(won, by_hand)
    till.settle(lost, payee, reserve=reserve())
    till.work()
    till.refund(won, 5000)
    paid(till)
    for hold_id, minor, verdict in ((won, 7000, "win"), (lost, 9000, "lose")):
        till.decide(till.dispute(hold_id, minor), verdict)
    till.wait(8 * DAY)  # What nobody has taken lapses.
    till.work()


def test_in_any_order_what_stripe_tells_ends_in_one_trial_balance(till, app, request):
    payee, by_hand = till.payee(), till.payee(with_account=False)
    log = Log(till, app)
    much_happens(till, payee, by_hand)
    payloads = [json.loads(payload) for _url, payload, _signature in log.told]
    events = [Event(one["id"], one["type"], one.get("account"), one) for one in payloads if one["type"] in EVENTS]
    engine = db.engine.dialect.name
    snapshot = Snapshot(till.stand_in, request.getfixturevalue(f"_{engine}_app")[1])
    before, ends = standing(), set()
    connect(app, Gateway(SECRET_KEY, URL, http_client=till.stand_in.http_client(checked=False)))
    for seed in range(SHUFFLES[engine]):
        snapshot.restore()
        chance = random.Random(seed)
        for event in chance.sample([*events, *events[::3]], len(events) + len(events[::3])):
            with writing() as connection:
                commands.store_event(connection, event, now=utcnow())
            if chance.random() < MOSTLY_LATE:
                till.work()
        till.work()
        ends.add(standing())
    assert len(ends) == 1
    assert before not in ends
    log.stop()


def standing():
    """Give what stands on each account, as one value."""
    return frozenset((name, minor) for name, minor in book().items() if minor)
