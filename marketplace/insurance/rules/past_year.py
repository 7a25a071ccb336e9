"""A past year of support insurance as columns of numbers: its claims, its policies, and other terms for all of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from marketplace.insurance.rules.resampling import Whole
from marketplace.kernel.money import MAX_MINOR
from marketplace.payments.rules import Interval

NO_LIMIT = MAX_MINOR  # No price is higher.
MAX_CLAIMS = 10_000_000
PERIODS_A_YEAR = {Interval.MONTH: 12, Interval.YEAR: 1}


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims in the order in which they came, one entry of each array for each.

    Attributes:
        price_minor: what is kept of the price, whoever paid it.
        paid_minor: what cover really paid of it.
        cost_minor: how much of that left the house: the payee's part, and tax on the commission.
        year: the row of its policy year.
        event: a number that claims about the same event share, and no others.
        is_counted: False for an earlier claim that only says how much of the policy's year was gone.
    """

    price_minor: Whole
    paid_minor: Whole
    cost_minor: Whole
    year: Whole
    event: Whole
    is_counted: NDArray[np.bool_]

    def __post_init__(self) -> None:
        assert len(self.price_minor) <= MAX_CLAIMS, len(self.price_minor)
        assert ((self.price_minor >= 0) & (self.price_minor <= MAX_MINOR)).all(), "a price that nobody could pay"
        assert ((self.cost_minor >= 0) & (self.cost_minor <= self.paid_minor)).all(), "more left than was paid"


@dataclass(frozen=True, slots=True)
class PolicyYears:
    """The policy years that ran in that time and their real terms, one entry of each array for each.

    Attributes:
        policy: the row of its policy, from 0 on without gaps.
        earned_minor: of its premium, without tax, in the time that is counted.
        premium_minor: what a whole year of it is sold for.
        limit_minor: of the policy year.
        deductible_minor: of each claim.
        claim_limit_minor: of each claim, or `NO_LIMIT`.
    """

    policy: Whole
    earned_minor: Whole
    premium_minor: Whole
    limit_minor: Whole
    deductible_minor: Whole
    claim_limit_minor: Whole

    @property
    def policies(self) -> int:
        """Count the policies."""
        return int(self.policy.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class Change:
    """Other terms for everybody; None leaves to each policy year what it had."""

    premium_minor: int | None = None  # For a whole year, as it is sold.
    limit_minor: int | None = None
    deductible_minor: int | None = None
    claim_limit_minor: int | None = None

    def of(self, years: PolicyYears) -> PolicyYears:
        """Give the policy years these terms.

        Premiums are earned in proportion: whoever was insured for half a year, at a tax, earns half of the new premium
        without that tax, rounded down. The same premium earns exactly what it did.
        """
        changed = {
            name: np.full_like(years.policy, value)
            for name in ("limit_minor", "deductible_minor", "claim_limit_minor")
            if (value := getattr(self, name)) is not None
        }
        if self.premium_minor is not None:
            changed["earned_minor"] = years.earned_minor * self.premium_minor // np.maximum(years.premium_minor, 1)
            changed["premium_minor"] = np.full_like(years.policy, self.premium_minor)
        return replace(years, **changed)


AS_IT_WAS = Change()


@dataclass(frozen=True, slots=True)
class Chargeable:
    """What a card can be charged in a currency: multiples of a step, and never less than the least."""

    step_minor: int = 1
    least_minor: int = 1
