"""Keep what is worth a look in attempts and questions, and why somebody put it aside."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    kinds = ("same_place", "speed", "same_answers", "exposed", "risen")
    op.create_table(
        "exam_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name="signalkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("happened_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("aside_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("aside_by_id", sa.Integer(), nullable=True),
        sa.Column("aside_note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(aside_at IS NULL) = (aside_by_id IS NULL)", name=op.f("ck_exam_signal_aside_by_somebody")),
        sa.CheckConstraint("(aside_at IS NULL) = (aside_note IS NULL)", name=op.f("ck_exam_signal_aside_with_note")),
        sa.CheckConstraint(
            "(attempt_id IS NULL) = (question_id IS NOT NULL)", name=op.f("ck_exam_signal_about_attempt_or_question")
        ),
        sa.CheckConstraint(
            "(other_id IS NULL) = (kind NOT IN ('same_place', 'same_answers'))",
            name=op.f("ck_exam_signal_pairs_by_kind"),
        ),
        sa.CheckConstraint("other_id IS NULL OR other_id <> attempt_id", name=op.f("ck_exam_signal_two_attempts")),
        sa.ForeignKeyConstraint(["aside_by_id"], ["person.id"], name=op.f("fk_exam_signal_aside_by_id_person")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam_attempt.id"], name=op.f("fk_exam_signal_attempt_id_exam_attempt")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["exam_attempt.id"], name=op.f("fk_exam_signal_other_id_exam_attempt")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_exam_signal_question_id_question")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_exam_signal_track_id_track")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_signal")),
        sa.UniqueConstraint("key", name=op.f("uq_exam_signal_key")),
    )
    op.create_index(
        "ix_exam_signal_open",
        "exam_signal",
        ["happened_at"],
        sqlite_where=sa.text("aside_at IS NULL"),
        postgresql_where=sa.text("aside_at IS NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("exam_signal")
