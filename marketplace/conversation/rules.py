"""Who speaks in a thread, and what a promised update is: when it is due, how much time is left, what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from marketplace.kernel.translate import LazyText, _, _l, format_clock, format_duration, format_moment

MAX_BODY_LENGTH = 10_000
MAX_FILES = 5

MIN_PROMISE = timedelta(minutes=5)
MAX_PROMISE = timedelta(days=14)
SOON_PERCENT = 20  # Of a promise's time: from here on it is due soon.


class Side(StrEnum):
    """On whose behalf a message is written."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    VENDOR = "vendor"  # The vendor's staff, when they step in.
    HOUSE = "house"  # Nobody: a note of what happened.

    @property
    def label(self) -> LazyText:
        """The side in words."""
        return SIDE_LABELS[self]


SIDE_LABELS = {
    Side.CUSTOMER: _l("Customer"),
    Side.PROVIDER: _l("Partner"),
    Side.VENDOR: _l("Vendor"),
    Side.HOUSE: _l("What happened"),
}


class PromiseState(StrEnum):
    """What became of a promised update."""

    RUNNING = "running"
    SOON = "soon"
    KEPT = "kept"
    MISSED = "missed"
    ENDED = "ended"  # The request ended first: nothing was owed any more.


class PromiseFacts(Protocol):
    """What the rules read of a promise."""

    made_at: datetime
    due_at: datetime
    kept_at: datetime | None
    missed_at: datetime | None
    ended_at: datetime | None


def may_promise(due_at: datetime, now: datetime) -> bool:
    """Tell whether an update may be promised for `due_at`: not too soon to be kept, not too late to be worth it."""
    return MIN_PROMISE <= due_at - now <= MAX_PROMISE


def percent_left(promise: PromiseFacts, now: datetime) -> int:
    """Tell how much of a promise's time is left, 0 to 100."""
    left, whole = promise.due_at - now, promise.due_at - promise.made_at
    return max(0, min(100, int(100 * left / whole)))


def promise_state(promise: PromiseFacts, now: datetime) -> PromiseState:
    """Tell what became of a promise. One whose time is up is missed, whether anybody has noted it yet or not."""
    if promise.kept_at is not None:
        return PromiseState.KEPT
    if promise.missed_at is not None:
        return PromiseState.MISSED
    if promise.ended_at is not None:
        return PromiseState.ENDED
    if now >= promise.due_at:
        return PromiseState.MISSED
    return PromiseState.SOON if percent_left(promise, now) <= SOON_PERCENT else PromiseState.RUNNING


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise as the promise clock shows it, in the reader's language and time zone."""

    due_at: datetime
    due_text: str
    left_text: str
    state: PromiseState
    fraction_left: int  # In percent.


def promise_view(promise: PromiseFacts, now: datetime) -> PromiseView:
    """Put a promise into the reader's words."""
    state = promise_state(promise, now)
    is_near = abs(promise.due_at - now) < timedelta(hours=12)
    return PromiseView(
        due_at=promise.due_at,
        due_text=format_clock(promise.due_at) if is_near else format_moment(promise.due_at),
        left_text=_left_text(promise, state, now),
        state=state,
        fraction_left=percent_left(promise, now) if state in {PromiseState.RUNNING, PromiseState.SOON} else 0,
    )


def _left_text(promise: PromiseFacts, state: PromiseState, now: datetime) -> str:
    if state is PromiseState.KEPT:
        return _("Kept")
    if state is PromiseState.ENDED:
        return _("No longer needed")
    if state is PromiseState.MISSED:
        return _("%(duration)s overdue") % {"duration": format_duration(now - promise.due_at)}
    return _("%(duration)s left") % {"duration": format_duration(promise.due_at - now)}


def paragraphs(body: str) -> list[str]:
    """Split a text where its writer left a line empty; single line ends stay as they are."""
    lines = body.replace("\r\n", "\n").strip().split("\n")
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.rstrip())
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]
