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


class Bearer(StrEnum):
    """Who gives up what goes back, once the price is shared."""

    SHARED = "shared"  # Each side gives up its part of it.
    VENDOR = "vendor"  # The vendor alone: the payee keeps its share.

    @property
    def label(self) -> LazyText:
        """Who it is, in words."""
        return BEARERS[self]


BEARERS = {
    Bearer.SHARED: _l("Both, as they shared the price"),
    Bearer.VENDOR: _l("The vendor alone"),
}


class RefundStatus(StrEnum):
    """Where a refund stands."""

    WAITING = "waiting"  # A bank has the money: what is left of it goes back when it has decided.
    DUE = "due"  # Stripe is being asked.
    SENT = "sent"  # Stripe has taken it on; banks take some days.
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # It came back, or Stripe refused: the vendor pays by hand.
    PAID_BY_HAND = "paid_by_hand"
    COVERED = "covered"  # A bank has given the customer as much.

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return REFUND_LABELS[self]


class RefundAction(StrEnum):
    """What can happen to a refund."""

    GO_ON = "go_on"
    SEND = "send"
    SUCCEED = "succeed"
    FAIL = "fail"
    PAY_BY_HAND = "pay_by_hand"
    TAKE = "take"


REFUND = StateTable[RefundStatus, RefundAction]({
    (RefundStatus.WAITING, RefundAction.GO_ON): RefundStatus.DUE,
    (RefundStatus.WAITING, RefundAction.TAKE): RefundStatus.COVERED,
    (RefundStatus.DUE, RefundAction.SEND): RefundStatus.SENT,
    (RefundStatus.DUE, RefundAction.FAIL): RefundStatus.FAILED,
    (RefundStatus.SENT, RefundAction.SUCCEED): RefundStatus.SUCCEEDED,
    (RefundStatus.SENT, RefundAction.FAIL): RefundStatus.FAILED,
    (RefundStatus.SUCCEEDED, RefundAction.FAIL): RefundStatus.FAILED,  # Banks can send it back weeks later.
    (RefundStatus.FAILED, RefundAction.PAY_BY_HAND): RefundStatus.PAID_BY_HAND,
    (RefundStatus.FAILED, RefundAction.TAKE): RefundStatus.COVERED,
})  # fmt: skip

REFUND_LABELS = {
    RefundStatus.WAITING: _l("Waits for the bank's decision"),
    RefundStatus.DUE: _l("Being refunded"),
    RefundStatus.SENT: _l("On its way back"),
    RefundStatus.SUCCEEDED: _l("Refunded"),
    RefundStatus.FAILED: _l("Came back: to be paid by hand"),
    RefundStatus.PAID_BY_HAND: _l("Paid back by hand"),
    RefundStatus.COVERED: _l("Given to the customer by the bank"),
}


class ChargebackStatus(StrEnum):
    """Where a chargeback stands, in the bank's procedure; it may begin with a question, which takes nothing yet."""

    INQUIRY = "inquiry"  # The bank asks what the payment was for.
    INQUIRY_ANSWERED = "inquiry_answered"
    INQUIRY_CLOSED = "inquiry_closed"
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
    ESCALATE = "escalate"
    CLOSE = "close"
    WIN = "win"
    LOSE = "lose"


CHARGEBACK = StateTable[ChargebackStatus, ChargebackAction]({
    (ChargebackStatus.INQUIRY, ChargebackAction.RESPOND): ChargebackStatus.INQUIRY_ANSWERED,
    (ChargebackStatus.INQUIRY, ChargebackAction.ESCALATE): ChargebackStatus.NEEDS_RESPONSE,
    (ChargebackStatus.INQUIRY, ChargebackAction.CLOSE): ChargebackStatus.INQUIRY_CLOSED,
    (ChargebackStatus.INQUIRY_ANSWERED, ChargebackAction.ESCALATE): ChargebackStatus.NEEDS_RESPONSE,
    (ChargebackStatus.INQUIRY_ANSWERED, ChargebackAction.CLOSE): ChargebackStatus.INQUIRY_CLOSED,
    (ChargebackStatus.INQUIRY_CLOSED, ChargebackAction.ESCALATE): ChargebackStatus.NEEDS_RESPONSE,
    (ChargebackStatus.NEEDS_RESPONSE, ChargebackAction.RESPOND): ChargebackStatus.UNDER_REVIEW,
    (ChargebackStatus.NEEDS_RESPONSE, ChargebackAction.WIN): ChargebackStatus.WON,  # The customer took it back.
    (ChargebackStatus.NEEDS_RESPONSE, ChargebackAction.LOSE): ChargebackStatus.LOST,
    (ChargebackStatus.UNDER_REVIEW, ChargebackAction.WIN): ChargebackStatus.WON,
    (ChargebackStatus.UNDER_REVIEW, ChargebackAction.LOSE): ChargebackStatus.LOST,
})  # fmt: skip

CHARGEBACK_LABELS = {
    ChargebackStatus.INQUIRY: _l("The bank asks, and waits for an answer"),
    ChargebackStatus.INQUIRY_ANSWERED: _l("The bank reads the answer"),
    ChargebackStatus.INQUIRY_CLOSED: _l("The bank has no more questions"),
    ChargebackStatus.NEEDS_RESPONSE: _l("Waits for the vendor's answer"),
    ChargebackStatus.UNDER_REVIEW: _l("The bank is deciding"),
    ChargebackStatus.WON: _l("Won"),
    ChargebackStatus.LOST: _l("Lost"),
}
OPEN_CHARGEBACKS = frozenset({ChargebackStatus.NEEDS_RESPONSE, ChargebackStatus.UNDER_REVIEW})
# Nothing is taken, so nothing is frozen, and a refund is allowed: it is the surest end of a question.
INQUIRIES = frozenset({ChargebackStatus.INQUIRY, ChargebackStatus.INQUIRY_ANSWERED, ChargebackStatus.INQUIRY_CLOSED})
TO_ANSWER = frozenset({ChargebackStatus.INQUIRY, ChargebackStatus.NEEDS_RESPONSE})


class MoreThanIsLeft(Conflict):
    """A refund above what is left of the payment."""

    message = _l("Only %(left)s is left of this payment. Refund that, or less.")


class LeftHasChanged(Conflict):
    """Somebody gave something back between the look at a payment and the decision about it."""

    message = _l("In the meantime something else was given back: %(left)s is left now. Look at it again, then decide.")


class Contested(Conflict):
    """Customer and partner disagree about it, and somebody is to decide."""

    message = _l("The customer disputes this request. Decide there how much goes back.")


class NotSharedYet(Conflict):
    """As long as nobody has a share, no one side can bear something alone."""

    message = _l("The price is not shared yet, so both bear what you give back now. Wait until the work is confirmed.")


class ChargebackOpen(Conflict):
    """The bank has the money: a refund would pay it back twice."""

    message = _l(
        "The customer's bank is taking this payment back. Answer the chargeback first: a refund now would pay twice."
    )


class AnsweredAlready(Conflict):
    """Banks take one answer."""

    message = _l("This chargeback is answered already. The bank takes one answer only.")


class CoveredByBank(Conflict):
    """The customer has the money already, from the bank."""

    message = _l(
        "The customer's bank has given this back already, after a chargeback. Don't pay it: the customer would get it "
        "twice."
    )
