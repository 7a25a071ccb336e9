"""Add extra work: what a partner proposes beside what was agreed, for a price of its own."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import one_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATUSES = ("proposed", "approved", "paid", "declined", "lapsed", "withdrawn")
OPEN = sa.text("status IN ('approved', 'proposed')")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "extra_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("proposed_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'proposed') = (answered_at IS NULL)", name=op.f("ck_extra_work_answered_when_not_proposed")
        ),
        sa.CheckConstraint(one_of("status", *STATUSES), name=op.f("ck_extra_work_extrastatus")),
        sa.CheckConstraint("part > 1", name=op.f("ck_extra_work_part_after_the_first")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_extra_work_price_positive")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_extra_work_job_id_job")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_extra_work_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_work")),
        sa.UniqueConstraint("job_id", "part", name=op.f("uq_extra_work_job_id_part")),
    )
    op.create_index(
        "uq_extra_work_open", "extra_work", ["job_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("extra_work")
