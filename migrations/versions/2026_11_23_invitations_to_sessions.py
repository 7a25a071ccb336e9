"""Lead to the call of a session, number what calendars are told of it, and remind of it once."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("session_settings", sa.Column("call_link", sa.String(length=500), nullable=True))
    with altered("job") as batch:
        batch.add_column(sa.Column("call_link", sa.String(length=500), nullable=True))
        batch.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
    with altered("job") as batch:
        batch.alter_column("sequence", server_default=None)
    op.create_table(
        "session_reminder",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_session_reminder_job_id_job")),
        sa.PrimaryKeyConstraint("job_id", "starts_at", "hours_before", name=op.f("pk_session_reminder")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("session_reminder")
    with altered("job") as batch:
        batch.drop_column("sequence")
        batch.drop_column("call_link")
    with op.batch_alter_table("session_settings") as batch:
        batch.drop_column("call_link")
