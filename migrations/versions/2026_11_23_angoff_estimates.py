"""Keep what judges say about the questions of an exam that is prepared."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

UNIQUE = "uq_angoff_estimate_exam_id_question_id_judge_id"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "angoff_estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_angoff_estimate_percent_in_range")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_angoff_estimate_exam_id_exam")),
        sa.ForeignKeyConstraint(["judge_id"], ["person.id"], name=op.f("fk_angoff_estimate_judge_id_person")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_angoff_estimate_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angoff_estimate")),
        sa.UniqueConstraint("exam_id", "question_id", "judge_id", name=op.f(UNIQUE)),
    )


def downgrade() -> None:
    """Take back; what judges have said is lost, pass marks stay as they are."""
    op.drop_table("angoff_estimate")
