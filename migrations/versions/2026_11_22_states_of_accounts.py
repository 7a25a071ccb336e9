"""Keep how each payee's account at Stripe stands, and the bank accounts of those who are paid by hand.

Whoever was here before was paid by hand where Stripe did not reach; the vendor knows where to.
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATES = (
    *("not_started", "opening", "incomplete", "enabled", "due", "due_soon", "pending_verification", "under_review"),
    *("payouts_paused", "past_due", "refused", "deauthorised", "rejected"),
)
AFTER = {"accountstate": one_of("state", *STATES)}
FILL = """
UPDATE connected_account SET state = CASE
    WHEN refusal IS NOT NULL AND stripe_account_id IS NULL THEN 'refused'
    WHEN refusal IS NOT NULL THEN 'deauthorised'
    WHEN stripe_account_id IS NULL THEN 'opening'
    WHEN may_receive THEN 'enabled'
    ELSE 'incomplete' END
"""
KNOWN_BEFORE = """
INSERT INTO bank_details (payee_id, holder, number, updated_at)
SELECT id, SUBSTR(name, 1, 120), '', created_at FROM provider WHERE NOT is_vendor_desk
"""


def upgrade() -> None:
    """Apply."""
    with altered("connected_account", after=AFTER) as batch:
        batch.add_column(sa.Column("state", sa.String(32), nullable=False, server_default="opening"))
        for column in ("due", "problems"):
            batch.add_column(sa.Column(column, sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("due_by", UTCDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("disabled_reason", sa.String(length=120), nullable=True))
        batch.add_column(sa.Column("is_allowed_by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(FILL)
    with altered("connected_account") as batch:
        for column in ("state", "due", "problems", "is_allowed_by_hand"):
            batch.alter_column(column, server_default=None)
    op.create_table(
        "bank_details",
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("updated_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payee_id"], ["provider.id"], name=op.f("fk_bank_details_payee_id_provider")),
        sa.PrimaryKeyConstraint("payee_id", name=op.f("pk_bank_details")),
    )
    op.execute(KNOWN_BEFORE)


def downgrade() -> None:
    """Take back; bank accounts are forgotten."""
    op.drop_table("bank_details")
    with altered("connected_account", before=AFTER) as batch:
        for column in ("state", "due", "problems", "due_by", "disabled_reason", "is_allowed_by_hand"):
            batch.drop_column(column)
