"""Sites to measure on: an installation with a database of each kind, made afresh, or with one that is named."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from marketplace.kernel.database import db
from marketplace.site import migrate
from marketplace.site.app import create_app
from tests.pg import running_server
from tests.plugins.app import make_settings


def sites(database_url: str | None = None) -> Iterator[Flask]:
    """Make a site on SQLite in a file, then one on PostgreSQL with its disk safety on, as they would run for real.

    Args:
        database_url: of an empty database; then there is only a site on this one.
    """
    with tempfile.TemporaryDirectory() as folder:
        if database_url is not None:
            with _site(Path(folder), database_url) as app:
                yield app
            return
        with _site(Path(folder)) as app:
            yield app
        with running_server(is_durable=True) as server, server.database() as url, _site(Path(folder), url) as app:
            yield app


@contextmanager
def _site(folder: Path, database_url: str = "") -> Iterator[Flask]:
    app = create_app(make_settings(folder, database_url=database_url))
    migrate.upgrade(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
