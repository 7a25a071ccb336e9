"""Bringing the database to the current schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from marketplace.kernel.database import db

ROOT = Path(__file__).parents[2]


class OldDatabase(Exception):
    """The schema is not the one that this code needs."""


def configuration() -> Config:
    """Give Alembic its settings."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade(app: Flask) -> None:
    """Migrate to the current schema."""
    with app.app_context():
        config = configuration()
        with db.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()


def check_current(app: Flask) -> None:
    """Make sure that the schema is the current one.

    Raises:
        OldDatabase: it is not.
    """
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    with app.app_context(), db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise OldDatabase("the database is not up to date: run `handrail upgrade` first")
