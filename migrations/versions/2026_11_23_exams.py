"""Keep exams, the attempts at them with what was asked and answered, and what staff allow a person."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TABLES = ("exam", "exam_part", "exam_attempt", "asked_question", "allowance")


def upgrade() -> None:
    """Apply."""
    _make_exams()
    _make_attempts()
    _make_asked_questions()
    _make_allowances()


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _make_exams() -> None:
    op.create_table(
        "exam",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("examstate", "draft", "published", "retired"), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("waits_days", sa.JSON(), nullable=False),
        sa.Column("tries_max", sa.Integer(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("trial_questions", sa.Integer(), nullable=False),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("published_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'draft') = (published_at IS NULL)", name=op.f("ck_exam_published_with_time")),
        sa.CheckConstraint("edition > 0", name=op.f("ck_exam_edition_counted")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_exam_minutes_in_range")),
        sa.CheckConstraint("pass_percent BETWEEN 1 AND 100", name=op.f("ck_exam_pass_percent_in_range")),
        sa.CheckConstraint("trial_questions >= 0", name=op.f("ck_exam_trial_questions_counted")),
        sa.CheckConstraint("tries_max > 0 AND window_days > 0", name=op.f("ck_exam_tries_counted")),
        sa.CheckConstraint("valid_days BETWEEN 30 AND 3650", name=op.f("ck_exam_valid_days_in_range")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_exam_release_id_release")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_exam_track_id_track")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam")),
        sa.UniqueConstraint("id", "track_id", name=op.f("uq_exam_id_track_id")),
        sa.UniqueConstraint("track_id", "edition", name=op.f("uq_exam_track_id_edition")),
    )
    op.create_index(
        "uq_exam_published",
        "exam",
        ["track_id"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "exam_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("difficulty", _one_of("difficulty", "easy", "medium", "hard"), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.CheckConstraint("questions > 0", name=op.f("ck_exam_part_questions_counted")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_exam_part_exam_id_exam")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_part")),
        sa.UniqueConstraint("exam_id", "position", name=op.f("uq_exam_part_exam_id_position")),
    )


def _make_attempts() -> None:
    op.create_table(
        "exam_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _one_of("attemptstate", "in_progress", "under_review", "passed", "failed", "voided"),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("honesty_version", sa.String(length=20), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("started_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("graded_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("earned", sa.String(length=64), nullable=True),
        sa.Column("possible", sa.Integer(), nullable=True),
        sa.Column("lapsed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "lapsed_at IS NULL OR graded_at IS NOT NULL", name=op.f("ck_exam_attempt_lapsed_after_result")
        ),
        sa.CheckConstraint(
            "(state = 'in_progress') = (ended_at IS NULL)", name=op.f("ck_exam_attempt_ended_with_time")
        ),
        sa.CheckConstraint(
            "(state = 'voided') = (void_reason IS NOT NULL)", name=op.f("ck_exam_attempt_voided_with_reason")
        ),
        sa.CheckConstraint(
            "state NOT IN ('passed', 'failed') OR earned IS NOT NULL", name=op.f("ck_exam_attempt_graded_with_marks")
        ),
        sa.CheckConstraint("(earned IS NULL) = (graded_at IS NULL)", name=op.f("ck_exam_attempt_graded_with_time")),
        sa.CheckConstraint("(earned IS NULL) = (possible IS NULL)", name=op.f("ck_exam_attempt_marks_of_so_many")),
        sa.CheckConstraint("deadline_at > started_at", name=op.f("ck_exam_attempt_deadline_after_start")),
        sa.CheckConstraint(
            "ended_at >= started_at AND ended_at <= deadline_at", name=op.f("ck_exam_attempt_ended_in_time")
        ),
        sa.ForeignKeyConstraint(
            ["exam_id", "track_id"], ["exam.id", "exam.track_id"], name=op.f("fk_exam_attempt_exam_id_track_id_exam")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exam_attempt_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_attempt")),
        sa.UniqueConstraint("reference", name=op.f("uq_exam_attempt_reference")),
    )
    op.create_index(
        "ix_exam_attempt_due",
        "exam_attempt",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("state = 'in_progress'"),
        postgresql_where=sa.text("state = 'in_progress'"),
    )
    op.create_index("ix_exam_attempt_exam", "exam_attempt", ["exam_id", "state"], unique=False)
    op.create_index("ix_exam_attempt_person", "exam_attempt", ["person_id", "track_id"], unique=False)
    op.create_index(
        "uq_exam_attempt_in_progress",
        "exam_attempt",
        ["person_id", "track_id"],
        unique=True,
        sqlite_where=sa.text("state = 'in_progress'"),
        postgresql_where=sa.text("state = 'in_progress'"),
    )


def _make_asked_questions() -> None:
    op.create_table(
        "asked_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("is_scored", sa.Boolean(), nullable=False),
        sa.Column("own_ids", sa.JSON(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(sequence = 0) = (answered_at IS NULL)", name=op.f("ck_asked_question_answered_with_time")),
        sa.CheckConstraint("position > 0", name=op.f("ck_asked_question_position_counted")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_asked_question_sequence_counted")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam_attempt.id"], name=op.f("fk_asked_question_attempt_id_exam_attempt")
        ),
        sa.ForeignKeyConstraint(["marked_by_id"], ["person.id"], name=op.f("fk_asked_question_marked_by_id_person")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_asked_question_question_id_question")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_asked_question_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_question")),
        sa.UniqueConstraint("attempt_id", "position", name=op.f("uq_asked_question_attempt_id_position")),
        sa.UniqueConstraint("attempt_id", "question_id", name=op.f("uq_asked_question_attempt_id_question_id")),
    )
    op.create_index("ix_asked_question_question", "asked_question", ["question_id"], unique=False)


def _make_allowances() -> None:
    op.create_table(
        "allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("extra_percent", sa.Integer(), nullable=False),
        sa.Column("may_try_from", UTCDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extra_percent BETWEEN 0 AND 200", name=op.f("ck_allowance_extra_percent_in_range")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_allowance_by_person_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_allowance_person_id_person")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_allowance_track_id_track")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance")),
    )
    op.create_index("ix_allowance_person", "allowance", ["person_id", "track_id"], unique=False)


def downgrade() -> None:
    """Take back; the exams and all attempts are lost."""
    for table in reversed(TABLES):
        op.drop_table(table)
