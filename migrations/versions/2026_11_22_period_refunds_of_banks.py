"""Know what a bank has given to a payer of a refund of a period that came back."""

import sqlalchemy as sa

from migrations.altering import altered

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BEFORE = {"no_bank_decides": "status NOT IN ('waiting', 'covered')"}
AFTER = {
    "asked_at_once": "status <> 'waiting'",
    "lost_not_negative": "lost_minor >= 0 AND lost_tax_minor >= 0 AND lost_tax_minor <= tax_minor",
    "lost_within_amount": "lost_minor <= amount_minor AND lost_minor - lost_tax_minor <= amount_minor - tax_minor",
    "covered_when_nothing_left": "(status = 'covered') = (lost_minor = amount_minor)",
}
COLUMNS = ("lost_minor", "lost_tax_minor")


def upgrade() -> None:
    """Apply; so far none was."""
    with altered("period_refund", before=BEFORE) as batch:
        for column in COLUMNS:
            batch.add_column(sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    with altered("period_refund", after=AFTER) as batch:
        for column in COLUMNS:
            batch.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take back. Where a bank has given one, the database refuses: it would look as if it were to be paid."""
    with altered("period_refund", before=AFTER) as batch:
        for column in COLUMNS:
            batch.drop_column(column)
    with altered("period_refund", after=BEFORE):
        pass
