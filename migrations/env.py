"""How Alembic reaches the database and the tables; the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from marketplace.kernel.database import db


class BrokenReference(Exception):
    """A migration has left a row that refers to nothing."""


def run(connection: Connection) -> None:
    """Run the migrations on a connection."""
    with tables_can_be_made_anew(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="",  # Our column types are imported by the template.
            transaction_per_migration=True,
            on_version_apply=check_references,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def tables_can_be_made_anew(connection: Connection) -> Iterator[None]:
    """Let foreign keys rest on SQLite, which changes a table by dropping it when there is a new one.

    SQLite hears this only between transactions.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # What a migration did is committed; what is left was only read, or has failed.
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def check_references(ctx: MigrationContext, **_facts: Any) -> None:
    """See, before a migration is committed, that every row still refers to something.

    Raises:
        BrokenReference: names the table.
    """
    connection = ctx.connection
    if connection is None or connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise BrokenReference(f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from marketplace.site.app import create_app

    with create_app().app_context(), db.engine.connect() as own_connection:
        run(own_connection)
        own_connection.commit()
