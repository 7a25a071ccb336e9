"""Say who stands in for members who are away; no two absences of a member begin on the same day."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

CHECKS = {"somebody_else_stands_in": "stand_in_id <> member_id"}
STAND_IN = "fk_absence_stand_in_id_member"
FIRST_DAY = "uq_absence_member_id_first_day"
# Of those that begin on the same day the longest says it all.
SHORTER = """
    DELETE FROM absence WHERE EXISTS (
        SELECT 1 FROM absence AS other
        WHERE other.member_id = absence.member_id AND other.first_day = absence.first_day
        AND (other.last_day > absence.last_day OR other.last_day = absence.last_day AND other.id < absence.id)
    )
"""


def upgrade() -> None:
    """Apply."""
    op.execute(SHORTER)
    with altered("absence", after=CHECKS) as batch:
        batch.add_column(sa.Column("note", sa.String(length=500), nullable=True))
        batch.add_column(sa.Column("stand_in_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(STAND_IN), "member", ["stand_in_id"], ["id"])
        batch.create_unique_constraint(op.f(FIRST_DAY), ["member_id", "first_day"])
        batch.create_index(op.f("ix_absence_stand_in_id"), ["stand_in_id"])


def downgrade() -> None:
    """Take it back."""
    with altered("absence", before=CHECKS) as batch:
        batch.drop_index(op.f("ix_absence_stand_in_id"))
        batch.drop_constraint(op.f(FIRST_DAY), type_="unique")
        batch.drop_constraint(op.f(STAND_IN), type_="foreignkey")
        batch.drop_column("stand_in_id")
        batch.drop_column("note")
