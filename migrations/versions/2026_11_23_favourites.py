"""Let people save partners."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "favourite",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_favourite_person_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_favourite_provider_id_provider")),
        sa.PrimaryKeyConstraint("person_id", "provider_id", name=op.f("pk_favourite")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("favourite")
