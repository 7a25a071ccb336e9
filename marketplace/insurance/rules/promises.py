"""What cover promises for a request: how much, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.catalogue.rules import Layer
from marketplace.insurance.rules.plans import PlanTerms
from marketplace.insurance.rules.policies import COVERING, PolicyStatus
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money, smallest_step
from marketplace.kernel.translate import LazyText, _l
from marketplace.payments.rules import Cover

ONE_EVENT_DAYS = 30  # For so long another request about the same cause can be counted to the first one.


class Obstacle(StrEnum):
    """Why cover pays nothing of a request."""

    NOT_ACCEPTED = "not_accepted"
    NOT_PAID = "not_paid"
    SUSPENDED = "suspended"
    OVER = "over"
    WAITING = "waiting"
    OTHER_CURRENCY = "other_currency"
    OTHER_LAYER = "other_layer"
    OTHER_CATEGORY = "other_category"
    OTHER_LICENCE = "other_licence"
    USED_UP = "used_up"
    EVENT_USED_UP = "event_used_up"
    BELOW_DEDUCTIBLE = "below_deductible"

    @property
    def label(self) -> LazyText:
        """The reason in words."""
        return OBSTACLES[self]


OBSTACLES = {
    Obstacle.NOT_ACCEPTED: _l("This partner takes no requests that cover pays for. Choose another one to use it."),
    Obstacle.NOT_PAID: _l("The policy is not paid yet."),
    Obstacle.SUSPENDED: _l("The policy is suspended, because a payment is missing. It covers again once that is paid."),
    Obstacle.OVER: _l("The policy has ended."),
    Obstacle.WAITING: _l("The waiting period at the beginning of the policy is not over."),
    Obstacle.OTHER_CURRENCY: _l("The policy covers requests in its own currency only."),
    Obstacle.OTHER_LAYER: _l("The plan does not cover this part of the system."),
    Obstacle.OTHER_CATEGORY: _l("The plan does not cover this kind of request."),
    Obstacle.OTHER_LICENCE: _l("The policy is for another licence than the one that this is about."),
    Obstacle.USED_UP: _l("The limit of this policy year is used up."),
    Obstacle.EVENT_USED_UP: _l("The limit for one event is used up."),
    Obstacle.BELOW_DEDUCTIBLE: _l("The price is not above your own part."),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be covered.

    Attributes:
        price: all of it, or the most that it may come to.
        layer: what it is about.
        category: its slug.
        minutes: the most working time that the price pays; 0 where time does not count.
        is_accepted: whoever does it takes requests that cover pays for.
    """

    price: Money
    layer: Layer
    category: str
    minutes: int = 0
    is_accepted: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How a policy stands at a moment.

    Attributes:
        status: of the policy.
        terms: what its plan promises.
        waits_until: when the waiting period ends.
        left: of the limit of the running year; None if no year is running.
        left_minutes: of the working time of the running year; None if only money counts.
        own_borne: what the customer has borne of the same event already.
        event_covered: what cover pays of the same event already.
        is_for_another_licence: a policy for another licence pays a part already, so that it is about that one.
    """

    status: PolicyStatus
    terms: PlanTerms
    waits_until: datetime | None
    left: Money | None
    left_minutes: int | None
    own_borne: Money
    event_covered: Money
    is_for_another_licence: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """How much of a price would be covered, on which terms.

    Attributes:
        cover: the terms; they hold for a lower price too.
        covered: of the price.
        minutes: of the working time.
    """

    cover: Cover
    covered: Money
    minutes: int


def promise(standing: Standing, need: Need, now: datetime) -> Promise | Obstacle:
    """Tell how much of a price a policy covers, or why nothing."""
    obstacle = _obstacle(standing, need, now)
    if obstacle is not None:
        return obstacle
    terms, price, left = standing.terms, need.price, standing.left
    assert left is not None
    zero = Money.zero(price.currency)
    most = left
    if terms.claim_limit is not None:
        most = min(most, max(zero, terms.claim_limit - standing.event_covered))
    most = min(most, _within_time(standing, need))
    own = max(zero, terms.deductible - standing.own_borne)
    cover = Cover(own, _in_steps(most)).fitted(price)
    covered = cover.of(price)
    if not covered:
        return _why_nothing(standing, need, own)
    return Promise(cover, covered, minutes_of(covered, price, need.minutes))


def minutes_of(covered: Money, price: Money, minutes: int) -> int:
    """Tell how much of the working time is covered, if so much of its price is; rounded up."""
    return -(-minutes * covered.minor // price.minor) if price else 0


def _obstacle(standing: Standing, need: Need, now: datetime) -> Obstacle | None:
    terms = standing.terms
    reasons: Sequence[tuple[bool, Obstacle]] = (
        (not need.is_accepted, Obstacle.NOT_ACCEPTED),
        (standing.status is PolicyStatus.OPENING, Obstacle.NOT_PAID),
        (standing.status is PolicyStatus.SUSPENDED, Obstacle.SUSPENDED),
        (standing.status not in COVERING or standing.left is None, Obstacle.OVER),
        (need.price.currency != terms.limit.currency, Obstacle.OTHER_CURRENCY),
        (need.layer not in terms.layers, Obstacle.OTHER_LAYER),
        (terms.categories is not None and need.category not in terms.categories, Obstacle.OTHER_CATEGORY),
        (standing.is_for_another_licence, Obstacle.OTHER_LICENCE),
        (standing.waits_until is not None and now < standing.waits_until, Obstacle.WAITING),
    )
    return next((obstacle for is_so, obstacle in reasons if is_so), None)


def _within_time(standing: Standing, need: Need) -> Money:
    """Tell the most that can be covered of a price of which only a part of the working time is left."""
    if standing.left_minutes is None or need.minutes <= standing.left_minutes:
        return need.price
    return Money(need.price.minor * standing.left_minutes // need.minutes, need.price.currency)


def _in_steps(amount: Money) -> Money:
    step = smallest_step(amount.currency)
    return Money(amount.minor // step * step, amount.currency)


def _why_nothing(standing: Standing, need: Need, own: Money) -> Obstacle:
    terms = standing.terms
    if not standing.left or (standing.left_minutes == 0 and need.minutes):
        return Obstacle.USED_UP
    if terms.claim_limit is not None and standing.event_covered >= terms.claim_limit:
        return Obstacle.EVENT_USED_UP
    return Obstacle.BELOW_DEDUCTIBLE if need.price <= own else Obstacle.USED_UP


class CoverHasChanged(Conflict):
    """Another request has taken what the customer saw, or the policy is not what it was."""

    message = _l("Your cover is not what this page showed: look at the new split, and decide again. Nothing was taken.")
