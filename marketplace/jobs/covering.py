"""What cover pays of a price that is about to be agreed, by each policy of the customer, and why one pays nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.insurance.models import Claim, Policy, PolicyYear
from marketplace.insurance.rules import Need, Obstacle, Promise, Standing, promise
from marketplace.kernel.money import Money


@dataclass(frozen=True, slots=True)
class CoverChoice:
    """Which cover the customer wants to use.

    Attributes:
        policy: reference of the policy.
        same_cause_as: the claim that is about the same event, if the customer says so.
        seen: what the page showed as covered; None: whatever it is.
    """

    policy: str
    same_cause_as: int | None = None
    seen: Money | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How a request could be covered: by a policy, perhaps as a part of an earlier event."""

    policy: Policy
    event: Claim | None
    standing: Standing
    year: PolicyYear | None

    def is_meant_by(self, choice: CoverChoice) -> bool:
        """Tell whether it is what the customer has chosen."""
        return (self.policy.reference, self.event_id) == (choice.policy, choice.same_cause_as)

    @property
    def event_id(self) -> int | None:
        """The first claim of the event."""
        return self.event.id if self.event else None


@dataclass(frozen=True, slots=True)
class CoveredPrice:
    """Who pays what of a price, if it is covered in one way."""

    way: Way
    price: Money
    promised: Promise

    @property
    def covered(self) -> Money:
        """What cover pays."""
        return self.promised.covered

    @property
    def left(self) -> Money:
        """What the customer pays."""
        return self.price - self.covered

    @property
    def own(self) -> Money:
        """What of that is the customer's own part of the event."""
        return min(self.promised.cover.own, self.left)

    @property
    def above(self) -> Money:
        """What of it is more than cover pays."""
        return self.left - self.own


@dataclass(frozen=True, slots=True)
class Refusal:
    """A policy that pays nothing of a price, and why."""

    policy: Policy
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a price can be covered.

    Attributes:
        prices: the policies that pay something, what covers most first; then the same as parts of earlier events.
        refusals: the policies that pay nothing.
    """

    prices: Sequence[CoveredPrice]
    refusals: Sequence[Refusal]

    @property
    def best(self) -> CoveredPrice | None:
        """What covers most, if nobody says more about the event."""
        return next((one for one in self.prices if one.way.event is None), None)


def cover_price(ways: Sequence[Way], need: Need, now: datetime) -> Coverage:
    """Tell who would pay what of a price in every way, and which policies pay nothing of it."""
    promised = [(way, promise(way.standing, need, now)) for way in ways]
    refused = {way.policy.id: Refusal(way.policy, one) for way, one in promised if isinstance(one, Obstacle)}
    prices = [CoveredPrice(way, need.price, one) for way, one in promised if isinstance(one, Promise)]
    plain = {one.way.policy.id: one.covered for one in prices if one.way.event is None}
    # Whether it belongs to an earlier event is asked only where that makes a difference.
    prices = [one for one in prices if one.way.event is None or plain.get(one.way.policy.id) != one.covered]
    prices.sort(key=lambda one: (one.way.event is not None, -one.covered.minor))
    return Coverage(prices, [one for policy_id, one in refused.items() if policy_id not in plain])
