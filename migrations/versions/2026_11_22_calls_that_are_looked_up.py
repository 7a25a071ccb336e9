"""Owe the opening of accounts as every call, and let a call have a new key when the old one is spent."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("checkout", "capture", "release", "refund", "transfer", "reverse", "respond", "setup", "forget")
BEFORE = {"callkind": one_of("kind", *KINDS)}
AFTER = {"callkind": one_of("kind", *KINDS, "account"), "renewals_counted": "renewals >= 0"}


def upgrade() -> None:
    """Apply."""
    with altered("stripe_call", before=BEFORE, after=AFTER) as batch:
        batch.add_column(sa.Column("renewals", sa.Integer(), nullable=False, server_default="0"))
    with altered("stripe_call") as batch:
        batch.alter_column("renewals", server_default=None)
    op.execute(
        "INSERT INTO stripe_call (kind, about_id, attempt, key, renewals, stripe_id, created_at, answered_at) "
        "SELECT 'account', payee_id, 1, key, 0, stripe_account_id, updated_at, "
        "CASE WHEN stripe_account_id IS NULL AND refusal IS NULL THEN NULL ELSE updated_at END FROM connected_account"
    )
    for about_id, call_id in _calls():
        _rewrite({"payee_id": about_id}, "stripe_account", {"call_id": call_id}, "stripe_call")
    with altered("connected_account") as batch:
        batch.drop_constraint("uq_connected_account_key", type_="unique")
        batch.drop_column("key")


def downgrade() -> None:
    """Take back."""
    for about_id, call_id in _calls():
        _rewrite({"call_id": call_id}, "stripe_call", {"payee_id": about_id}, "stripe_account")
    op.add_column("connected_account", sa.Column("key", sa.String(120), nullable=True))
    op.execute(
        "UPDATE connected_account SET key = (SELECT key FROM stripe_call "
        "WHERE kind = 'account' AND about_id = connected_account.payee_id AND attempt = 1)"
    )
    with altered("connected_account") as batch:
        batch.alter_column("key", existing_type=sa.String(120), nullable=False)
        batch.create_unique_constraint("uq_connected_account_key", ["key"])
    op.execute("DELETE FROM stripe_call WHERE kind = 'account'")
    with altered("stripe_call", before=AFTER, after=BEFORE) as batch:
        batch.drop_column("renewals")


def _calls() -> list[tuple[int, int]]:
    """List the calls that open accounts: about whom, and their ids."""
    found = op.get_bind().execute(sa.text("SELECT about_id, id FROM stripe_call WHERE kind = 'account'"))
    return [(row.about_id, row.id) for row in found]


def _rewrite(before: dict[str, int], kind: str, after: dict[str, int], new_kind: str) -> None:
    """Let a message that is owed say the same in other words."""
    message = sa.table("outbox_message", sa.column("id"), sa.column("kind"), sa.column("payload", sa.JSON()))
    for row in op.get_bind().execute(sa.select(message).where(message.c.kind == kind)).all():
        if row.payload == before:
            change = sa.update(message).where(message.c.id == row.id)
            op.get_bind().execute(change.values(kind=new_kind, payload=after))
