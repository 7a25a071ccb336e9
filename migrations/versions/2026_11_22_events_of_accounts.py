"""Note of each connected account until when its events were asked for."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; those that were never asked for come first."""
    op.add_column("connected_account", sa.Column("events_read_until", UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("connected_account", "events_read_until")
