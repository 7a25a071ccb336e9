"""Let partners say whether they take requests that support cover pays for; all that are there do."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

OBSTACLES = (
    *("not_paid", "suspended", "over", "waiting", "other_currency", "other_layer", "other_category", "other_licence"),
    *("used_up", "event_used_up", "below_deductible"),
)
BEFORE = {"obstacle": one_of("obstacle", *OBSTACLES)}
AFTER = {"obstacle": one_of("obstacle", "not_accepted", *OBSTACLES)}


def upgrade() -> None:
    """Apply."""
    with altered("provider") as batch:
        batch.add_column(sa.Column("accepts_cover", sa.Boolean(), nullable=False, server_default=sa.true()))
    with altered("support_request") as batch:
        batch.add_column(sa.Column("pays_with_cover", sa.Boolean(), nullable=False, server_default=sa.false()))
    with altered("appeal", before=BEFORE, after=AFTER):
        pass


def downgrade() -> None:
    """Take it back; who has appealed because a partner takes no cover has appealed about the kind of request."""
    op.execute("UPDATE appeal SET obstacle = 'other_category' WHERE obstacle = 'not_accepted'")
    with altered("appeal", before=AFTER, after=BEFORE):
        pass
    with altered("support_request") as batch:
        batch.drop_column("pays_with_cover")
    with altered("provider") as batch:
        batch.drop_column("accepts_cover")
