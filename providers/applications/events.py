"""What happens to applications, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ApplicationSubmitted:
    """A business wants to be looked at."""

    application_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationQuestioned:
    """The vendor's people want to know something before they decide."""

    question_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationAnswered:
    """They have an answer."""

    question_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationApproved:
    """A business is in the directory."""

    application_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationRefused:
    """A business does not get into the directory, and is told why."""

    application_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberInvited:
    """Somebody is asked to join a business; `token` lets them."""

    invitation_id: int
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody has accepted."""

    invitation_id: int
    at: datetime
