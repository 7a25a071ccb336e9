"""Read Stripe's book: its lines, and what they say in ours."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FACTS = (
    *("authorised", "unauthorised", "captured", "settled", "reserve_released", "transferred", "paid_by_hand"),
    *("unsettled", "refunded", "refund_returned", "refunded_by_hand", "reversed", "owed", "set_off"),
    *("written_off", "disputed", "dispute_lost"),
)
BEFORE = {"fact": one_of("fact", *FACTS)}
AFTER = {"fact": one_of("fact", *FACTS, "banked", "stripe_fee")}


def upgrade() -> None:
    """Apply."""
    with altered("ledger_transaction", before=BEFORE, after=AFTER):
        pass
    op.create_table(
        "balance_transaction",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.String(length=255), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ledger_transaction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_transaction_id"],
            ["ledger_transaction.id"],
            name=op.f("fk_balance_transaction_ledger_transaction_id_ledger_transaction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_transaction")),
        sa.UniqueConstraint("ledger_transaction_id", name=op.f("uq_balance_transaction_ledger_transaction_id")),
    )
    op.create_index(op.f("ix_balance_transaction_created_at"), "balance_transaction", ["created_at"])
    op.create_index(op.f("ix_balance_transaction_source_id"), "balance_transaction", ["source_id"])


def downgrade() -> None:
    """Take back; what only Stripe's book told is left out of ours for good."""
    op.drop_table("balance_transaction")
