"""When a session may be moved, and by whom: the published rules, and what becomes of a proposal.

As long as calling a session off costs nothing, its customer moves it to any free time without asking, a few times.
After that, and for the partner always, the other side has to agree. Without an answer it stays where it is.
"""

from datetime import datetime
from enum import StrEnum

from marketplace.jobs.terms import CANCELLATION
from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MOST_FREE_MOVES = 3
MOST_PROPOSALS = 10  # Of either side: each is a letter to the other.
FREE_UNTIL = next(one.before for one in CANCELLATION if not one.kept_percent)  # So long before the start.


class MoveStatus(StrEnum):
    """Where a proposal of another time stands; `moved` at once is what a customer does without asking."""

    PROPOSED = "proposed"
    MOVED = "moved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # Nobody answered before one of the two times came, or there is no such session any more.

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return _LABELS[self]


class MoveAction(StrEnum):
    """What can happen to a proposal of another time."""

    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


MOVING = StateTable[MoveStatus, MoveAction]({
    (MoveStatus.PROPOSED, MoveAction.AGREE):    MoveStatus.MOVED,
    (MoveStatus.PROPOSED, MoveAction.DECLINE):  MoveStatus.DECLINED,
    (MoveStatus.PROPOSED, MoveAction.WITHDRAW): MoveStatus.WITHDRAWN,
    (MoveStatus.PROPOSED, MoveAction.LAPSE):    MoveStatus.LAPSED,
})  # fmt: skip

_LABELS = {
    MoveStatus.PROPOSED: _l("Waits for an answer"),
    MoveStatus.MOVED: _l("Moved"),
    MoveStatus.DECLINED: _l("Declined"),
    MoveStatus.WITHDRAWN: _l("Withdrawn"),
    MoveStatus.LAPSED: _l("Not answered"),
}


class NothingToMove(Conflict):
    """The session has begun, or is over."""

    message = _l("Only a session that has not begun can be moved.")


class MoveOpen(Conflict):
    """One proposal is open at a time."""

    message = _l("You have proposed another time already. Take that back first, or wait for the answer.")


class EnoughProposed(Conflict):
    """Whoever proposes again and again should talk."""

    message = _l("You have proposed other times often enough. Write to each other, and agree on one.")


class AnswerIsTheirs(NotAllowed):
    """Nobody agrees to one's own proposal, or takes back another's."""

    message = _l("The other side answers this; you can take back what you proposed yourself.")


def free_until(starts_at: datetime) -> datetime:
    """Tell until when the customer of a session may move it without asking."""
    return starts_at - FREE_UNTIL


def may_move_freely(starts_at: datetime, moved_before: int, now: datetime) -> bool:
    """Tell whether a customer who has moved a session some times without asking may do so again."""
    return moved_before < MOST_FREE_MOVES and now <= free_until(starts_at)
