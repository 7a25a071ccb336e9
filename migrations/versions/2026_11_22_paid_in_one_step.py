"""Let a hold be paid in one step, with a saved card."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KINDS = (
    *("checkout", "capture", "release", "refund", "transfer", "reverse", "respond", "setup", "forget", "account"),
    *("renew", "ask", "let_go", "subscribe", "withdraw", "set_end", "cancel", "change", "refund_period", "portal"),
)
CALLS_BEFORE = {"callkind": one_of("kind", *KINDS)}
CALLS_AFTER = {"callkind": one_of("kind", "checkout", "pay", *KINDS[1:])}
CHECKS = {
    "cardrefusal": one_of("card_refusal", "wants_owner", "declined", "gone"),
    "card_or_refusal": "card_id IS NULL OR card_refusal IS NULL",
    "tried_with_a_card": "tried_intent_id IS NULL OR card_id IS NOT NULL OR card_refusal IS NOT NULL",
}


def upgrade() -> None:
    """Apply."""
    with altered("hold", after=CHECKS) as batch:
        batch.add_column(sa.Column("card_id", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("tried_intent_id", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("card_refusal", sa.String(32), nullable=True))
        batch.create_unique_constraint(op.f("uq_hold_tried_intent_id"), ["tried_intent_id"])
    with altered("stripe_call", before=CALLS_BEFORE, after=CALLS_AFTER):
        pass


def downgrade() -> None:
    """Take back; what was paid with a saved card stays paid."""
    op.execute("DELETE FROM stripe_call WHERE kind = 'pay'")
    with altered("stripe_call", before=CALLS_AFTER, after=CALLS_BEFORE):
        pass
    with altered("hold", before=CHECKS) as batch:
        batch.drop_constraint(op.f("uq_hold_tried_intent_id"), type_="unique")
        for column in ("card_id", "tried_intent_id", "card_refusal"):
            batch.drop_column(column)
