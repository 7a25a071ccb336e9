"""Let people leave a business, see only its money, or get it from its owner: there is one owner."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

BEFORE = {"memberrole": one_of("role", "owner", "member")}
AFTER = {
    "memberrole": one_of("role", "owner", "member", "finance"),
    "owner_stays": "left_at IS NULL OR role <> 'owner'",
    "left_after_joining": "left_at >= joined_at",
}


def upgrade() -> None:
    """Apply; of several owners the first stays one."""
    op.execute(
        "UPDATE member SET role = 'member' WHERE role = 'owner' AND id NOT IN "
        "(SELECT MIN(id) FROM member WHERE role = 'owner' GROUP BY provider_id)"
    )
    with altered("member", before=BEFORE, after=AFTER) as batch:
        batch.add_column(sa.Column("left_at", UTCDateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("uq_member_person_id"), type_="unique")
    for name, column, where in (
        ("uq_member_owner", "provider_id", "role = 'owner'"),
        ("uq_member_person", "person_id", "left_at IS NULL"),
    ):
        op.create_index(
            name, "member", [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    """Take it back; whoever saw the money only is a member, and so is whoever has left."""
    op.drop_index("uq_member_person", table_name="member")
    op.drop_index("uq_member_owner", table_name="member")
    op.execute("UPDATE member SET role = 'member' WHERE role = 'finance'")
    with altered("member", before=AFTER, after=BEFORE) as batch:
        batch.create_unique_constraint(op.f("uq_member_person_id"), ["person_id"])
        batch.drop_column("left_at")
