"""The only reader of the wall clock; everywhere else time is an argument."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Tell the present moment, aware and in UTC."""
    return datetime.now(UTC)
