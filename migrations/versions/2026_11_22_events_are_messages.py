"""Keep what Stripe tells in the very message that owes its application: Stripe waits for one row, not two."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KIND = "stripe_event"
AT_ONCE = 500

message = sa.table(
    "outbox_message",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("key", sa.String),
    sa.column("payload", sa.JSON),
    sa.column("run_at", UTCDateTime(timezone=True)),
    sa.column("done_at", UTCDateTime(timezone=True)),
)
received = sa.table(
    "received_event",
    sa.column("id", sa.String),
    sa.column("type", sa.String),
    sa.column("account_id", sa.String),
    sa.column("payload", sa.JSON),
    sa.column("received_at", UTCDateTime(timezone=True)),
    sa.column("applied_at", UTCDateTime(timezone=True)),
)


def upgrade() -> None:
    """Apply: each event moves into its message."""
    for row in _messages():
        event_id = row.payload["event_id"]
        event = op.get_bind().execute(sa.select(received).where(received.c.id == event_id)).one()
        _rewrite(row.id, f"event:{event_id}", {"account_id": event.account_id, "event": event.payload})
    op.drop_table("received_event")


def downgrade() -> None:
    """Take back."""
    op.create_table(
        "received_event",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("applied_at", UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_event")),
    )
    for row in _messages():
        event = row.payload["event"]
        kept = {"id": event["id"], "type": event["type"], "account_id": row.payload["account_id"], "payload": event}
        op.get_bind().execute(sa.insert(received), {**kept, "received_at": row.run_at, "applied_at": row.done_at})
        _rewrite(row.id, None, {"event_id": event["id"]})


def _messages() -> Iterator[Any]:
    """Give the messages of events, some at a time: there may be many, and each is large."""
    last_id = 0
    some = sa.select(message).where(message.c.kind == KIND).order_by(message.c.id).limit(AT_ONCE)
    while rows := op.get_bind().execute(some.where(message.c.id > last_id)).all():
        yield from rows
        last_id = rows[-1].id


def _rewrite(message_id: int, key: str | None, payload: dict[str, Any]) -> None:
    changed = sa.update(message).where(message.c.id == message_id).values(key=key, payload=payload)
    op.get_bind().execute(changed)
