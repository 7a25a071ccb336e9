"""The life of a subscription: something that is paid for again and again, each time for a period to come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l


class SubscriptionStatus(StrEnum):
    """Where a subscription stands."""

    OPENING = "opening"  # The Checkout page is being made.
    AWAITING = "awaiting"  # The payer is on the Checkout page.
    ACTIVE = "active"
    PAST_DUE = "past_due"  # A renewal was not paid; Stripe tries again.
    ENDED = "ended"
    LAPSED = "lapsed"  # It never began.

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return SUBSCRIPTION_LABELS[self]


class SubscriptionAction(StrEnum):
    """What can happen to a subscription."""

    OFFER = "offer"
    BEGIN = "begin"
    LAPSE = "lapse"
    FAIL = "fail"
    PAY = "pay"
    END = "end"


SUBSCRIPTION = StateTable[SubscriptionStatus, SubscriptionAction]({
    (SubscriptionStatus.OPENING, SubscriptionAction.OFFER): SubscriptionStatus.AWAITING,
    (SubscriptionStatus.OPENING, SubscriptionAction.BEGIN): SubscriptionStatus.ACTIVE,  # Word overtook our answer.
    (SubscriptionStatus.OPENING, SubscriptionAction.LAPSE): SubscriptionStatus.LAPSED,
    (SubscriptionStatus.AWAITING, SubscriptionAction.BEGIN): SubscriptionStatus.ACTIVE,
    (SubscriptionStatus.AWAITING, SubscriptionAction.LAPSE): SubscriptionStatus.LAPSED,
    (SubscriptionStatus.ACTIVE, SubscriptionAction.FAIL): SubscriptionStatus.PAST_DUE,
    (SubscriptionStatus.ACTIVE, SubscriptionAction.END): SubscriptionStatus.ENDED,
    (SubscriptionStatus.PAST_DUE, SubscriptionAction.PAY): SubscriptionStatus.ACTIVE,
    (SubscriptionStatus.PAST_DUE, SubscriptionAction.END): SubscriptionStatus.ENDED,
})  # fmt: skip

SUBSCRIPTION_LABELS = {
    SubscriptionStatus.OPENING: _l("Preparing payment"),
    SubscriptionStatus.AWAITING: _l("Waiting for payment"),
    SubscriptionStatus.ACTIVE: _l("Running"),
    SubscriptionStatus.PAST_DUE: _l("A payment is missing"),
    SubscriptionStatus.ENDED: _l("Ended"),
    SubscriptionStatus.LAPSED: _l("Never begun"),
}
RUNNING = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
OVER = frozenset({SubscriptionStatus.ENDED, SubscriptionStatus.LAPSED})
WAITING = frozenset({SubscriptionStatus.OPENING, SubscriptionStatus.AWAITING})


class Interval(StrEnum):
    """How long one period is."""

    MONTH = "month"
    YEAR = "year"


class EndReason(StrEnum):
    """Why a subscription ended."""

    CANCELLED = "cancelled"  # Somebody wanted that.
    UNPAID = "unpaid"  # Stripe has given up trying.
    DISPUTED = "disputed"  # The payer's bank took a payment back.


class PeriodReason(StrEnum):
    """For what a payment came."""

    FIRST = "first"
    RENEWAL = "renewal"
    CHANGE = "change"  # The rest of a running period, at a higher price.

    @property
    def label(self) -> LazyText:
        """What it came for, in words."""
        return PERIOD_REASONS[self]


PERIOD_REASONS = {
    PeriodReason.FIRST: _l("The first period"),
    PeriodReason.RENEWAL: _l("Another period"),
    PeriodReason.CHANGE: _l("A higher price for the rest of a period"),
}


class ChangeStatus(StrEnum):
    """Where a change of the price stands."""

    ASKED = "asked"  # Stripe is being asked.
    DONE = "done"
    REFUSED = "refused"  # Nothing was changed.


class ChangeMoment(StrEnum):
    """From when a changed price holds."""

    NOW = "now"  # The rest of the running period is charged at once, or nothing is changed.
    PERIOD_END = "period_end"


RETRY_LOOK = timedelta(hours=1)  # A subscription whose period is over is asked about this often,
IDLE_LOOK = timedelta(days=1)  # and one that runs quietly this often.


class ChangeUnderWay(Conflict):
    """Two changes at once would mix up what is paid for."""

    message = _l("A change is being made just now. Try again in a minute.")


class NotMoreThanNow(Conflict):
    """What costs less begins with the next period: what is paid is paid."""

    message = _l("A lower price can only begin with the next period.")


class NotRunning(Conflict):
    """The subscription has not begun, is over, or waits for a payment."""

    message = _l("This can only be done while it runs and everything is paid.")


class OneCurrency(Conflict):
    """Stripe takes subscriptions in one currency from each customer."""

    message = _l(
        "You have paid in %(currency)s by the period, and Stripe takes only one currency from each customer for that. "
        "Choose something in %(currency)s, or write to us."
    )


class OtherCurrencyOpen(OneCurrency):
    """Whichever of two pages is paid first would make the other one impossible to pay."""

    message = _l(
        "A payment in %(currency)s is waiting for you, and Stripe takes only one currency from each customer for what "
        "is paid by the period. Pay it or let go of it first, or choose something in %(currency)s."
    )


class MoreThanUnearned(Conflict):
    """More is to be given back than was paid for the time to come."""

    message = _l("Only %(left)s was paid for the time that is left.")


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """What a change to a higher price costs now.

    Attributes:
        due: what would be charged.
        prorated_at: the moment to which it is worked out; whoever decides names it, so that this is charged.
    """

    due: Money
    prorated_at: datetime
