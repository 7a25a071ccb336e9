"""Index when offers of a request were answered, so that searches without news are found at once."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_offer_answered", "offer", ["request_id", "answered_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_offer_answered", table_name="offer")
