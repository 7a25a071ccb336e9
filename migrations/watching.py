"""Watching the tables behind the public list: whatever changes one of their rows leaves a `directory_change`.

Triggers see every writer, be it a command, a bulk statement or a person at the prompt of the database, and what they
write is in the same transaction as the change.
"""

from alembic import op

VERBS = ("INSERT", "UPDATE", "DELETE")
# From a row, which trigger bodies call `ROW`, to the provider: SQL with one column.
ITSELF = "SELECT ROW.id"
PROVIDER = "SELECT ROW.provider_id"
OF_MEMBER = "SELECT provider_id FROM member WHERE id = ROW.member_id"
OF_PERSON = "SELECT provider_id FROM member WHERE person_id = ROW.person_id AND left_at IS NULL"
EVERYBODY = "SELECT CAST(NULL AS INTEGER)"


def watch(table: str, provider: str, *, verbs: tuple[str, ...] = VERBS, columns: str = "") -> None:
    """Have changes of a table noted.

    Args:
        table: whose rows belong to a provider.
        provider: the way from a row to the provider's id, such as `OF_MEMBER`; `EVERYBODY` if all are concerned.
        verbs: what is watched.
        columns: if only a change of some matters, their names with commas between.
    """
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for verb in verbs:
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[verb]
        if provider == EVERYBODY:
            rows = rows[:1]
        wanted = " UNION ".join(provider.replace("ROW", row) for row in rows)
        note = f"INSERT INTO directory_change (provider_id) {wanted}"
        trigger = f"{table}_{verb.lower()}_is_noted"
        event = f"AFTER {verb}{f' OF {columns}' if columns and verb == 'UPDATE' else ''} ON {table}"
        if is_postgresql:
            op.execute(
                f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note}; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {trigger} {event} FOR EACH ROW EXECUTE FUNCTION {trigger}()")
        else:
            op.execute(f"CREATE TRIGGER {trigger} {event} BEGIN {note}; END")


def unwatch(table: str) -> None:
    """Have changes of a table noted no more; before the table is dropped, too."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for verb in VERBS:
        trigger = f"{table}_{verb.lower()}_is_noted"
        if is_postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS {trigger}() CASCADE")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS {trigger}")
