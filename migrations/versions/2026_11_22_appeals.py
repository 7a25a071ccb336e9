"""Let customers ask for another look at what cover refused."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

OBSTACLES = (
    *("not_paid", "suspended", "over", "waiting", "other_currency", "other_layer", "other_category"),
    *("used_up", "event_used_up", "below_deductible"),
)
OPEN = "status = 'open'"


def upgrade() -> None:
    """Apply."""
    obstacle = sa.Enum(*OBSTACLES, name="obstacle", native_enum=False, create_constraint=True, length=32)
    status = sa.Enum("open", "answered", name="appealstatus", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("obstacle", obstacle, nullable=True),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", status, nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(obstacle IS NULL) <> (claim_id IS NULL)", name=op.f("ck_appeal_about_one_thing")),
        sa.CheckConstraint(
            "(status = 'answered') = (answered_at IS NOT NULL)", name=op.f("ck_appeal_answered_with_moment")
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_appeal_answered_with_reason")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_appeal_answered_by_somebody")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_appeal_answered_by_person")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_appeal_claim_id_claim")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_appeal_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_policy_id"), "appeal", ["policy_id"])
    op.create_index(
        "uq_appeal_open",
        "appeal",
        ["policy_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("appeal")
