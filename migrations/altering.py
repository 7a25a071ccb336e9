"""Altering tables, the same on both databases.

SQLite can't change a CHECK: there the table is made anew and its rows are copied. That forgets the triggers of the
table, and it fails if those of another one mention it; so they are taken away before and put back after.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

Checks = Mapping[str, str]


def one_of(column: str, *values: str) -> str:
    """Write the CHECK of a column that holds one of a few words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


@contextmanager
def altered(table: str, *, before: Checks | None = None, after: Checks | None = None) -> Iterator[BatchOperations]:
    """Alter a table, and bring its CHECKs, by name without `ck_` and the table's, from what they said to what they say.

    Those that say the same before and after need not be named.
    """
    before, after = before or {}, after or {}
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with (
        _triggers_put_back(table, is_sqlite=is_sqlite),
        op.batch_alter_table(table, recreate="always" if is_sqlite else "never") as batch,
    ):
        for name, text in before.items():
            if after.get(name) != text:
                batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        yield batch
        for name, text in after.items():
            if before.get(name) != text:
                batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(text))


@contextmanager
def _triggers_put_back(table: str, *, is_sqlite: bool) -> Iterator[None]:
    """Take away whatever triggers know a table, and put them back."""
    mentioned = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%' || :table || '%'")
    known = op.get_bind().execute(mentioned, {"table": table}).all() if is_sqlite else []
    for name, _statement in known:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, statement in known:
        op.execute(statement)
