"""What happens to money, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """The payer's bank has set the amount aside."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldLapsed:
    """The payer did not pay in time, or the bank let go; nothing was taken."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaptureFailed:
    """The bank refused to hand over what it had set aside; nothing was taken."""

    purpose: str
    subject_id: int
    hold_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payee has its share."""

    purpose: str
    subject_id: int
    payee_id: int
    amount: Money
    at: datetime
