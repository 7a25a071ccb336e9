"""Let a policy say that a request is about another licence than its own."""

from alembic import op

from migrations.altering import altered, one_of

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

FIRST = ("not_paid", "suspended", "over", "waiting", "other_currency", "other_layer", "other_category")
LAST = ("used_up", "event_used_up", "below_deductible")
BEFORE = {"obstacle": one_of("obstacle", *FIRST, *LAST)}
AFTER = {"obstacle": one_of("obstacle", *FIRST, "other_licence", *LAST)}


def upgrade() -> None:
    """Apply."""
    with altered("appeal", before=BEFORE, after=AFTER):
        pass


def downgrade() -> None:
    """Take back; what comes nearest to the new reason takes its place."""
    op.execute("UPDATE appeal SET obstacle = 'other_category' WHERE obstacle = 'other_licence'")
    with altered("appeal", before=AFTER, after=BEFORE):
        pass
