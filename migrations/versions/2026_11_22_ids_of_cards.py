"""Give the id of a card that is gone to no other card, as PostgreSQL does: SQLite would give the last one again."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _make_anew(counts_on=True)


def downgrade() -> None:
    """Take back."""
    _make_anew(counts_on=False)


def _make_anew(*, counts_on: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("saved_card", recreate="always", table_kwargs={"sqlite_autoincrement": counts_on}):
            pass  # The table is made anew as it was, but for how it counts.
