"""Let a certificate take the place of an earlier one."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

CHECKS = {"awarded_by_issue": "awarded_at <= issued_at", "supersedes_another": "supersedes_id <> id"}
EARLIER = "fk_credential_supersedes_id_credential"
ONCE = "uq_credential_supersedes_id"


def upgrade() -> None:
    """Apply; those that there are take the place of none."""
    op.add_column("credential", sa.Column("awarded_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("credential", sa.Column("supersedes_id", sa.Integer(), nullable=True))
    op.execute("UPDATE credential SET awarded_at = issued_at")
    with altered("credential", after=CHECKS) as batch:
        batch.alter_column("awarded_at", existing_type=UTCDateTime(timezone=True), nullable=False)
        batch.create_foreign_key(op.f(EARLIER), "credential", ["supersedes_id"], ["id"])
        batch.create_unique_constraint(op.f(ONCE), ["supersedes_id"])


def downgrade() -> None:
    """Take back."""
    with altered("credential", before=CHECKS) as batch:
        batch.drop_constraint(op.f(ONCE), type_="unique")
        batch.drop_constraint(op.f(EARLIER), type_="foreignkey")
        batch.drop_column("supersedes_id")
        batch.drop_column("awarded_at")
