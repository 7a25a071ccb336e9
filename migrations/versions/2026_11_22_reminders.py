"""Remember of what somebody was reminded."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = ("quote", "answer_soon", "answer_due")


def upgrade() -> None:
    """Apply."""
    kind = sa.Enum(*KINDS, name="reminderkind", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "reminder",
        sa.Column("kind", kind, nullable=False),
        sa.Column("about_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "about_id", name=op.f("pk_reminder")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("reminder")
