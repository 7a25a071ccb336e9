"""Know what a bank takes back of a payment for a period."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

CHECKS = {
    "one_payment": "(hold_id IS NULL) <> (payment_id IS NULL)",
    "tax_within_kept": "tax_minor >= 0 AND tax_minor <= from_kept_minor",
}
PAYMENT = "fk_chargeback_payment_id_period_payment"


def upgrade() -> None:
    """Apply; all that there are concern holds."""
    op.add_column("chargeback", sa.Column("tax_minor", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("chargeback", sa.Column("payment_id", sa.Integer(), nullable=True))
    with altered("chargeback", after=CHECKS) as batch:
        batch.alter_column("tax_minor", server_default=None)
        batch.alter_column("hold_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key(op.f(PAYMENT), "period_payment", ["payment_id"], ["id"])
    op.create_index(op.f("ix_chargeback_payment_id"), "chargeback", ["payment_id"])


def downgrade() -> None:
    """Take back; what concerns periods cannot be told any more."""
    op.execute("DELETE FROM chargeback WHERE hold_id IS NULL")
    op.drop_index(op.f("ix_chargeback_payment_id"), "chargeback")
    with altered("chargeback", before=CHECKS) as batch:
        batch.drop_constraint(op.f(PAYMENT), type_="foreignkey")
        batch.alter_column("hold_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("payment_id")
        batch.drop_column("tax_minor")
