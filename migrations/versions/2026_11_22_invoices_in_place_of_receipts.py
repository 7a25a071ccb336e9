"""Let an invoice take the place of a receipt for the same payment."""

import sqlalchemy as sa

from migrations.altering import altered

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AFTER = {"invoices_supersede": "supersedes_id IS NULL OR kind = 'invoice'"}


def upgrade() -> None:
    """Apply."""
    with altered("paper", after=AFTER) as batch:
        batch.add_column(sa.Column("supersedes_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_paper_supersedes_id_paper", "paper", ["supersedes_id"], ["id"])
        batch.create_unique_constraint("uq_paper_supersedes_id", ["supersedes_id"])


def downgrade() -> None:
    """Take back. No paper is deleted: an invoice in place of a receipt is then one more for the same payment."""
    with altered("paper", before=AFTER) as batch:
        batch.drop_constraint("uq_paper_supersedes_id", type_="unique")
        batch.drop_constraint("fk_paper_supersedes_id_paper", type_="foreignkey")
        batch.drop_column("supersedes_id")
