"""Let the owner of a business say in which role somebody joins it; whoever was invited so far is to be a member."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

CHECKS = {
    "memberrole": one_of("role", "owner", "member", "finance"),
    "business_is_handed_over": "role <> 'owner'",
}


def upgrade() -> None:
    """Apply."""
    with altered("invitation", after=CHECKS) as batch:
        batch.add_column(sa.Column("role", sa.String(length=32), nullable=False, server_default="member"))


def downgrade() -> None:
    """Take it back; whoever is invited to see the money only can not join any more, rather than see requests."""
    op.execute(
        "UPDATE invitation SET taken_back_at = made_at "
        "WHERE role = 'finance' AND accepted_at IS NULL AND taken_back_at IS NULL"
    )
    with altered("invitation", before=CHECKS) as batch:
        batch.drop_column("role")
