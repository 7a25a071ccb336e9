"""Let holds be renewed: a second payment takes the place of the one behind a hold."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = ("checkout", "capture", "release", "refund", "transfer", "reverse", "respond", "setup", "forget", "account")
RENEWALS = ("renew", "ask", "let_go")
BEFORE = {"callkind": one_of("kind", *KINDS)}
AFTER = {"callkind": one_of("kind", *KINDS, *RENEWALS)}
STATUSES = ("trying", "opening", "asked", "replacing", "done", "ending", "ended")
LIVE = sa.text("status NOT IN ('done', 'ended')")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "renewal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("capture_before", UTCDateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.String(length=255), nullable=True),
        sa.Column("card_id", sa.String(length=255), nullable=True),
        sa.Column("checkout_session_id", sa.String(length=255), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("payment_intent_id", sa.String(length=255), nullable=True),
        sa.Column("replaced_intent_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(one_of("status", *STATUSES), name=op.f("ck_renewal_renewalstatus")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_renewal_hold_id_hold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
        sa.UniqueConstraint("hold_id", "capture_before", name=op.f("uq_renewal_hold_id_capture_before")),
        sa.UniqueConstraint("checkout_session_id", name=op.f("uq_renewal_checkout_session_id")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_renewal_payment_intent_id")),
        sa.UniqueConstraint("replaced_intent_id", name=op.f("uq_renewal_replaced_intent_id")),
    )
    op.create_index(op.f("ix_renewal_hold_id"), "renewal", ["hold_id"])
    op.create_index("uq_renewal_live", "renewal", ["hold_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    with altered("stripe_call", before=BEFORE, after=AFTER):
        pass


def downgrade() -> None:
    """Take back; a hold keeps the payment that stands behind it."""
    op.execute("DELETE FROM stripe_call WHERE kind IN ('renew', 'ask', 'let_go')")
    with altered("stripe_call", before=AFTER, after=BEFORE):
        pass
    op.drop_table("renewal")
