"""Let a fee be more than what was taken: a few cents of a large hold cost as much as any payment."""

from migrations.altering import altered

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = {"fee_within_captured": "fee_minor >= 0 AND fee_minor <= captured_minor"}
AFTER = {"fee_not_negative": "fee_minor >= 0"}


def upgrade() -> None:
    """Apply."""
    with altered("hold", before=BEFORE, after=AFTER):
        pass


def downgrade() -> None:
    """Take back."""
    with altered("hold", before=AFTER, after=BEFORE):
        pass
