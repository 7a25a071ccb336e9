"""Let members choose whose public holidays they keep, and on which of them they work."""

import sqlalchemy as sa
from alembic import op

from migrations.watching import OF_MEMBER, unwatch, watch

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

TABLES = ("holiday_choice", "worked_holiday")  # The list shows hours, so it is told of what changes in these.


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "holiday_choice",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=32), nullable=True),
        sa.CheckConstraint("country IS NOT NULL OR region IS NULL", name=op.f("ck_holiday_choice_region_of_a_country")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_holiday_choice_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_holiday_choice")),
    )
    op.create_table(
        "worked_holiday",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_worked_holiday_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_worked_holiday")),
    )
    for table in TABLES:
        watch(table, OF_MEMBER)


def downgrade() -> None:
    """Take it back."""
    for table in TABLES:
        unwatch(table)
    op.drop_table("worked_holiday")
    op.drop_table("holiday_choice")
