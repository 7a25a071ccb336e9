"""What happens to money, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money
from marketplace.payments.rules import AccountState


@dataclass(frozen=True, slots=True)
class OutcomeKnown:
    """What became of a hold is about to be written down: lock what it is for."""

    purpose: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """The payer's bank has set the amount aside."""

    purpose: str
    subject_id: int
    part: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldLapsed:
    """The payer did not pay in time, the bank let go, or Stripe made no page to pay on; nothing was taken."""

    purpose: str
    subject_id: int
    part: int
    hold_id: int
    at: datetime
    is_refused: bool = False  # There was no page.


@dataclass(frozen=True, slots=True)
class CoverMoved:
    """What cover pays of a hold has changed: so much is reserved for it, or used, from now on.

    `mark` names the change, unlike any other about any hold.
    """

    purpose: str
    subject_id: int
    part: int
    hold_id: int
    reserved: Money
    used: Money
    mark: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldRenewed:
    """The amount is set aside once more, in place of what the bank would have let go soon."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime
    is_by_card: bool  # With a saved card, its owner away.


@dataclass(frozen=True, slots=True)
class RenewalAsked:
    """The payer is to set the amount aside once more, until `answer_by`."""

    purpose: str
    subject_id: int
    hold_id: int
    answer_by: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class RenewalRefused:
    """Stripe makes no page on which the payer could set the amount aside once more; it stays held until `answer_by`."""

    purpose: str
    subject_id: int
    hold_id: int
    answer_by: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class CaptureFailed:
    """The bank refused to hand over what it had set aside; nothing was taken."""

    purpose: str
    subject_id: int
    part: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """What was set aside is taken."""

    purpose: str
    subject_id: int
    part: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundDecided:
    """The payer gets something back; the bank will take some days."""

    purpose: str
    subject_id: int
    hold_id: int
    refund_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payee has its share, or a part of it."""

    payout_id: int
    purpose: str
    subject_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PayeeChanged:
    """A payee's account at Stripe stands otherwise than before."""

    payee_id: int
    before: AccountState
    after: AccountState
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """A refund came back: the vendor pays by hand."""

    purpose: str
    subject_id: int
    refund_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class GoodwillGiven:
    """The vendor's people have given something back."""

    purpose: str
    subject_id: int
    refund_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class InquiryOpened:
    """A payer's bank asks what a payment was for; nothing is taken yet, and the vendor may answer."""

    purpose: str
    subject_id: int
    chargeback_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargebackOpened:
    """A payer's bank takes a payment back; the vendor may answer."""

    purpose: str
    subject_id: int
    chargeback_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargebackEnded:
    """The bank has decided."""

    purpose: str
    subject_id: int
    chargeback_id: int
    is_won: bool
    at: datetime
