"""Let payers save cards: one customer at Stripe for each, and what its cards are known by."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = ("checkout", "capture", "release", "refund", "transfer", "reverse", "respond")
BEFORE = {"callkind": one_of("kind", *KINDS)}
AFTER = {"callkind": one_of("kind", *KINDS, "setup", "forget")}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "payer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("keyed_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("stripe_customer_id", sa.String(length=255), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("setup_session_id", sa.String(length=255), nullable=True),
        sa.Column("setup_url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_payer_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_payer")),
        sa.UniqueConstraint("key", name=op.f("uq_payer_key")),
        sa.UniqueConstraint("stripe_customer_id", name=op.f("uq_payer_stripe_customer_id")),
        sa.UniqueConstraint("setup_session_id", name=op.f("uq_payer_setup_session_id")),
    )
    op.create_table(
        "saved_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stripe_id", sa.String(length=255), nullable=False),
        sa.Column("brand", sa.String(length=40), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("exp_month", sa.Integer(), nullable=False),
        sa.Column("exp_year", sa.Integer(), nullable=False),
        sa.Column("may_renew", sa.Boolean(), nullable=True),
        sa.Column("saved_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("exp_month BETWEEN 1 AND 12", name=op.f("ck_saved_card_month_in_range")),
        sa.CheckConstraint("exp_year BETWEEN 2000 AND 2200", name=op.f("ck_saved_card_year_in_range")),
        sa.ForeignKeyConstraint(["person_id"], ["payer.person_id"], name=op.f("fk_saved_card_person_id_payer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_card")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_saved_card_stripe_id")),
    )
    op.create_index(op.f("ix_saved_card_person_id"), "saved_card", ["person_id"])
    op.add_column("hold", sa.Column("customer_id", sa.String(length=255), nullable=True))
    with altered("stripe_call", before=BEFORE, after=AFTER):
        pass


def downgrade() -> None:
    """Take back; cards stay saved at Stripe, where nobody will ask for them."""
    op.execute("DELETE FROM stripe_call WHERE kind IN ('setup', 'forget')")
    with altered("stripe_call", before=AFTER, after=BEFORE):
        pass
    op.drop_column("hold", "customer_id")
    op.drop_table("saved_card")
    op.drop_table("payer")
