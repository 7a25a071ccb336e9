"""What the worker does for exams when time has passed."""

from datetime import datetime

from certification.exams import commands, queries, queries_of_signals
from certification.exams.commands.noticing import LOOKS_BACK, notice
from marketplace.kernel.database import reading
from marketplace.kernel.rounds import for_each


def end_overdue(now: datetime) -> None:
    """End the attempts that were left when their time is up, and grade what was saved."""
    for_each(
        queries.overdue(reading(), now),
        lambda session, left: commands.end_overdue(session, left[0], person_id=left[1], now=now),
    )


def notice_signals(now: datetime) -> None:
    """Look at what attempts have left behind, track by track, for what is worth a look by a person."""
    for_each(
        queries_of_signals.tracks_with_attempts(reading(), now - LOOKS_BACK),
        lambda session, track_id: notice(session, track_id, now=now),
    )
