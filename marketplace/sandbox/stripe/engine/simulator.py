"""The simulator as a whole: its memory, its clock and what time does to its objects."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from marketplace.sandbox.stripe.clock import Clock
from marketplace.sandbox.stripe.engine.endpoints import Resource
from marketplace.sandbox.stripe.engine.idempotency import KeysInUse
from marketplace.sandbox.stripe.engine.store import Store, objects
from marketplace.sandbox.stripe.engine.world import Cause, World
from marketplace.sandbox.stripe.faults.register import Faults


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

    @contextmanager
    def world(self, *, account: str = "", base_url: str = "", cause: Cause | None = None) -> Iterator[World]:
        """Look at the world and change it, all or nothing; what was due by the clock has happened before."""
        now = self.clock.now()
        with self.store.transaction() as connection:
            count = self._let_happen(connection, now)
            world = World(connection, self.faults, now=now, account=account, base_url=base_url, cause=cause)
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

    def _let_happen(self, connection: Connection, now: datetime) -> int:
        count = 0
        world = World(connection, self.faults, now=now)
        query = select(objects).where(objects.c.due_at <= world.timestamp)
        # What follows from that may be due already, too.
        while found := list(world.select(query.order_by(objects.c.due_at, objects.c.sequence))):
            for record in found:
                when_due = self.resources[record.body["object"]].when_due
                assert when_due, record
                record.due_at = None
                when_due(world, record)
            count += len(found)
        return count
