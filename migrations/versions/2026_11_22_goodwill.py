"""Let the vendor bear a refund alone, and hold back what payer and payee disagree about."""

import sqlalchemy as sa

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HOLD_NEW = {"borne_within_refunded": "borne_minor >= 0 AND borne_minor <= refunded_minor"}
REFUND = {
    "shares_add_up": "payee_minor + commission_minor + commission_tax_minor + tax_minor IN (0, amount_minor)",
}
REFUND_NOW = {
    "shares_add_up": (
        "payee_minor + commission_minor + commission_tax_minor + tax_minor + goodwill_minor IN (0, amount_minor)"
    ),
    "payee_keeps_what_vendor_bears": "bearer = 'shared' OR payee_minor = 0",
    "bearer": one_of("bearer", "shared", "vendor"),
}
ACCOUNTS = (
    *("stripe_balance", "bank", "partner_receivable", "dispute_receivable", "customer_held", "partner_payable"),
    *("partner_reserve", "tax_payable", "commission", "stripe_fees", "dispute_fees", "dispute_losses", "bad_debt"),
)
MEMO = ("authorised", "authorised_contra")
ACCOUNT = {"accountkind": one_of("kind", *ACCOUNTS, *MEMO)}
ACCOUNT_NOW = {"accountkind": one_of("kind", *ACCOUNTS, "goodwill", *MEMO)}


def upgrade() -> None:
    """Apply."""
    with altered("hold", after=HOLD_NEW) as batch:
        batch.add_column(sa.Column("borne_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("contested_at", UTCDateTime(timezone=True), nullable=True))
    with altered("refund", before=REFUND, after=REFUND_NOW) as batch:
        batch.add_column(sa.Column("goodwill_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("bearer", sa.String(32), nullable=False, server_default="shared"))
    with altered("ledger_account", before=ACCOUNT, after=ACCOUNT_NOW):
        pass
    for table, columns in {"hold": ("borne_minor",), "refund": ("goodwill_minor", "bearer")}.items():
        with altered(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take back who bore what; refused once something is booked as goodwill: the ledger is never changed."""
    with altered("ledger_account", before=ACCOUNT_NOW, after=ACCOUNT):
        pass
    with altered("refund", before=REFUND_NOW, after=REFUND) as batch:
        batch.drop_column("bearer")
        batch.drop_column("goodwill_minor")
    with altered("hold", before=HOLD_NEW) as batch:
        batch.drop_column("contested_at")
        batch.drop_column("borne_minor")
