"""Let somebody drop a message that was given up."""

import sqlalchemy as sa

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AFTER = {"dropped_when_given_up": "dropped_at IS NULL OR dead_at IS NOT NULL"}


def upgrade() -> None:
    """Apply."""
    with altered("outbox_message", after=AFTER) as batch:
        batch.add_column(sa.Column("dropped_at", UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back: what was dropped counts as given up again."""
    with altered("outbox_message", before=AFTER) as batch:
        batch.drop_column("dropped_at")
