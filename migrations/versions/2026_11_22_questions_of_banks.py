"""Tell questions of banks from chargebacks, note what each took and who bears it, and let refunds wait for it."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STAGES = ("needs_response", "under_review", "won", "lost")
CHARGEBACK = {"chargebackstatus": one_of("status", *STAGES)}
CHARGEBACK_NOW = {
    "chargebackstatus": one_of("status", "inquiry", "inquiry_answered", "inquiry_closed", *STAGES),
    "lost_adds_up": (
        "from_refunds_minor >= 0 AND from_kept_minor >= 0 AND loss_minor >= 0 AND "
        "from_refunds_minor + from_kept_minor + loss_minor = CASE status WHEN 'lost' THEN amount_minor ELSE 0 END"
    ),
    "moved_not_negative": "taken_minor >= 0 AND returned_minor >= 0",
}
SUMS = ("taken_minor", "returned_minor", "from_refunds_minor", "from_kept_minor", "loss_minor")
STATES = ("due", "sent", "succeeded", "failed", "paid_by_hand")
REFUND = {"refundstatus": one_of("status", *STATES)}
REFUND_NOW = {
    "refundstatus": one_of("status", "waiting", *STATES, "covered"),
    "lost_within_amount": "lost_minor >= 0 AND lost_minor <= amount_minor",
    "covered_when_nothing_left": "(status = 'covered') = (lost_minor = amount_minor)",
}


def upgrade() -> None:
    """Apply; what was lost until now came out of what was kept, and beyond that it was the vendor's loss."""
    for column in SUMS:
        op.add_column("chargeback", sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("chargeback", sa.Column("inquiry_evidence", sa.Text(), nullable=True))
    op.execute("UPDATE chargeback SET taken_minor = amount_minor")
    op.execute("UPDATE chargeback SET returned_minor = amount_minor WHERE status = 'won'")
    kept = "(SELECT lost_minor FROM hold WHERE hold.id = chargeback.hold_id)"
    op.execute(
        f"UPDATE chargeback SET from_kept_minor = CASE WHEN {kept} < amount_minor THEN {kept} ELSE amount_minor END "  # noqa: S608 - our own
        "WHERE status = 'lost'"
    )
    op.execute("UPDATE chargeback SET loss_minor = amount_minor - from_kept_minor WHERE status = 'lost'")
    op.add_column("refund", sa.Column("lost_minor", sa.Integer(), nullable=False, server_default="0"))
    with altered("chargeback", before=CHARGEBACK, after=CHARGEBACK_NOW) as batch:
        for column in SUMS:
            batch.alter_column(column, server_default=None)
    with altered("refund", before=REFUND, after=REFUND_NOW) as batch:
        batch.alter_column("lost_minor", server_default=None)


def downgrade() -> None:
    """Take back; a refund that waits is asked for, one that a bank has covered is done."""
    op.execute("UPDATE refund SET status = 'due' WHERE status = 'waiting'")
    with altered("refund", before=REFUND_NOW) as batch:
        batch.drop_column("lost_minor")
    op.execute("UPDATE refund SET status = 'succeeded' WHERE status = 'covered'")
    with altered("refund", after=REFUND):
        pass
    with altered("chargeback", before=CHARGEBACK_NOW) as batch:
        for column in (*SUMS, "inquiry_evidence"):
            batch.drop_column(column)
    op.execute("UPDATE chargeback SET status = 'needs_response' WHERE status IN ('inquiry', 'inquiry_answered')")
    op.execute("UPDATE chargeback SET status = 'won' WHERE status = 'inquiry_closed'")
    with altered("chargeback", after=CHARGEBACK):
        pass
