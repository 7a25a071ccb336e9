"""Note until when Stripe's events were asked for, so that those that never came are fetched."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "read_mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("until", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_read_mark")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("read_mark")
