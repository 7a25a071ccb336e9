"""What the clock does to threads."""

from datetime import datetime

from marketplace.conversation import commands
from marketplace.kernel.database import transaction


def miss_promises(now: datetime) -> None:
    """Note which promises were not kept; the schedule calls it."""
    with transaction() as session:
        commands.miss_overdue(session, now=now)
