"""What time makes due: checks of levels, and reviews that have waited long enough."""

from datetime import datetime

from marketplace.kernel.database import reading
from marketplace.kernel.rounds import for_each
from providers.profiles import commands, queries

AT_ONCE = 200  # An upgrade can make many due at the same time; other rounds are not to wait for all of them.


def check_levels(now: datetime) -> None:
    """Look at the levels of providers, each twice a year."""
    due = queries.due_for_a_level_check(reading(), now, limit=AT_ONCE)
    for_each(due, lambda session, one: commands.check_level(session, one, now=now))


def show_reviews(now: datetime) -> None:
    """Show what one side has said a week after the end, if the other has said nothing."""
    for_each(queries.overdue_reviews(reading(), now), lambda session, one: commands.show_review(session, one, now=now))
