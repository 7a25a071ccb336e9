"""When a holder hears that a certificate ends: in time to pass the exam again."""

from collections.abc import Collection
from datetime import datetime, timedelta

REMINDER_DAYS = (60, 14, 1)


def reminder_due(issued_at: datetime, valid_until: datetime, sent: Collection[int], now: datetime) -> int | None:
    """Tell which letter is due: how many days before the end it speaks of; None if none is.

    Of several that were missed, only the latest is written. What is valid for a short time is not announced at once.
    """
    if now >= valid_until:
        return None
    begun = [days for days in REMINDER_DAYS if issued_at < valid_until - timedelta(days=days) <= now]
    if not begun or min(begun) in sent:
        return None
    return min(begun)
