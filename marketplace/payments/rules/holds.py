"""The life of a hold: an amount that a payer sets aside, until it is taken or let go."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l


class HoldStatus(StrEnum):
    """Where a hold stands."""

    OPENING = "opening"  # The Checkout page is being made.
    AWAITING = "awaiting"  # The payer is on the Checkout page.
    HELD = "held"  # The bank has set the amount aside.
    CAPTURING = "capturing"
    CAPTURED = "captured"  # The money is ours to keep for the payee.
    SETTLED = "settled"  # The payee's share is booked.
    RELEASING = "releasing"
    RELEASED = "released"  # Nothing was taken.
    LAPSED = "lapsed"  # The payer did not pay in time, or the bank let go.
    FAILED = "failed"  # The bank refused the capture.
    REFUNDING = "refunding"
    REFUNDED = "refunded"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return HOLD_LABELS[self]


class HoldAction(StrEnum):
    """What can happen to a hold."""

    OFFER = "offer"
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    CAPTURED = "captured"
    REFUSE = "refuse"
    SETTLE = "settle"
    RELEASE = "release"
    RELEASED = "released"
    LAPSE = "lapse"
    REFUND = "refund"
    REFUNDED = "refunded"


HOLD = StateTable[HoldStatus, HoldAction]({
    (HoldStatus.OPENING, HoldAction.OFFER): HoldStatus.AWAITING,
    (HoldStatus.OPENING, HoldAction.AUTHORISE): HoldStatus.HELD,  # Word from Stripe overtook our own answer.
    (HoldStatus.OPENING, HoldAction.LAPSE): HoldStatus.LAPSED,
    (HoldStatus.OPENING, HoldAction.RELEASE): HoldStatus.RELEASING,
    (HoldStatus.AWAITING, HoldAction.AUTHORISE): HoldStatus.HELD,
    (HoldStatus.AWAITING, HoldAction.LAPSE): HoldStatus.LAPSED,
    (HoldStatus.AWAITING, HoldAction.RELEASE): HoldStatus.RELEASING,
    (HoldStatus.HELD, HoldAction.CAPTURE): HoldStatus.CAPTURING,
    (HoldStatus.HELD, HoldAction.LAPSE): HoldStatus.LAPSED,
    (HoldStatus.HELD, HoldAction.RELEASE): HoldStatus.RELEASING,
    (HoldStatus.CAPTURING, HoldAction.CAPTURED): HoldStatus.CAPTURED,
    (HoldStatus.CAPTURING, HoldAction.REFUSE): HoldStatus.FAILED,
    (HoldStatus.CAPTURED, HoldAction.SETTLE): HoldStatus.SETTLED,
    (HoldStatus.CAPTURED, HoldAction.REFUND): HoldStatus.REFUNDING,
    (HoldStatus.REFUNDING, HoldAction.REFUNDED): HoldStatus.REFUNDED,
    (HoldStatus.RELEASING, HoldAction.RELEASED): HoldStatus.RELEASED,
})  # fmt: skip

HOLD_LABELS = {
    HoldStatus.OPENING: _l("Preparing payment"),
    HoldStatus.AWAITING: _l("Waiting for payment"),
    HoldStatus.HELD: _l("Held, not taken"),
    HoldStatus.CAPTURING: _l("Being taken"),
    HoldStatus.CAPTURED: _l("Paid, kept until it is solved"),
    HoldStatus.SETTLED: _l("Paid to the partner"),
    HoldStatus.RELEASING: _l("Being released"),
    HoldStatus.RELEASED: _l("Released, nothing was taken"),
    HoldStatus.LAPSED: _l("Lapsed, nothing was taken"),
    HoldStatus.FAILED: _l("Refused by the bank"),
    HoldStatus.REFUNDING: _l("Being refunded"),
    HoldStatus.REFUNDED: _l("Refunded"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody pays for.

    Attributes:
        purpose: which slice knows what the id means.
        id: of the slice's own row.
        description: what the payer reads on the payment page.
        return_path: where the payer comes back to, on our site.
        part: 1 for what was agreed at first, more for what was added to it later; each has one live hold.
    """

    purpose: str
    id: int
    description: str
    return_path: str
    part: int = 1


ENDED = frozenset({HoldStatus.SETTLED, HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED, HoldStatus.REFUNDED})
NOT_PAID = frozenset({HoldStatus.RELEASING, HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED})
TAKEN = frozenset({HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED})
SET_ASIDE = frozenset({"requires_capture", "succeeded"})  # Stripe's words for a payment whose amount is there.
MAY_RELEASE = frozenset({HoldStatus.OPENING, HoldStatus.AWAITING, HoldStatus.HELD})

# Well before the bank lets go, what is still needed is set aside once more; see `renewals`.
SAFETY_MARGIN = timedelta(hours=24)
COVER_IS_HELD = timedelta(days=30)  # No bank lets go of what is covered in full; a search has an end all the same.
CHECK_EVERY = timedelta(minutes=10)  # A hold that waits for word from Stripe is asked about this often.


class PaymentUnderWay(Conflict):
    """The next step needs the money, and the money is on its way."""

    message = _l("The payment is being taken just now. Try again in a minute.")


class PaymentNotReady(Conflict):
    """There is no Checkout page to go to."""

    message = _l("There is nothing to pay here at the moment.")
