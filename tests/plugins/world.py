"""Fixtures for tests of the whole application: a world that is as new whenever a test asks for it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import stripe
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.kernel.database import db, transaction
from marketplace.payments import gateway as payments_gateway
from tests.factories import MINUTE, NOON
from tests.factories.world import World, make_world
from tests.plugins.app import NOWHERE, STRIPE_KEY, SignedInClient

# Five minutes after noon: what began at noon is still there, and something has happened since.
NOW = NOON + 5 * MINUTE
TOKEN_PATHS = ("/api/",)
_made: dict[int, tuple[Path, World]] = {}  # A copy of the world in its folder, by application.


class NobodyThere(stripe.HTTPClient):
    """A way to Stripe that leads nowhere, and says so at once."""

    name = "nobody there"

    def request(self, *_arguments: Any, **_options: Any) -> Any:
        """Find nobody."""
        raise stripe.APIConnectionError("nobody is there")

    def _sleep_time_seconds(self, *_arguments: Any, **_options: Any) -> float:
        return 0

    def close(self) -> None:
        """Let go of nothing."""


class Visits:
    """Somebody who visits the world: it opens pages, and calls the API with a token."""

    def __init__(self, app: Flask, world: World, reset: Callable[[], None]) -> None:
        """Begin in a world that is as new."""
        self._app, self.world, self.reset = app, world, reset

    def address(self, path: str) -> str:
        """Fill the gaps of an address."""
        return path.format(**self.world.names)

    def client(self, caller: str) -> SignedInClient:
        """Give a browser in which somebody is signed in."""
        client = self._app.test_client()
        assert isinstance(client, SignedInClient)
        if caller != "visitor":
            client.sign_in(self.world.people[caller])  # type: ignore[arg-type]
        return client

    def ask(self, caller: str, method: str, path: str, **sent: Any) -> TestResponse:
        """Ask for something as this caller; the API knows people by their token, pages by their session."""
        address = self.address(path)
        if not address.startswith("/api/"):
            return self.client(caller).open(address, method=method, **sent)
        known = self.world.people.get(caller)
        headers = {"Authorization": f"Bearer {known.token}"} if known else {}
        return self.client("visitor").open(
            address, method=method, **{**sent, "headers": {**headers, **sent.get("headers", {})}}
        )

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Give all that is written in the database."""
        with db.engine.connect() as connection:
            tables = {table.name: connection.execute(sa.select(table)).all() for table in db.metadata.sorted_tables}
        return {name: [tuple(row) for row in rows] for name, rows in tables.items()}


@pytest.fixture
def visits(app: Flask) -> Iterator[Visits]:
    """Give visits to a world that stands still at `NOW`; nobody answers for Stripe."""
    before = payments_gateway.gateway()
    payments_gateway.connect(app, payments_gateway.Gateway(STRIPE_KEY, NOWHERE, http_client=NobodyThere()))
    with time_machine.travel(NOW, tick=False):
        yield _visits_on_sqlite(app) if db.engine.dialect.name == "sqlite" else _visits(app)
    payments_gateway.connect(app, before)


def _visits(app: Flask) -> Visits:
    with transaction() as session:
        world = make_world(session)
    return Visits(app, world, reset=lambda: pytest.fail("only a world on SQLite can be made as new"))


def _visits_on_sqlite(app: Flask) -> Visits:
    """Make the world once; every later one is a copy of its database and its files."""
    used = Path(str(db.engine.url.database))
    files = app.extensions["handrail_settings"].data / "files"
    if id(app) not in _made:
        with transaction() as session:
            world = make_world(session)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
        kept = used.with_name("world")
        kept.mkdir()
        shutil.copyfile(used, kept / used.name)
        shutil.copytree(files, kept / files.name)
        _made[id(app)] = kept, world
    kept, world = _made[id(app)]

    def reset() -> None:
        db.session.remove()
        db.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{used}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(kept / used.name, used)
        shutil.rmtree(files)
        shutil.copytree(kept / files.name, files)

    reset()
    return Visits(app, world, reset)
