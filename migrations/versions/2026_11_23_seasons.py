"""Keep other hours for a while: from one day to another a member works by another week."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_season_days_in_order")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_season_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("member_id", "first_day", name=op.f("uq_season_member_id_first_day")),
    )
    op.create_table(
        "season_interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_season_interval_weekday_in_range")),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name=op.f("ck_season_interval_start_in_range")),
        sa.CheckConstraint(
            "end_minute > start_minute AND end_minute <= start_minute + 1440",
            name=op.f("ck_season_interval_end_in_range"),
        ),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_season_interval_season_id_season")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_interval")),
        sa.UniqueConstraint(
            "season_id", "weekday", "start_minute", name=op.f("uq_season_interval_season_id_weekday_start_minute")
        ),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("season_interval")
    op.drop_table("season")
