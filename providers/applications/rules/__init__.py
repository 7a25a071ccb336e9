"""How an application goes, what it needs, and what a partner promises."""

from providers.applications.rules.conduct import CONDUCT_POINTS, CONDUCT_VERSION
from providers.applications.rules.invitations import (
    INVITED_FOR,
    MAX_INVITATIONS_A_DAY,
    InvitationOver,
    OwnInvitation,
)
from providers.applications.rules.lifecycle import (
    APPLICATION,
    CLOSED,
    LIVE,
    MAX_ANSWER_LENGTH,
    MAX_QUESTION_LENGTH,
    REAPPLY_AFTER,
    ApplicationAction,
    ApplicationOver,
    ApplicationStatus,
    HasApplied,
    OwnApplication,
    TooSoonAgain,
    WasAdmitted,
    may_apply_again_at,
)
from providers.applications.rules.steps import (
    NEEDED_TO_SUBMIT,
    NotReady,
    Step,
    check_ready,
)

__all__ = [
    "APPLICATION",
    "CLOSED",
    "CONDUCT_POINTS",
    "CONDUCT_VERSION",
    "INVITED_FOR",
    "LIVE",
    "MAX_ANSWER_LENGTH",
    "MAX_INVITATIONS_A_DAY",
    "MAX_QUESTION_LENGTH",
    "NEEDED_TO_SUBMIT",
    "REAPPLY_AFTER",
    "ApplicationAction",
    "ApplicationOver",
    "ApplicationStatus",
    "HasApplied",
    "InvitationOver",
    "NotReady",
    "OwnApplication",
    "OwnInvitation",
    "Step",
    "TooSoonAgain",
    "WasAdmitted",
    "check_ready",
    "may_apply_again_at",
]
