"""What the three kinds of terms mean while a job lasts: time by the hour, and sessions that are called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money, smallest_step
from marketplace.kernel.translate import _l

MAX_NOTE_LENGTH = 500
ALL_PERCENT = 100


class NotByTheHour(Conflict):
    """Time is written down only where it is paid for."""

    message = _l("This request has a fixed price, so no time is written down for it.")


class TimeIsOver(Conflict):
    """What was solved and is reopened costs nothing more."""

    message = _l("You have said that it is solved. What is still to do costs your customer nothing more.")


class AboveTheCap(Conflict):
    """More time than was agreed."""

    message = _l("At most %(cap)s are agreed, and %(left)s of them are left.")


class BelowNothing(Conflict):
    """A correction takes back more than there is."""

    message = _l("You can take back at most what is written down: %(written)s.")


class NotBegun(Conflict):
    """A session is not solved before it has begun."""

    message = _l("The session begins on %(moment)s. If it can not take place, end the job instead.")


class FeeHasRisen(Conflict):
    """Calling a session off costs more than the customer has agreed to."""

    message = _l("Calling the session off costs %(fee)s by now. Look at your request again, then decide.")


class StartIsOver(Conflict):
    """The start that was wished for is too near, or over."""

    message = _l("The time that you chose can not be booked any more. Change your request and choose another.")


class TimeIsGone(Conflict):
    """Somebody else was faster, or the partner works at other hours now."""

    message = _l("That time is not free any more. Choose another one.")


@dataclass(frozen=True, slots=True)
class CancellationStep:
    """From so long before the start on, the partner keeps a part of the price."""

    before: timedelta
    kept_percent: int


# What a customer who calls a session off pays, the earliest step first. After the start there is nothing to call off.
CANCELLATION: Sequence[CancellationStep] = (
    CancellationStep(timedelta(hours=24), 0),
    CancellationStep(timedelta(hours=2), 50),
    CancellationStep(timedelta(0), ALL_PERCENT),
)


# So long before a session both sides are reminded of it, the first first.
REMINDERS: Sequence[timedelta] = (timedelta(hours=24), timedelta(hours=1))


def may_call_off(starts_at: datetime, now: datetime) -> bool:
    """Tell whether there is still a session to call off."""
    return now < starts_at


def kept_percent(starts_at: datetime, now: datetime) -> int:
    """Tell which part of the price the partner keeps when the customer calls a session off now."""
    assert now <= starts_at, (starts_at, now)
    return next(one.kept_percent for one in CANCELLATION if now <= starts_at - one.before)


def kept(price: Money, starts_at: datetime, now: datetime) -> Money:
    """Tell how much that is; what can not be divided goes back to the customer."""
    step = smallest_step(price.currency)
    steps = price.minor * kept_percent(starts_at, now) // (ALL_PERCENT * step)
    return Money(steps * step, price.currency)
