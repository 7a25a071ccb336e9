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
class QuoteGiven:
    """A partner names a price, for the first time or anew."""

    offer_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class QuoteWithdrawn:
    """A quote can't be chosen any more; `was_chosen` tells whether the customer was about to pay it, or had paid."""

    offer_id: int
    request_id: int
    was_chosen: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class QuoteUnpaid:
    """The customer chose a quote and did not pay it; it can be chosen again."""

    offer_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class QuoteAccepted:
    """The customer has chosen and paid a quote."""

    offer_id: int
    request_id: int
    at: datetime


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
    is_refused: bool = False  # There was no page to pay it on.


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


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """The customer wants money back; the partner may answer."""

    dispute_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputeAnswered:
    """The partner has said how it was; the vendor's people decide."""

    dispute_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputeWithdrawn:
    """The customer has taken it back; all goes on as before."""

    dispute_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputeEnded:
    """It was decided, or the partner gave way: the money moves, and the request is closed for good."""

    dispute_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class QuotesRunOut:
    """Quotes soon can't be chosen any more."""

    request_id: int
    offer_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerAwaited:
    """A partner has not answered in a dispute, and there is a day left for it, or the time is over (`is_due`)."""

    dispute_id: int
    request_id: int
    is_due: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class JobHandedOn:
    """A colleague goes on with a job."""

    job_id: int
    by: int  # The person who has handed it on.
    at: datetime
    from_id: int | None = None  # The member who had it before.


@dataclass(frozen=True, slots=True)
class CallLinkChanged:
    """A session has another link to its call."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionNear:
    """A session begins within so many hours."""

    request_id: int
    hours: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MoveProposed:
    """One side of a session wants to hold it at another time, and the other has to agree."""

    move_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MoveEnded:
    """A proposal of another time was declined or taken back, or nobody answered it; the session stays."""

    move_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """A session is held at another time."""

    move_id: int
    request_id: int
    at: datetime
