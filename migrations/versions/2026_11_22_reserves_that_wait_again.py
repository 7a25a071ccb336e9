"""Note which payouts stand in reserve in the ledger, so that a frozen reserve can wait again."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHECKS = {
    "only_reserves_in_reserve": "kind = 'reserve' OR NOT in_reserve",
    "waits_in_reserve": "in_reserve OR status <> 'waiting'",
}


def upgrade() -> None:
    """Apply; until now a reserve left the ledger's account as soon as it was frozen."""
    op.add_column("payout", sa.Column("in_reserve", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE payout SET in_reserve = (status = 'waiting')")
    with altered("payout", after=CHECKS) as batch:
        batch.alter_column("in_reserve", server_default=None)


def downgrade() -> None:
    """Take back; what is frozen in reserve stays there in the ledger."""
    with altered("payout", before=CHECKS) as batch:
        batch.drop_column("in_reserve")
