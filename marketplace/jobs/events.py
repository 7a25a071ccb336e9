"""What happens in the life of a request, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MatchingStarted:
    """The money is set aside, or none is needed; partners are being asked."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestUnmatched:
    """Nobody is left to ask."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestAccepted:
    """A partner has taken it."""

    request_id: int
    provider_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestResolved:
    """The partner says what fixed it."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestReopened:
    """The customer says that it is not solved."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestClosed:
    """The customer confirms, or has said nothing for long enough; money moves."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestCancelled:
    """It ends without a solution; what was held is let go or given back. `by` is who ended it, None for the house."""

    request_id: int
    reason: str
    at: datetime
    by: int | None = None


@dataclass(frozen=True, slots=True)
class ExtraProposed:
    """The partner proposes extra work; the customer decides."""

    extra_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ExtraPaid:
    """The customer has approved extra work, and the money for it is taken."""

    extra_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ExtraEnded:
    """Nothing comes of a proposal of extra work: declined, taken back, or not paid."""

    extra_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentLapsed:
    """The customer did not pay in time; the request is a draft again."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """The bank refused to hand over what it had set aside; the customer is asked again."""

    request_id: int
    at: datetime
