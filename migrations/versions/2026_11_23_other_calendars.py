"""Keep when members are busy by the calendars that they have elsewhere: only from when to when."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.watching import OF_MEMBER, unwatch, watch

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    moment = UTCDateTime(timezone=True)
    op.create_table(
        "other_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=2000)),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("etag", sa.String(length=200)),
        sa.Column("last_modified", sa.String(length=200)),
        sa.Column("read_at", moment),
        sa.Column("known_until", moment),
        sa.Column("unread_entries", sa.Integer(), nullable=False),
        sa.Column("unread_line", sa.Integer()),
        sa.Column("next_at", moment),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=20)),
        sa.Column("detail", sa.Integer()),
        sa.CheckConstraint(
            "(address IS NULL) = (next_at IS NULL)", name=op.f("ck_other_calendar_addresses_are_read_again")
        ),
        sa.CheckConstraint(
            "address IS NOT NULL OR read_at IS NOT NULL", name=op.f("ck_other_calendar_files_are_read_at_once")
        ),
        sa.CheckConstraint(
            "failures >= 0 AND (failures > 0) = (problem IS NOT NULL)",
            name=op.f("ck_other_calendar_failures_have_a_problem"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_other_calendar_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_calendar")),
        sa.UniqueConstraint("member_id", "name", name=op.f("uq_other_calendar_member_id_name")),
        sa.UniqueConstraint("id", "member_id", name=op.f("uq_other_calendar_id_member_id")),
    )
    op.create_index("ix_other_calendar_next_at", "other_calendar", ["next_at"])
    op.create_table(
        "busy_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_busy_time_moments_in_order")),
        sa.ForeignKeyConstraint(
            ["calendar_id", "member_id"],
            ["other_calendar.id", "other_calendar.member_id"],
            name=op.f("fk_busy_time_calendar_id_member_id_other_calendar"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_busy_time_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_time")),
        sa.UniqueConstraint("calendar_id", "starts_at", name=op.f("uq_busy_time_calendar_id_starts_at")),
    )
    op.create_index("ix_busy_time_member", "busy_time", ["member_id", "starts_at"])
    watch("busy_time", OF_MEMBER)


def downgrade() -> None:
    """Take it back."""
    unwatch("busy_time")
    op.drop_table("busy_time")
    op.drop_table("other_calendar")
