"""Freeze on what terms help is offered and taken; keep the time that was worked, and whose time is booked."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROZEN = {
    "servicekind": one_of("kind", "incident", "hourly", "session"),
    "hourly_price_when_hourly": "(kind = 'hourly') = (hourly_minor IS NOT NULL)",
    "cap_when_hourly": "(kind = 'hourly') = (cap_minutes IS NOT NULL)",
    "length_when_session": "(kind = 'session') = (session_minutes IS NOT NULL)",
    "cap_in_range": "cap_minutes BETWEEN 30 AND 2400",
    "length_in_range": "session_minutes BETWEEN 15 AND 480",
}
CHECKS = {
    "offer": FROZEN,
    "job": {**FROZEN, "start_when_session": "(kind = 'session') = (starts_at IS NOT NULL)"},
}
MINUTES = ("hourly_minor", "cap_minutes", "session_minutes")


def upgrade() -> None:
    """Apply; what there is was offered and taken at a fixed price."""
    op.add_column("support_request", sa.Column("starts_at", UTCDateTime(timezone=True), nullable=True))
    for table, checks in CHECKS.items():
        with altered(table, after=checks) as batch:
            batch.add_column(sa.Column("kind", sa.String(32), nullable=False, server_default="incident"))
            for column in MINUTES:
                batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            if table == "job":
                batch.add_column(sa.Column("starts_at", UTCDateTime(timezone=True), nullable=True))
        with altered(table) as batch:
            batch.alter_column("kind", server_default=None)
    _make_tables()
    for statement in _guards(op.get_context().dialect.name):
        op.execute(statement)


def _make_tables() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_moments_in_order")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_booking_member_id_member")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_booking_request_id_support_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("request_id", name=op.f("uq_booking_request_id")),
    )
    op.create_index("ix_booking_member", "booking", ["member_id", "starts_at"])
    op.create_table(
        "work_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes <> 0", name=op.f("ck_work_time_minutes_not_zero")),
        sa.CheckConstraint("minutes BETWEEN -2400 AND 2400", name=op.f("ck_work_time_minutes_in_range")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_work_time_job_id_job")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_work_time_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_time")),
    )
    op.create_index(op.f("ix_work_time_job_id"), "work_time", ["job_id"])


def _guards(dialect: str) -> list[str]:
    """Write the triggers that keep time as it was written down."""
    message = "time that was written down is never changed: write a correction"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER work_time_no_{verb.lower()} BEFORE {verb} ON work_time "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE FUNCTION refuse_work_time_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    trigger = (
        "CREATE TRIGGER work_time_no_change BEFORE UPDATE OR DELETE ON work_time "
        "FOR EACH ROW EXECUTE FUNCTION refuse_work_time_change()"
    )
    return [function, trigger]


def downgrade() -> None:
    """Take back."""
    op.drop_table("work_time")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_work_time_change()")
    op.drop_table("booking")
    for table, checks in CHECKS.items():
        with altered(table, before=checks) as batch:
            for column in ("kind", *MINUTES, *(["starts_at"] if table == "job" else [])):
                batch.drop_column(column)
    with altered("support_request") as batch:
        batch.drop_column("starts_at")
