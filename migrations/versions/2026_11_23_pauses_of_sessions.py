"""Keep a pause around sessions, and say how long ahead one is asked for; for sessions that are booked it is none."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

PAUSE = "pause_minutes BETWEEN 0 AND 240"
CHECKS = {"pause_in_range": PAUSE}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "session_settings",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("pause_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.CheckConstraint(PAUSE, name=op.f("ck_session_settings_pause_in_range")),
        sa.CheckConstraint("notice_hours BETWEEN 0 AND 336", name=op.f("ck_session_settings_notice_in_range")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_session_settings_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_session_settings")),
    )
    with altered("booking", after=CHECKS) as batch:
        batch.add_column(sa.Column("pause_minutes", sa.Integer(), nullable=False, server_default="0"))
    with altered("booking") as batch:
        batch.alter_column("pause_minutes", server_default=None)


def downgrade() -> None:
    """Take it back."""
    with altered("booking", before=CHECKS) as batch:
        batch.drop_column("pause_minutes")
    op.drop_table("session_settings")
