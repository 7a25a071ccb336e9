"""Let a track have one draft of an exam at most."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; of several drafts, to which nobody's attempt refers, the last one stays."""
    exam = sa.table("exam", sa.column("id"), sa.column("track_id"), sa.column("state"))
    of_drafts = [sa.table(name, sa.column("exam_id")) for name in ("exam_part", "angoff_estimate")]
    drafts = sa.select(exam.c.id).where(exam.c.state == "draft")
    kept = sa.select(sa.func.max(exam.c.id)).where(exam.c.state == "draft").group_by(exam.c.track_id)
    older = list(op.get_bind().scalars(drafts.where(exam.c.id.not_in(kept))))
    for table in of_drafts:
        op.execute(sa.delete(table).where(table.c.exam_id.in_(older)))
    op.execute(sa.delete(exam).where(exam.c.id.in_(older)))
    op.create_index(
        "uq_exam_draft",
        "exam",
        ["track_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("uq_exam_draft", table_name="exam")
