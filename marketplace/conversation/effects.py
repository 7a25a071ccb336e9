"""What the clock does to threads."""

from datetime import datetime

from marketplace.conversation import commands, queries
from marketplace.kernel.database import reading
from marketplace.kernel.rounds import for_each


def miss_promises(now: datetime) -> None:
    """Note which promises were not kept; the schedule calls it."""
    for_each(
        queries.requests_with_overdue_promises(reading(), now),
        lambda session, one: commands.miss_overdue(session, one, now=now),
    )
