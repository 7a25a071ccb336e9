"""Tell apart how well members speak and write a language, and keep what has proven it.

What was one level is both from now on.
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of
from migrations.watching import OF_MEMBER, unwatch, watch

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
BEFORE = {"cefr": one_of("level", *LEVELS)}
AFTER = {
    "spoken_cefr": one_of("spoken", *LEVELS),
    "written_cefr": one_of("written", *LEVELS),
    "spoken_or_written": "spoken IS NOT NULL OR written IS NOT NULL",
}


def upgrade() -> None:
    """Apply."""
    for name in ("spoken", "written"):
        op.add_column("member_language", sa.Column(name, sa.String(length=32), nullable=True))
    op.execute("UPDATE member_language SET spoken = level, written = level")
    with altered("member_language", before=BEFORE, after=AFTER) as batch:
        batch.drop_column("level")
    op.create_table(
        "language_proof",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("proven_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=False),
        sa.Column("noted_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(one_of("medium", "spoken", "written"), name=op.f("ck_language_proof_medium")),
        sa.CheckConstraint(one_of("level", *LEVELS), name=op.f("ck_language_proof_cefr")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_language_proof_member_id_member")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_language_proof_noted_by_person")),
        sa.PrimaryKeyConstraint("member_id", "language", "medium", name=op.f("pk_language_proof")),
    )
    watch("language_proof", OF_MEMBER)


def downgrade() -> None:
    """Take it back; what was proven is lost, and of two levels the better one is kept."""
    unwatch("language_proof")
    op.drop_table("language_proof")
    op.add_column("member_language", sa.Column("level", sa.String(length=32), nullable=True))
    op.execute(
        "UPDATE member_language SET level = CASE WHEN spoken IS NULL OR written > spoken THEN written ELSE spoken END"
    )
    with altered("member_language", before=AFTER, after=BEFORE) as batch:
        batch.alter_column("level", existing_type=sa.String(length=32), nullable=False)
        batch.drop_column("written")
        batch.drop_column("spoken")
