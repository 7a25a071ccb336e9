"""Let sessions be moved: by their customers in good time, and with the other side's word after that."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import one_of

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

SIDES = ("customer", "provider", "vendor", "house")
STATUSES = ("proposed", "moved", "declined", "withdrawn", "lapsed")
OPEN = sa.text("status = 'proposed'")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "session_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("from_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("to_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("proposed_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(one_of("side", *SIDES), name=op.f("ck_session_move_side")),
        sa.CheckConstraint(one_of("status", *STATUSES), name=op.f("ck_session_move_movestatus")),
        sa.CheckConstraint("side IN ('customer', 'provider')", name=op.f("ck_session_move_side_of_the_session")),
        sa.CheckConstraint("from_at <> to_at", name=op.f("ck_session_move_another_time")),
        sa.CheckConstraint(
            "(status = 'proposed') = (answered_at IS NULL)", name=op.f("ck_session_move_answered_when_not_proposed")
        ),
        sa.CheckConstraint(
            "NOT is_free OR (side = 'customer' AND status = 'moved')", name=op.f("ck_session_move_free_for_customers")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_session_move_job_id_job")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_move_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_move")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_session_move_job_id_number")),
    )
    op.create_index(
        "uq_session_move_open", "session_move", ["job_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("session_move")
