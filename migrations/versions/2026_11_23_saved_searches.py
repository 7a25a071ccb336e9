"""Let people be told when somebody fits what they have searched for."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("saved_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("looked_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(query) <= 1000", name=op.f("ck_saved_search_query_short")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint(
            "person_id", "query", "zone", "currency", name=op.f("uq_saved_search_person_id_query_zone_currency")
        ),
    )
    op.create_index(op.f("ix_saved_search_looked_at"), "saved_search", ["looked_at"])
    op.create_table(
        "known_fit",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["saved_search.id"], name=op.f("fk_known_fit_search_id_saved_search")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_known_fit_provider_id_provider")),
        sa.PrimaryKeyConstraint("search_id", "provider_id", name=op.f("pk_known_fit")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("known_fit")
    op.drop_table("saved_search")
