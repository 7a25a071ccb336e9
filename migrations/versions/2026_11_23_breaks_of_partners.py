"""Let partners take a break, and say how many new requests a day they take."""

import sqlalchemy as sa

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

CHECKS = {
    "daily_capacity_positive": "daily_capacity > 0",
    "desk_takes_no_break": "NOT is_vendor_desk OR break_until IS NULL",
}


def upgrade() -> None:
    """Apply."""
    with altered("provider", after=CHECKS) as batch:
        batch.add_column(sa.Column("daily_capacity", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("break_until", UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it back."""
    with altered("provider", before=CHECKS) as batch:
        batch.drop_column("break_until")
        batch.drop_column("daily_capacity")
