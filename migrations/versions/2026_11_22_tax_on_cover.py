"""Tax what customers pay to be covered by rates of its own, and freeze with each policy whose tax it is."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BEFORE = {"taxed": one_of("taxed", "sale", "commission")}
AFTER = {"taxed": one_of("taxed", "sale", "cover", "commission")}
# Policies were taxed like sales: by a rate of this height that held when they were bought, of their country first.
FILL = """
    UPDATE policy SET tax_names = rates.names, tax_country = rates.country FROM (
        SELECT bought.id, tax_rate.names, tax_rate.country, row_number() OVER (
            PARTITION BY bought.id ORDER BY
            CASE WHEN tax_rate.country = person.country THEN 0 WHEN tax_rate.country = '' THEN 1 ELSE 2 END,
            tax_rate.valid_from DESC
        ) AS place
        FROM policy AS bought
        JOIN person ON person.id = bought.person_id
        JOIN subscription ON subscription.purpose = 'policy' AND subscription.subject_id = bought.id
        JOIN tax_rate ON tax_rate.taxed = 'sale' AND tax_rate.rate = subscription.tax_rate
            AND tax_rate.valid_from <= date(bought.made_at)
    ) AS rates WHERE rates.id = policy.id AND rates.place = 1
"""


def upgrade() -> None:
    """Apply."""
    with altered("tax_rate", before=BEFORE, after=AFTER):
        pass
    with op.batch_alter_table("policy") as batch:
        batch.add_column(sa.Column("tax_names", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("tax_country", sa.String(length=2), nullable=False, server_default=""))
    op.execute(sa.text(FILL))
    with op.batch_alter_table("policy") as batch:
        for column in ("tax_names", "tax_country"):
            batch.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take back; rates of cover go, and policies keep theirs, and forget whose they were."""
    with op.batch_alter_table("policy") as batch:
        for column in ("tax_names", "tax_country"):
            batch.drop_column(column)
    op.execute(sa.text("DELETE FROM tax_rate WHERE taxed = 'cover'"))
    with altered("tax_rate", before=AFTER, after=BEFORE):
        pass
