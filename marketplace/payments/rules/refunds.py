"""Money that goes back to a customer: by a refund, or because a bank takes it back."""

from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l


class RefundCause(StrEnum):
    """Why money goes back."""

    ENDED = "ended"  # The job ended without a solution.
    UNUSED = "unused"  # Less time was needed than the cap allowed for.
    CANCELLED = "cancelled"  # A session was cancelled, by its published rules.
    SETTLED = "settled"  # Staff settled a dispute between customer and partner.
    GOODWILL = "goodwill"  # Staff gave something back.

    @property
    def label(self) -> LazyText:
        """The cause in words."""
        return REFUND_CAUSES[self]


REFUND_CAUSES = {
    RefundCause.ENDED: _l("The job ended without a solution"),
    RefundCause.UNUSED: _l("Less time was needed"),
    RefundCause.CANCELLED: _l("The session was cancelled"),
    RefundCause.SETTLED: _l("A disagreement was settled"),
    RefundCause.GOODWILL: _l("Goodwill"),
}


class RefundStatus(StrEnum):
    """Where a refund stands."""

    DUE = "due"  # Stripe is being asked.
    SENT = "sent"  # Stripe has taken it on; banks take some days.
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # It came back, or Stripe refused: the vendor pays by hand.
    PAID_BY_HAND = "paid_by_hand"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return REFUND_LABELS[self]


class RefundAction(StrEnum):
    """What can happen to a refund."""

    SEND = "send"
    SUCCEED = "succeed"
    FAIL = "fail"
    PAY_BY_HAND = "pay_by_hand"


REFUND = StateTable[RefundStatus, RefundAction]({
    (RefundStatus.DUE, RefundAction.SEND): RefundStatus.SENT,
    (RefundStatus.DUE, RefundAction.FAIL): RefundStatus.FAILED,
    (RefundStatus.SENT, RefundAction.SUCCEED): RefundStatus.SUCCEEDED,
    (RefundStatus.SENT, RefundAction.FAIL): RefundStatus.FAILED,
    (RefundStatus.SUCCEEDED, RefundAction.FAIL): RefundStatus.FAILED,  # Banks can send it back weeks later.
    (RefundStatus.FAILED, RefundAction.PAY_BY_HAND): RefundStatus.PAID_BY_HAND,
})  # fmt: skip

REFUND_LABELS = {
    RefundStatus.DUE: _l("Being refunded"),
    RefundStatus.SENT: _l("On its way back"),
    RefundStatus.SUCCEEDED: _l("Refunded"),
    RefundStatus.FAILED: _l("Came back: to be paid by hand"),
    RefundStatus.PAID_BY_HAND: _l("Paid back by hand"),
}


class ChargebackStatus(StrEnum):
    """Where a chargeback stands, in the bank's procedure."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return CHARGEBACK_LABELS[self]


class ChargebackAction(StrEnum):
    """What can happen to a chargeback."""

    RESPOND = "respond"
    WIN = "win"
    LOSE = "lose"


CHARGEBACK = StateTable[ChargebackStatus, ChargebackAction]({
    (ChargebackStatus.NEEDS_RESPONSE, ChargebackAction.RESPOND): ChargebackStatus.UNDER_REVIEW,
    (ChargebackStatus.NEEDS_RESPONSE, ChargebackAction.WIN): ChargebackStatus.WON,  # The customer took it back.
    (ChargebackStatus.NEEDS_RESPONSE, ChargebackAction.LOSE): ChargebackStatus.LOST,
    (ChargebackStatus.UNDER_REVIEW, ChargebackAction.WIN): ChargebackStatus.WON,
    (ChargebackStatus.UNDER_REVIEW, ChargebackAction.LOSE): ChargebackStatus.LOST,
})  # fmt: skip

CHARGEBACK_LABELS = {
    ChargebackStatus.NEEDS_RESPONSE: _l("Waits for the vendor's answer"),
    ChargebackStatus.UNDER_REVIEW: _l("The bank is deciding"),
    ChargebackStatus.WON: _l("Won"),
    ChargebackStatus.LOST: _l("Lost"),
}
OPEN_CHARGEBACKS = frozenset({ChargebackStatus.NEEDS_RESPONSE, ChargebackStatus.UNDER_REVIEW})


class MoreThanIsLeft(Conflict):
    """A refund above what is left of the payment."""

    message = _l("Only %(left)s is left of this payment. Refund that, or less.")


class ChargebackOpen(Conflict):
    """The bank has the money: a refund would pay it back twice."""

    message = _l(
        "The customer's bank is taking this payment back. Answer the chargeback first: a refund now would pay twice."
    )


class AnsweredAlready(Conflict):
    """Banks take one answer."""

    message = _l("This chargeback is answered already. The bank takes one answer only.")
