"""Index what the worker and the staff look for again and again, so that what is over costs nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ADDED = {
    "ix_hold_status": ("hold", ["status", "checked_at"]),
    "ix_payout_payee": ("payout", ["payee_id", "status"]),
    "ix_payout_status": ("payout", ["status", "falls_due_at"]),
    "ix_payout_subject_id": ("payout", ["subject_id"]),
    "ix_clawback_status": ("clawback", ["status", "payee_id"]),
    "ix_refund_status": ("refund", ["status"]),
    "ix_dispute_status": ("dispute", ["status", "opened_at"]),
    "ix_support_request_provider": ("support_request", ["provider_id", "status"]),
}
REPLACED = {
    "ix_payout_payee_id": ("payout", ["payee_id"]),
    "ix_support_request_provider_id": ("support_request", ["provider_id"]),
}
OPEN = "ix_chargeback_open"
IS_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Apply."""
    _swap(ADDED, REPLACED)
    op.create_index(OPEN, "chargeback", ["due_by"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


def downgrade() -> None:
    """Take back."""
    op.drop_index(OPEN, "chargeback")
    _swap(REPLACED, ADDED)


def _swap(new: dict[str, tuple[str, list[str]]], old: dict[str, tuple[str, list[str]]]) -> None:
    for name, (table, columns) in new.items():
        op.create_index(name, table, columns)
    for name, (table, _columns) in old.items():
        op.drop_index(name, table)
