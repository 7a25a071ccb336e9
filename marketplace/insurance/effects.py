"""What the worker does for policies when time has passed."""

from datetime import datetime

from marketplace.insurance import commands, queries
from marketplace.kernel.database import reading, transaction


def suspend_overdue(now: datetime) -> None:
    """Cover nothing more by policies whose grace is over."""
    overdue = queries.to_suspend(reading(), now)
    reading().rollback()
    for policy_id in overdue:
        with transaction() as session:
            commands.suspend_overdue(session, policy_id, now=now)
