"""What happens to money, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime


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
    """The payer did not pay in time, or the bank let go; nothing was taken."""

    purpose: str
    subject_id: int
    part: int
    hold_id: int
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
class PaidOut:
    """A payee has its share, or a part of it."""

    payout_id: int
    purpose: str
    subject_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """A refund came back: the vendor pays by hand."""

    purpose: str
    subject_id: int
    refund_id: int
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
