"""How an application goes: from a draft to a decision, with questions on the way."""

from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MAX_QUESTION_LENGTH = 2000
MAX_ANSWER_LENGTH = 5000
REAPPLY_AFTER = timedelta(days=30)  # Since the refusal.


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUESTIONS_ASKED = "questions_asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return APPLICATION_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks."""
        return APPLICATION_TONES[self]


APPLICATION_LABELS = {
    ApplicationStatus.DRAFT: _l("Not sent yet"),
    ApplicationStatus.SUBMITTED: _l("Being looked at"),
    ApplicationStatus.QUESTIONS_ASKED: _l("Waiting for an answer"),
    ApplicationStatus.APPROVED: _l("Approved"),
    ApplicationStatus.REFUSED: _l("Refused"),
    ApplicationStatus.WITHDRAWN: _l("Withdrawn"),
}
APPLICATION_TONES = {
    ApplicationStatus.DRAFT: "neutral",
    ApplicationStatus.SUBMITTED: "active",
    ApplicationStatus.QUESTIONS_ASKED: "warn",
    ApplicationStatus.APPROVED: "good",
    ApplicationStatus.REFUSED: "bad",
    ApplicationStatus.WITHDRAWN: "neutral",
}

CLOSED = frozenset({ApplicationStatus.REFUSED, ApplicationStatus.WITHDRAWN})
LIVE = frozenset(ApplicationStatus) - CLOSED  # A business has one of these at most.


class ApplicationAction(StrEnum):
    """What can happen to an application."""

    SUBMIT = "submit"
    ASK = "ask"
    ANSWER = "answer"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


APPLICATION = StateTable[ApplicationStatus, ApplicationAction]({
    (ApplicationStatus.DRAFT, ApplicationAction.SUBMIT): ApplicationStatus.SUBMITTED,
    (ApplicationStatus.DRAFT, ApplicationAction.WITHDRAW): ApplicationStatus.WITHDRAWN,
    (ApplicationStatus.SUBMITTED, ApplicationAction.ASK): ApplicationStatus.QUESTIONS_ASKED,
    (ApplicationStatus.SUBMITTED, ApplicationAction.APPROVE): ApplicationStatus.APPROVED,
    (ApplicationStatus.SUBMITTED, ApplicationAction.REFUSE): ApplicationStatus.REFUSED,
    (ApplicationStatus.SUBMITTED, ApplicationAction.WITHDRAW): ApplicationStatus.WITHDRAWN,
    (ApplicationStatus.QUESTIONS_ASKED, ApplicationAction.ANSWER): ApplicationStatus.SUBMITTED,
    (ApplicationStatus.QUESTIONS_ASKED, ApplicationAction.REFUSE): ApplicationStatus.REFUSED,
    (ApplicationStatus.QUESTIONS_ASKED, ApplicationAction.WITHDRAW): ApplicationStatus.WITHDRAWN,
})  # fmt: skip


def may_apply_again_at(refused_at: datetime) -> datetime:
    """Tell from when on a business that was refused may apply again."""
    return refused_at + REAPPLY_AFTER


class HasApplied(Conflict):
    """A business has one application at a time."""

    message = _l("Your business has an application already. Go on with that one.")


class WasAdmitted(Conflict):
    """Whoever is in the directory, or was, has no more to apply for."""

    message = _l("Your business was approved already. There is nothing to apply for.")


class ApplicationOver(Conflict):
    """What was refused or withdrawn stays as it was."""

    message = _l("This application is over. Begin another one.")


class TooSoonAgain(Conflict):
    """Who was refused takes some time before the next application."""

    message = _l("You can apply again from %(moment)s on.")


class OwnApplication(NotAllowed):
    """Nobody decides about their own business."""

    message = _l("This is your own business. Let a colleague decide.")
