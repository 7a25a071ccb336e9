"""The simulator as a whole: its memory, its clock and what time does to its objects."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, and_, func, select

from marketplace.sandbox.stripe.clock import Clock
from marketplace.sandbox.stripe.engine.endpoints import Resource
from marketplace.sandbox.stripe.engine.idempotency import KeysInUse
from marketplace.sandbox.stripe.engine.store import Store, objects
from marketplace.sandbox.stripe.engine.world import ADVANCES_TO, CLOCK, Cause, Listener, Listeners, Record, World
from marketplace.sandbox.stripe.faults.register import Faults

BASE_URL = "base_url"


class Simulator:
    """A simulated Stripe that remembers, whether or not anybody serves it."""

    def __init__(
        self, database: Path | None, resources: Mapping[str, Resource], pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Go on from what the file `database` holds; without a file everything is forgotten at the end.

        Args:
            database: the file.
            resources: what there is.
            pause: how an answer takes its time, in seconds, when a fault makes it slow.
        """
        self.resources = resources
        self.pause = pause
        self.store = Store(database)
        self.clock = Clock(self.store)
        self.faults = Faults(self.store)
        self.keys_in_use = KeysInUse()
        self.news = threading.Event()  # Set when there is something to deliver.
        self.page_secret = self.store.setting("page_secret", secrets.token_hex).encode()
        self.base_url = self.store.setting(BASE_URL, str)  # Where it was last asked; what happens later leads there.
        self._listeners = _listeners(resources)

    @contextmanager
    def world(self, *, account: str = "", base_url: str = "", cause: Cause | None = None) -> Iterator[World]:
        """Look at the world and change it, all or nothing; what was due by the clock has happened before."""
        now = self.clock.now()
        self._note_address(base_url)
        with self.store.transaction() as connection:
            count = self._let_happen(connection, now)
            world = self._world(connection, now, account=account, cause=cause)
            yield world
        if world.has_news or count:
            self.news.set()

    def sweep(self, now: datetime) -> int:
        """Let happen what is due by the clock, in its order: what lapses, expires and settles; tell how much."""
        with self.store.transaction() as connection:
            count = self._let_happen(connection, now)
        if count:
            self.news.set()
        return count

    def _note_address(self, base_url: str) -> None:
        if base_url and base_url != self.base_url:
            self.base_url = base_url
            self.store.change_setting(BASE_URL, base_url)

    def _world(self, connection: Connection, now: datetime, *, account: str = "", cause: Cause | None = None) -> World:
        return World(
            connection,
            self.faults,
            now=now,
            account=account,
            base_url=self.base_url,
            cause=cause,
            listeners=self._listeners,
        )

    def _let_happen(self, connection: Connection, now: datetime) -> int:
        world = self._world(connection, now)
        return self._let_happen_until(world, world.timestamp)

    def _let_happen_until(self, world: World, end: int, clock: str = "") -> int:
        """Let happen what is due in the common time, or in that of a test clock.

        It goes moment by moment, also when the clock jumped: what follows from one may be due before the next.
        """
        count = 0
        lives_in = objects.c.hidden[CLOCK].as_string()
        is_due = and_(objects.c.due_at <= end, lives_in == clock if clock else lives_in.is_(None))
        while (moment := world.connection.scalar(select(func.min(objects.c.due_at)).where(is_due))) is not None:
            due = select(objects).where(is_due, objects.c.due_at == moment).order_by(objects.c.sequence)
            for record in list(world.select(due)):
                if record.due_at == moment:  # What happened to another may have changed it.
                    world.arrive_at(moment, clock)
                    count += self._let_one_happen(world, record)
        world.leave_clock()
        return count

    def _let_one_happen(self, world: World, record: Record) -> int:
        when_due = self.resources[record.body["object"]].when_due
        assert when_due, record
        record.due_at = None
        on_the_way = record.hidden.get(ADVANCES_TO)
        count = self._let_happen_until(world, on_the_way, record.id) if on_the_way else 0
        when_due(world, record)
        return count + 1


def _listeners(resources: Mapping[str, Resource]) -> Listeners:
    found: dict[str, list[Listener]] = {}
    for resource in resources.values():
        for event_type, listener in resource.hears.items():
            found.setdefault(event_type, []).append(listener)
    return found
