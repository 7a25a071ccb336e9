"""What time makes due."""

from datetime import datetime

from certification.credentials import commands, queries
from marketplace.kernel.database import reading
from marketplace.kernel.rounds import for_each


def remind(now: datetime) -> None:
    """Tell holders that their certificates end soon."""
    for_each(queries.to_remind_of(reading(), now), lambda session, one: commands.remind(session, one, now=now))
