"""Let both sides of a request say how it was, each without having read the other."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

CHECKS = {
    "reviewsubject": one_of("about", "provider", "customer"),
    "names_the_customer_it_is_about": "(about = 'customer') = (customer_id IS NOT NULL)",
    "blind_for_a_while": "blind_until > at",
}
PARTIAL = {"ix_review_customer": ["customer_id", "at"], "ix_review_blind": ["blind_until"]}


def upgrade() -> None:
    """Apply; what was said before is shown already."""
    with altered("review", after=CHECKS) as batch:
        batch.add_column(sa.Column("about", sa.String(length=32), nullable=False, server_default="provider"))
        batch.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("blind_until", UTCDateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_review_customer_id_person"), "person", ["customer_id"], ["id"])
        batch.create_foreign_key(op.f("fk_review_author_id_person"), "person", ["author_id"], ["id"])
        batch.drop_constraint(op.f("uq_review_request_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_review_request_id_about"), ["request_id", "about"])
    for name, columns in PARTIAL.items():
        given = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "review", columns, sqlite_where=given, postgresql_where=given)


def downgrade() -> None:
    """Take it back; what partners said is lost, and what was not shown yet as well, for it is not counted."""
    for name in PARTIAL:
        op.drop_index(name, table_name="review")
    op.execute("DELETE FROM review WHERE about = 'customer' OR blind_until IS NOT NULL")
    with altered("review", before=CHECKS) as batch:
        batch.drop_constraint(op.f("uq_review_request_id_about"), type_="unique")
        batch.create_unique_constraint(op.f("uq_review_request_id"), ["request_id"])
        for name in ("customer_id", "author_id"):
            batch.drop_constraint(op.f(f"fk_review_{name}_person"), type_="foreignkey")
        for name in ("blind_until", "author_id", "customer_id", "about"):
            batch.drop_column(name)
