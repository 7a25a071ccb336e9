"""Keep the vendor's table of tax rates, and freeze with each job whose tax it was."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAMES = ("tax_names", "commission_tax_names")
COUNTRIES = ("tax_country", "commission_tax_country")
CHECKS = {"no_tax_when_reversed": "NOT is_reverse_charge OR commission_tax_rate = 0"}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tax_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taxed", sa.String(32), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("may_be_reversed", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(one_of("taxed", "sale", "commission"), name=op.f("ck_tax_rate_taxed")),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f("ck_tax_rate_rate_in_range")),
        sa.CheckConstraint(
            "taxed = 'commission' OR NOT may_be_reversed", name=op.f("ck_tax_rate_only_business_is_reversed")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_tax_rate_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint("taxed", "country", "valid_from", name=op.f("uq_tax_rate_taxed_country_valid_from")),
    )
    with altered("job", after=CHECKS) as batch:
        for column in NAMES:
            batch.add_column(sa.Column(column, sa.JSON(), nullable=False, server_default="{}"))
        for column in COUNTRIES:
            batch.add_column(sa.Column(column, sa.String(length=2), nullable=False, server_default=""))
        batch.add_column(sa.Column("is_reverse_charge", sa.Boolean(), nullable=False, server_default=sa.false()))
    with altered("job") as batch:
        for column in (*NAMES, *COUNTRIES, "is_reverse_charge"):
            batch.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take back; jobs keep their rates, and forget whose they were."""
    with altered("job", before=CHECKS) as batch:
        for column in (*NAMES, *COUNTRIES, "is_reverse_charge"):
            batch.drop_column(column)
    op.drop_table("tax_rate")
