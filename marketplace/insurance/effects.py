"""What the worker does for policies when time has passed."""

from datetime import datetime

from marketplace.insurance import commands, queries
from marketplace.kernel.database import reading, transaction


def begin_next_years(now: datetime) -> None:
    """Begin the next year of policies whose last one has just ended."""
    ended = queries.between_years(reading(), now)
    reading().rollback()
    for policy_id in ended:
        with transaction() as session:
            commands.begin_next_year(session, policy_id, now=now)


def suspend_overdue(now: datetime) -> None:
    """Cover nothing more by policies whose grace is over."""
    overdue = queries.to_suspend(reading(), now)
    reading().rollback()
    for policy_id in overdue:
        with transaction() as session:
            commands.suspend_overdue(session, policy_id, now=now)
