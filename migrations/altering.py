"""Altering tables, the same on both databases.

SQLite can't change a CHECK: there the table is made anew and its rows are copied, which forgets its triggers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

LEDGER = "the ledger is never changed: book a correction"
PAPERS = "a paper is never changed: issue another that corrects it"
NEVER_CHANGED = {"posting": LEDGER, "ledger_transaction": LEDGER, "paper": PAPERS}
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
    with op.batch_alter_table(table, recreate="always" if is_sqlite else "never") as batch:
        for name, text in before.items():
            if after.get(name) != text:
                batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        yield batch
        for name, text in after.items():
            if before.get(name) != text:
                batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(text))


def refuse_changes_again(table: str) -> None:
    """Put back the triggers that SQLite has forgotten."""
    assert table in NEVER_CHANGED, table
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED[table]}'); END"
            )
