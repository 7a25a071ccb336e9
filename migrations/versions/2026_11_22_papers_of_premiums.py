"""Issue papers for what customers pay to be covered, too."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BEFORE = {"others_for_a_payment": "(kind = 'statement') = (hold_id IS NULL)"}
AFTER = {
    "others_for_a_payment": "(kind = 'statement') = (hold_id IS NULL AND payment_id IS NULL)",
    "one_payment": "hold_id IS NULL OR payment_id IS NULL",
}
PAYMENT = "fk_paper_payment_id_period_payment"
INDEX = "ix_paper_payment_id"


def upgrade() -> None:
    """Apply; the worker issues what was paid before."""
    op.add_column("paper", sa.Column("payment_id", sa.Integer(), nullable=True))
    with altered("paper", before=BEFORE, after=AFTER) as batch:
        batch.create_foreign_key(op.f(PAYMENT), "period_payment", ["payment_id"], ["id"])
    op.create_index(op.f(INDEX), "paper", ["payment_id"])


def downgrade() -> None:
    """Take back. Where a premium has its paper, the database refuses: what was issued is never deleted."""
    op.drop_index(op.f(INDEX), "paper")
    with altered("paper", before=AFTER, after=BEFORE) as batch:
        batch.drop_constraint(op.f(PAYMENT), type_="foreignkey")
        batch.drop_column("payment_id")
