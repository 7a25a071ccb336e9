"""What happens to policies, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PolicyBegan:
    """The first period is paid."""

    policy_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyUnpaid:
    """A renewal was not paid; it covers on for its days of grace."""

    policy_id: int
    needs_action: bool  # The bank wants to hear from the owner of the card.
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicySuspended:
    """It was not paid for too long: it covers nothing until it is."""

    policy_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyDisputed:
    """A bank has taken back what was paid for it: it covers nothing new until that is decided."""

    policy_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyRestored:
    """The bank has decided that the payment stays: it covers again."""

    policy_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyEnded:
    """It is over."""

    policy_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AppealMade:
    """A customer says why something should be covered."""

    appeal_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    """A person of the vendor has answered, with a reason."""

    appeal_id: int
    at: datetime
