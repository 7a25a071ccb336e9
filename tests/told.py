"""What Stripe has told the site, and what of it is applied."""

from sqlalchemy import select

from marketplace.kernel.database import reading
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands


def kept_events():
    """List the ids of the events that are kept, in the order in which they came."""
    return _ids(select(OutboxMessage))


def unapplied_events():
    """List the ids of those that are not applied."""
    return _ids(select(OutboxMessage).where(OutboxMessage.done_at.is_(None)))


def _ids(messages):
    reading().rollback()
    found = reading().scalars(messages.filter_by(kind=commands.EVENT).order_by(OutboxMessage.id)).all()
    ids = [one.payload["event"]["id"] for one in found]
    reading().rollback()
    return ids
