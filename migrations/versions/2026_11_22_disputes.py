"""Let customers dispute: what is said on both sides, and what is decided."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE_DISPUTES = ("draft", "awaiting_payment", "matching", "unmatched", "in_progress", "resolved")
OVER = ("closed", "cancelled")
REQUEST = {
    "status": one_of("status", *BEFORE_DISPUTES, *OVER),
    "provider_when_accepted": "status NOT IN ('in_progress', 'resolved', 'closed') OR provider_id IS NOT NULL",
}
REQUEST_NOW = {
    "status": one_of("status", *BEFORE_DISPUTES, "disputed", *OVER),
    "provider_when_accepted": (
        "status NOT IN ('in_progress', 'resolved', 'disputed', 'closed') OR provider_id IS NOT NULL"
    ),
}
CHECKS = {
    "asked_positive": "asked_minor > 0",
    "answer_dated": "(answer IS NULL) = (answered_at IS NULL)",
    "answer_when_answered": "status <> 'answered' OR answer IS NOT NULL",
    "ended_when_over": "(status IN ('open', 'answered')) = (ended_at IS NULL)",
    "split_when_final": "(status IN ('conceded', 'decided')) = (back_minor IS NOT NULL)",
    "split_of_something": "(back_minor IS NULL) = (stake_minor IS NULL)",
    "back_within_stake": "back_minor >= 0 AND back_minor <= stake_minor",
    "verdict_when_decided": "(status = 'decided') = (verdict IS NOT NULL)",
    "somebody_decides": "status <> 'decided' OR by_person_id IS NOT NULL",
    "disputereason": one_of("reason", "not_solved", "not_as_agreed", "never_answered", "charged_too_much", "other"),
    "disputestatus": one_of("status", "open", "answered", "withdrawn", "conceded", "decided"),
}
UNDECIDED = sa.text("status IN ('answered', 'open')")


def upgrade() -> None:
    """Apply."""
    with altered("support_request", before=REQUEST, after=REQUEST_NOW):
        pass
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("asked_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("was_resolved", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("opened_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer_by", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("stake_minor", sa.Integer(), nullable=True),
        sa.Column("back_minor", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"ck_dispute_{name}")) for name, text in CHECKS.items()),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_dispute_by_person_id_person")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_dispute_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_job_id"), "dispute", ["job_id"])
    op.create_index(op.f("ix_dispute_ended_at"), "dispute", ["ended_at"])
    op.create_index(
        "uq_dispute_open", "dispute", ["job_id"], unique=True, sqlite_where=UNDECIDED, postgresql_where=UNDECIDED
    )


def downgrade() -> None:
    """Take back; refused as long as something is disputed: nobody would know any more what to do about it."""
    op.drop_table("dispute")
    with altered("support_request", before=REQUEST_NOW, after=REQUEST):
        pass
