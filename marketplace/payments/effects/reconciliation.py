"""Reading Stripe's book."""

from datetime import datetime
from itertools import islice

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import OVERLAP

LINES_AT_ONCE = 100


def reconcile(now: datetime) -> None:
    """Read what Stripe has written since last time, and hold it against our own book."""
    read_until = queries.read_until(reading())
    reading().rollback()
    lines = iter(gateway().balance_lines(since=None if read_until is None else read_until - OVERLAP))
    while some := list(islice(lines, LINES_AT_ONCE)):
        with transaction() as session:
            commands.note_lines(session, some, now=now)
