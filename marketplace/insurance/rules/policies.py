"""The life of a policy, and its years."""

from calendar import isleap
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MAX_LICENCE_LENGTH = 120
CHANGE_SEEN_FOR = timedelta(minutes=30)  # For so long the difference that was shown is what is charged.
# Stripe charges about an hour after a period has ended; of what is silent for longer nobody knows whether it goes on.
RENEWAL_TAKES = timedelta(days=1)
PURPOSE = "policy"  # What a subscription is for.


class PolicyStatus(StrEnum):
    """Where a policy stands."""

    OPENING = "opening"  # The customer is on the payment page.
    ACTIVE = "active"
    GRACE = "grace"  # A renewal was not paid; it still covers.
    SUSPENDED = "suspended"  # Not paid for too long: it covers nothing until it is.
    ENDED = "ended"
    LAPSED = "lapsed"  # It was never paid.

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return POLICY_LABELS[self]


POLICY_LABELS = {
    PolicyStatus.OPENING: _l("Waiting for payment"),
    PolicyStatus.ACTIVE: _l("Running"),
    PolicyStatus.GRACE: _l("Payment overdue, still covered"),
    PolicyStatus.SUSPENDED: _l("Suspended until it is paid"),
    PolicyStatus.ENDED: _l("Ended"),
    PolicyStatus.LAPSED: _l("Never paid"),
}


class PolicyAction(StrEnum):
    """What can happen to a policy."""

    PAY = "pay"
    MISS = "miss"
    SUSPEND = "suspend"
    END = "end"
    LAPSE = "lapse"


POLICY = StateTable[PolicyStatus, PolicyAction]({
    (PolicyStatus.OPENING, PolicyAction.PAY): PolicyStatus.ACTIVE,
    (PolicyStatus.OPENING, PolicyAction.LAPSE): PolicyStatus.LAPSED,
    (PolicyStatus.ACTIVE, PolicyAction.PAY): PolicyStatus.ACTIVE,
    (PolicyStatus.ACTIVE, PolicyAction.MISS): PolicyStatus.GRACE,
    (PolicyStatus.ACTIVE, PolicyAction.SUSPEND): PolicyStatus.SUSPENDED,  # A bank has taken a payment back.
    (PolicyStatus.ACTIVE, PolicyAction.END): PolicyStatus.ENDED,
    (PolicyStatus.GRACE, PolicyAction.PAY): PolicyStatus.ACTIVE,
    (PolicyStatus.GRACE, PolicyAction.MISS): PolicyStatus.GRACE,  # Tried again, and not paid again.
    (PolicyStatus.GRACE, PolicyAction.SUSPEND): PolicyStatus.SUSPENDED,
    (PolicyStatus.GRACE, PolicyAction.END): PolicyStatus.ENDED,
    (PolicyStatus.SUSPENDED, PolicyAction.PAY): PolicyStatus.ACTIVE,
    (PolicyStatus.SUSPENDED, PolicyAction.MISS): PolicyStatus.SUSPENDED,
    (PolicyStatus.SUSPENDED, PolicyAction.END): PolicyStatus.ENDED,
})  # fmt: skip

LIVE = frozenset({PolicyStatus.OPENING, PolicyStatus.ACTIVE, PolicyStatus.GRACE, PolicyStatus.SUSPENDED})
COVERING = frozenset({PolicyStatus.ACTIVE, PolicyStatus.GRACE})


def anniversary(begins_at: datetime, number: int) -> datetime:
    """Tell when a policy year begins: the same day, 28 February where there is no 29th, at the same time (UTC).

    Each is counted from the first day, so that a policy of 29 February has its own day again in a leap year.

    Args:
        begins_at: when the first year began.
        number: 0 for the first year.
    """
    year = begins_at.year + number
    if (begins_at.month, begins_at.day) == (2, 29) and not isleap(year):
        return begins_at.replace(year=year, day=28)
    return begins_at.replace(year=year)


def year_number(begins_at: datetime, moment: datetime) -> int:
    """Count the whole policy years between the beginning and a moment that is not before it."""
    assert begins_at <= moment, (begins_at, moment)
    number = moment.year - begins_at.year
    return number if anniversary(begins_at, number) <= moment else number - 1


class OneForEachLicence(Conflict):
    """The customer has a policy for this already."""

    message = _l("You have a policy for this already. Change its plan instead of buying a second one.")


class RefundHasChanged(Conflict):
    """Time has passed, or cover was used, since the customer saw what goes back."""

    message = _l("Another amount would go back by now. Look at it again, and decide then.")


class DifferenceHasChanged(Conflict):
    """What a change of plan costs was worked out too long ago, or for no moment of the past."""

    message = _l("The difference has changed since you saw it. Look at it again, and decide then.")


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What goes back if a policy ends at once.

    Attributes:
        unearned: of what was paid, for the time that is left.
        taken: by cover in this policy year, paid or promised.
    """

    unearned: Money
    taken: Money

    @property
    def refund(self) -> Money:
        """What is not earned, less what cover has paid or promised."""
        return max(Money.zero(self.unearned.currency), self.unearned - self.taken)
