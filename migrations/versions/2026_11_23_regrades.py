"""Keep what was graded anew after a question was wrong, and the passes that it puts in doubt."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TABLES = ("regrade", "regraded_attempt", "pass_in_doubt")
OPEN = "status = 'open'"


def upgrade() -> None:
    """Apply."""
    _make_regrades()
    _make_regraded_attempts()
    _make_doubts()


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _make_regrades() -> None:
    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("remedy", _one_of("remedy", "newest_key", "full_marks", "left_out"), nullable=False),
        sa.Column("fallback", _one_of("fallback", "full_marks", "left_out"), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(remedy = 'newest_key') = (fallback IS NOT NULL)", name=op.f("ck_regrade_fallback_for_keys")
        ),
        sa.CheckConstraint(
            "(remedy = 'newest_key') = (version_id IS NOT NULL)", name=op.f("ck_regrade_key_of_a_version")
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_regrade_by_person_id_person")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_regrade_question_id_question")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_regrade_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    op.create_index(op.f("ix_regrade_question_id"), "regrade", ["question_id"], unique=False)


def _make_regraded_attempts() -> None:
    states = ("in_progress", "under_review", "passed", "failed", "voided")
    checks = {
        "state_that_counts": "state <> 'voided'",
        "graded_with_marks": "(state IN ('passed', 'failed')) = (earned IS NOT NULL)",
        "marks_before_and_after": "(earned IS NULL) = (earned_before IS NULL)",
        "marks_of_so_many": "(earned IS NULL) = (possible IS NULL)",
        "marks_of_so_many_before": "(earned IS NULL) = (possible_before IS NULL)",
        "graded_with_result": "(earned IS NULL) = (is_passed IS NULL)",
        "something_counts": "possible > 0 AND possible_before > 0",
    }
    op.create_table(
        "regraded_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("attemptstate", *states), nullable=False),
        sa.Column("mark_before", sa.String(length=64), nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("was_scored", sa.Boolean(), nullable=False),
        sa.Column("is_scored", sa.Boolean(), nullable=False),
        sa.Column("earned_before", sa.String(length=64), nullable=True),
        sa.Column("possible_before", sa.Integer(), nullable=True),
        sa.Column("earned", sa.String(length=64), nullable=True),
        sa.Column("possible", sa.Integer(), nullable=True),
        sa.Column("is_passed", sa.Boolean(), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"ck_regraded_attempt_{name}")) for name, text in checks.items()),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam_attempt.id"], name=op.f("fk_regraded_attempt_attempt_id_exam_attempt")
        ),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrade.id"], name=op.f("fk_regraded_attempt_regrade_id_regrade")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regraded_attempt")),
        sa.UniqueConstraint("regrade_id", "attempt_id", name=op.f("uq_regraded_attempt_regrade_id_attempt_id")),
    )
    op.create_index(op.f("ix_regraded_attempt_attempt_id"), "regraded_attempt", ["attempt_id"], unique=False)


def _make_doubts() -> None:
    op.create_table(
        "pass_in_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regraded_id", sa.Integer(), nullable=False),
        sa.Column("status", _one_of("doubtstatus", "open", "kept", "taken_back", "settled"), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('kept', 'taken_back')) = (decided_by IS NOT NULL)",
            name=op.f("ck_pass_in_doubt_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (answer IS NULL)", name=op.f("ck_pass_in_doubt_decided_with_reason")
        ),
        sa.CheckConstraint("(status = 'open') = (ended_at IS NULL)", name=op.f("ck_pass_in_doubt_ended_with_moment")),
        sa.CheckConstraint("ended_at >= made_at", name=op.f("ck_pass_in_doubt_ended_after_made")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_pass_in_doubt_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["regraded_id"], ["regraded_attempt.id"], name=op.f("fk_pass_in_doubt_regraded_id_regraded_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_in_doubt")),
        sa.UniqueConstraint("regraded_id", name=op.f("uq_pass_in_doubt_regraded_id")),
    )
    op.create_index(
        "ix_pass_in_doubt_open",
        "pass_in_doubt",
        ["made_at"],
        unique=False,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    """Take back; what was decided is lost, the marks stay as they are."""
    for table in reversed(TABLES):
        op.drop_table(table)
