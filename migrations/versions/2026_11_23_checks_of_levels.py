"""Check the levels of partners twice a year, and keep what was decided about them."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

CHECKS = {
    "desk_is_not_checked": "NOT is_vendor_desk OR level_check_at IS NULL",
    "warned_above_the_lowest_level": "level_warned_at IS NULL OR level <> 'new'",
    "warned_before_the_check": (
        "level_warned_at IS NULL OR (level_check_at IS NOT NULL AND level_check_at > level_warned_at)"
    ),
}
LEVELS = ("new", "established", "leading")
DECISION_CHECKS = {
    "set_by_somebody": "(outcome = 'set') = (decided_by IS NOT NULL)",
    "set_with_reason": "(outcome = 'set') = (reason IS NOT NULL)",
    "kept_as_it_was": "outcome NOT IN ('kept', 'warned') OR level_before = level",
    "moved_to_another": "outcome NOT IN ('promoted', 'lowered') OR level_before <> level",
}


def upgrade() -> None:
    """Apply; the worker says when those are checked who are listed already."""
    with altered("provider", after=CHECKS) as batch:
        batch.add_column(sa.Column("level_check_at", UTCDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("level_warned_at", UTCDateTime(timezone=True), nullable=True))
    op.create_table(
        "level_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("outcome", _one_of("leveloutcome", "promoted", "kept", "warned", "lowered", "set"), nullable=False),
        sa.Column("level_before", _one_of("level_before", *LEVELS), nullable=False),
        sa.Column("level", _one_of("partnerlevel", *LEVELS), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_level_decision_{name}")) for name, text in DECISION_CHECKS.items()),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_level_decision_decided_by_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_level_decision_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_decision")),
    )
    op.create_index("ix_level_decision_provider", "level_decision", ["provider_id", "at"])


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("level_decision")
    with altered("provider", before=CHECKS) as batch:
        batch.drop_column("level_warned_at")
        batch.drop_column("level_check_at")
