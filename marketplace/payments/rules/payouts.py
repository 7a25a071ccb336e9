"""What a payee gets, and what may happen to it on the way and afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.money import Money, smallest_step
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l


class PayoutMethod(StrEnum):
    """How a payee gets the money."""

    TRANSFER = "transfer"  # To the connected account at Stripe.
    BY_HAND = "by_hand"  # By the vendor, from a statement.

    @property
    def label(self) -> LazyText:
        """The method in words."""
        return _l("Transfer") if self is PayoutMethod.TRANSFER else _l("By hand")


class PayoutKind(StrEnum):
    """Which part of a payee's share it is."""

    SHARE = "share"
    RESERVE = "reserve"  # Kept back for a while from a new partner, for the days in which banks take money back.

    @property
    def label(self) -> LazyText:
        """The kind in words."""
        return _l("Share") if self is PayoutKind.SHARE else _l("Reserve")


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    WAITING = "waiting"  # A reserve, until its day comes.
    DUE = "due"
    FROZEN = "frozen"  # Questioned by a bank or by the customer: nobody knows yet whose money it is.
    PAID = "paid"
    CANCELLED = "cancelled"  # Nothing of it is left: refunded before it was paid.

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return PAYOUT_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks: neutral, active, good, warn or bad."""
        return PAYOUT_TONES[self]


class PayoutAction(StrEnum):
    """What can happen to a payout."""

    FALL_DUE = "fall_due"
    FREEZE = "freeze"
    THAW = "thaw"
    WAIT = "wait"
    PAY = "pay"
    CANCEL = "cancel"


PAYOUT = StateTable[PayoutStatus, PayoutAction]({
    (PayoutStatus.WAITING, PayoutAction.FALL_DUE): PayoutStatus.DUE,
    (PayoutStatus.WAITING, PayoutAction.FREEZE): PayoutStatus.FROZEN,
    (PayoutStatus.WAITING, PayoutAction.CANCEL): PayoutStatus.CANCELLED,
    (PayoutStatus.DUE, PayoutAction.FREEZE): PayoutStatus.FROZEN,
    (PayoutStatus.DUE, PayoutAction.PAY): PayoutStatus.PAID,
    (PayoutStatus.DUE, PayoutAction.CANCEL): PayoutStatus.CANCELLED,
    (PayoutStatus.FROZEN, PayoutAction.THAW): PayoutStatus.DUE,
    (PayoutStatus.FROZEN, PayoutAction.WAIT): PayoutStatus.WAITING,  # A reserve whose day has not come yet.
    (PayoutStatus.FROZEN, PayoutAction.CANCEL): PayoutStatus.CANCELLED,
})  # fmt: skip

PAYOUT_LABELS = {
    PayoutStatus.WAITING: _l("Kept in reserve"),
    PayoutStatus.DUE: _l("Due"),
    PayoutStatus.FROZEN: _l("Frozen until it is decided whose it is"),
    PayoutStatus.PAID: _l("Paid"),
    PayoutStatus.CANCELLED: _l("Cancelled, refunded to the customer"),
}
PAYOUT_TONES = {
    PayoutStatus.WAITING: "neutral",
    PayoutStatus.DUE: "active",
    PayoutStatus.FROZEN: "warn",
    PayoutStatus.PAID: "good",
    PayoutStatus.CANCELLED: "neutral",
}


class ClawbackStatus(StrEnum):
    """Where it stands that a payee gives back what it was paid."""

    DUE = "due"  # Stripe is being asked to take it back.
    REVERSED = "reversed"
    OWED = "owed"  # It could not be taken back: later payouts pay it off.
    PAID_OFF = "paid_off"
    WRITTEN_OFF = "written_off"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return CLAWBACK_LABELS[self]


class ClawbackAction(StrEnum):
    """What can happen to a clawback."""

    REVERSE = "reverse"
    FAIL = "fail"
    PAY_OFF = "pay_off"
    WRITE_OFF = "write_off"


CLAWBACK = StateTable[ClawbackStatus, ClawbackAction]({
    (ClawbackStatus.DUE, ClawbackAction.REVERSE): ClawbackStatus.REVERSED,
    (ClawbackStatus.DUE, ClawbackAction.FAIL): ClawbackStatus.OWED,
    (ClawbackStatus.OWED, ClawbackAction.PAY_OFF): ClawbackStatus.PAID_OFF,
    (ClawbackStatus.OWED, ClawbackAction.WRITE_OFF): ClawbackStatus.WRITTEN_OFF,
})  # fmt: skip

CLAWBACK_LABELS = {
    ClawbackStatus.DUE: _l("Being taken back"),
    ClawbackStatus.REVERSED: _l("Taken back"),
    ClawbackStatus.OWED: _l("Owed, to be set off against later payouts"),
    ClawbackStatus.PAID_OFF: _l("Set off against later payouts"),
    ClawbackStatus.WRITTEN_OFF: _l("Written off"),
}


@dataclass(frozen=True, slots=True)
class Reserve:
    """How much of a share is kept back, 0 to 100 percent, and for how long."""

    percent: int
    days: int

    def of(self, share: Money) -> Money:
        """Tell what is kept back, in an amount that can be transferred."""
        step = smallest_step(share.currency)
        return Money(share.minor // step * self.percent // 100 * step, share.currency)

    @property
    def time(self) -> timedelta:
        """For how long."""
        return timedelta(days=self.days)


NO_RESERVE = Reserve(0, 0)
UNPAID = frozenset({PayoutStatus.WAITING, PayoutStatus.DUE, PayoutStatus.FROZEN})
