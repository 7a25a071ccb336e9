"""What a plan promises, and on what terms."""

from dataclasses import dataclass

from marketplace.catalogue.rules import Layer
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _l
from marketplace.payments.rules import Interval

MAX_NAME_LENGTH = 80
MAX_TERMS_LENGTH = 20_000
MAX_WAITING_DAYS, MAX_GRACE_DAYS = 365, 60
MAX_LIMIT_HOURS = 1000


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a version of a plan promises for its price.

    Attributes:
        price: of one interval, tax included.
        interval: how often it is paid.
        limit: the most that cover pays in a policy year.
        limit_minutes: the most working time that cover pays in a policy year; None if only money counts.
        deductible: what the customer bears of each event.
        claim_limit: the most that cover pays of one event; None if only the year counts.
        waiting_days: after the beginning, in which nothing is covered.
        grace_days: for how long a policy that was not paid goes on covering.
        layers: what is covered.
        categories: the slugs of what is covered; None for all.
        needs_licence: whether a policy is for one licence of the vendor's product.
    """

    price: Money
    interval: Interval
    limit: Money
    deductible: Money
    claim_limit: Money | None = None
    limit_minutes: int | None = None
    waiting_days: int = 0
    grace_days: int = 7
    layers: frozenset[Layer] = frozenset(Layer)
    categories: frozenset[str] | None = None
    needs_licence: bool = False


class NotOnSale(Conflict):
    """The plan was withdrawn, or has another version now."""

    message = _l("This plan is not on sale as you saw it. Look at the plans again.")


class PlanHasChanged(Conflict):
    """Somebody else has made a version since this one was compared with the last."""

    message = _l("Somebody else has changed this plan meanwhile. Look at it as it is now, and decide then.")
