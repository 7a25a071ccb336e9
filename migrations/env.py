"""How Alembic reaches the database and the tables; the same on SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import Connection

from marketplace.kernel.database import db


def run(connection: Connection) -> None:
    """Run the migrations on a connection."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        # A table that is made anew is dropped in between: nothing may look after its references meanwhile.
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="",  # Our column types are imported by the template.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        assert not lost, f"references lead nowhere: {lost}"


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from marketplace.site.app import create_app

    with create_app().app_context(), db.engine.connect() as own_connection:
        run(own_connection)
        own_connection.commit()
