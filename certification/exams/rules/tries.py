"""When somebody may try, for how long, and until when answers are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l

NETWORK_GRACE = timedelta(seconds=60)  # What was sent in time may arrive a little later.
RENEWAL_WINDOW = timedelta(days=90)  # So long before a pass runs out it may be renewed.

MIN_MINUTES, MAX_MINUTES = 5, 480
MIN_PASS_PERCENT, MAX_PASS_PERCENT = 1, 100
MIN_VALID_DAYS, MAX_VALID_DAYS = 30, 3650
MAX_WAIT_DAYS, MAX_WAITS = 730, 10
MAX_TRIES, MAX_WINDOW_DAYS = 50, 1095
MAX_EXTRA_PERCENT = 200
MAX_REASON_LENGTH = 500


class TooEarly(Conflict):
    """The wait after the last try is not over."""

    message = _l("You may try again from %(moment)s.")


@dataclass(frozen=True, slots=True)
class RetakeRules:
    """How often one may try.

    Attributes:
        waits_days: before the second try, before the third, and so on; the last one goes for all after it. Nothing:
            at once.
        tries_max: at most so many tries …
        window_days: … in so many days.
    """

    waits_days: tuple[int, ...]
    tries_max: int
    window_days: int


@dataclass(frozen=True, slots=True)
class Try:
    """An earlier attempt that counts, whatever its language.

    Attributes:
        started_at: when it began.
        over_at: when it was ended, or its time was up: leaving it open moves no wait.
        valid_until: until when its pass stands; None if it was not passed, if it was for another release, or if the
            certificate was revoked.
    """

    started_at: datetime
    over_at: datetime
    valid_until: datetime | None


def may_try_from(rules: RetakeRules, tries: Sequence[Try]) -> datetime | None:
    """Tell from when another try may begin; None if there was none that stands in its way.

    Args:
        rules: of the exam.
        tries: that count, the first one first; none of them is in progress.
    """
    barriers = [*_after_a_pass(tries), *_after_the_last(rules, tries), *_in_the_window(rules, tries)]
    return max(barriers, default=None)


def _after_a_pass(tries: Sequence[Try]) -> list[datetime]:
    return [until - RENEWAL_WINDOW for one in tries if (until := one.valid_until) is not None]


def _after_the_last(rules: RetakeRules, tries: Sequence[Try]) -> list[datetime]:
    """Count the waits from the last pass on: who has to renew begins anew."""
    passes = [place for place, one in enumerate(tries, start=1) if one.valid_until is not None]
    since = tries[max(passes, default=0) :]
    if not since or not rules.waits_days:
        return []
    days = rules.waits_days[min(len(since), len(rules.waits_days)) - 1]
    return [since[-1].over_at + timedelta(days=days)]


def _in_the_window(rules: RetakeRules, tries: Sequence[Try]) -> list[datetime]:
    if len(tries) < rules.tries_max:
        return []
    return [tries[-rules.tries_max].started_at + timedelta(days=rules.window_days)]


def deadline(started_at: datetime, minutes: int, extra_percent: int) -> datetime:
    """Tell when the time is up; extra time is rounded up to whole minutes."""
    return started_at + timedelta(minutes=minutes + -(-minutes * extra_percent // 100))


def is_over(deadline_at: datetime, now: datetime) -> bool:
    """Tell whether nothing is taken any more: what has arrived within the grace still counts."""
    return now > deadline_at + NETWORK_GRACE
