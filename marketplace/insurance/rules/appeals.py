"""Appeals: the customer says why something should be covered, and a person of the vendor answers with a reason."""

from enum import StrEnum

from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MAX_APPEAL_LENGTH = 5000


class AppealStatus(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    ANSWERED = "answered"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return APPEAL_LABELS[self]

    @property
    def tone(self) -> str:
        """How its mark looks to whoever has to answer."""
        return "warn" if self is AppealStatus.OPEN else "neutral"


APPEAL_LABELS = {
    AppealStatus.OPEN: _l("Waiting for an answer"),
    AppealStatus.ANSWERED: _l("Answered"),
}


class AppealAction(StrEnum):
    """What can happen to an appeal."""

    ANSWER = "answer"


APPEAL = StateTable[AppealStatus, AppealAction]({
    (AppealStatus.OPEN, AppealAction.ANSWER): AppealStatus.ANSWERED,
})  # fmt: skip


class AppealUnderWay(Conflict):
    """One appeal about a policy is answered before the next one is written."""

    message = _l("You have written to us about this policy already. You get a letter as soon as it is answered.")


class OwnAppeal(NotAllowed):
    """Nobody answers their own appeal."""

    message = _l("You have written this yourself. Let a colleague answer.")
