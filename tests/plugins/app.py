"""Fixtures for the application: made once for each kind of database, with an empty database for each test."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, transaction
from marketplace.payments import gateway as payments_gateway
from marketplace.sandbox.stripe.server import SandboxServer
from marketplace.site import migrate
from marketplace.site.app import create_app
from marketplace.site.settings import Settings
from tests.api_contract import Answer, ApiContract
from tests.plugins.databases import ENGINES
from tests.stripe_recorder import RecordingClient

NOWHERE = "http://127.0.0.1:9"  # A test that talks to Stripe asks for `sandbox`; for all others there is nobody.
STRIPE_KEY = "sk_test_handrail"
CALLS = "/api/v1/"
CONTRACT = "contract of the API"


def make_settings(folder: Path, **overrides: Any) -> Settings:
    """Give the settings of an installation in a folder."""
    chosen = {
        "data": folder,
        "secret_key": "a key that only the tests use, long enough",
        "stripe_secret_key": STRIPE_KEY,
        "stripe_api_base": NOWHERE,
        "stripe_webhook_secret": "whsec_platform",
        "stripe_connect_webhook_secret": "whsec_connect",
        "vendor_name": "Lumentree",
        "calls_per_minute": 0,  # Tests ask often, and all at the same moment.
        **overrides,
    }
    return Settings(**chosen)


class SignedInClient(FlaskClient):
    """A browser without a screen, which can be signed in as somebody."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask for a page, in a context of its own: a request must not find what an earlier one left in `g`.

        Whatever a call of the API answers is held to the document of the API.
        """
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if response.request.path.startswith(CALLS):
            answer = Answer(response.status_code, response.headers, response.data)
            _contract(self.application).hold(
                response.request.method, response.request.full_path, answer, body=kwargs.get("json")
            )
        return response

    def sign_in(self, person: Person) -> None:
        """Be this person from now on."""
        with self.session_transaction() as session:
            session["_user_id"] = person.session_key
            session["_fresh"] = True


def _contract(app: Flask) -> ApiContract:
    """Give the document of the API, read once for each application."""
    if CONTRACT not in app.extensions:
        api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
        app.extensions[CONTRACT] = ApiContract(json.loads(json.dumps(api.spec.to_dict())))
    return app.extensions[CONTRACT]


def prepare(app: Flask) -> None:
    """Make an application fit for tests: errors reach the test, forms need no token."""
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = SignedInClient


@pytest.fixture(scope="session")
def _sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Callable[[], None]]]:
    folder = tmp_path_factory.mktemp("sqlite")
    app = create_app(make_settings(folder))
    migrate.upgrade(app)
    with app.app_context():
        db.engine.dispose()
    used, clean = folder / "handrail.sqlite", folder / "clean.sqlite"
    shutil.move(used, clean)

    def empty() -> None:
        db.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{used}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(clean, used)

    yield app, empty
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def _postgresql_app(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Flask, Callable[[], None]]]:
    server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        app = create_app(make_settings(tmp_path_factory.mktemp("postgresql"), database_url=url))
        migrate.upgrade(app)

        # TRUNCATE takes ten times as long: it makes new files for all. Guards and foreign keys are off meanwhile.
        deletions = "; ".join(str(table.delete()) for table in db.metadata.sorted_tables)

        def empty() -> None:
            with db.engine.begin() as connection:
                connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletions}")
                connection.execute(
                    text(
                        "SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) "
                        "FROM pg_sequences WHERE last_value IS NOT NULL"
                    )
                )

        yield app, empty
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(params=ENGINES)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Give the application with an empty database, inside its context; once on SQLite and once on PostgreSQL.

    All tests of a worker share it, so what a test connects to it is taken away again.
    """
    made, empty = request.getfixturevalue(f"_{request.param}_app")
    prepare(made)
    settings, connected = made.extensions["handrail_settings"], dict(made.extensions)
    with made.app_context():
        empty()
        shutil.rmtree(settings.data / "mail", ignore_errors=True)
        yield made
        db.session.remove()
    kept = {CONTRACT: made.extensions[CONTRACT]} if CONTRACT in made.extensions else {}
    made.extensions.clear()
    made.extensions.update(connected | kept)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Give the session of one writing transaction, for calling commands."""
    with transaction() as writing:
        yield writing


@pytest.fixture
def client(app: Flask) -> SignedInClient:
    """Give a browser without a screen."""
    client = app.test_client()
    assert isinstance(client, SignedInClient)
    return client


@pytest.fixture
def sandbox(app: Flask) -> Iterator[SandboxServer]:
    """Give a Stripe stand-in of this test's own; every call to it is held to Stripe's contract."""
    with SandboxServer(background=False) as server:
        before = payments_gateway.gateway()
        payments_gateway.connect(app, payments_gateway.Gateway(STRIPE_KEY, server.url, http_client=RecordingClient()))
        yield server
        payments_gateway.connect(app, before)


@pytest.fixture
def work_off(app: Flask) -> Callable[[], int]:
    """Give a function that performs all that the outbox owes now, and tells how much it was."""

    def perform() -> int:
        done = 0
        while tried := outbox.deliver_due(utcnow()):
            done += tried
        return done

    return perform
