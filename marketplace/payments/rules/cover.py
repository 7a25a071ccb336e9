"""How a price is divided between its payer and somebody who covers a part of it.

What cover pays depends only on what the price is in the end: however often it is lowered, and in whatever steps, it
comes to the same. A price that is lowered is treated as if it had been lower from the start, so what was covered
last goes back first.
"""

from dataclasses import dataclass, replace

from marketplace.kernel.money import Money, smallest_step
from marketplace.payments.rules.shares import Terms, share_kept, share_out

# What a card must be charged at least, in minor units; elsewhere one step of the currency.
# Source: https://docs.stripe.com/currencies, "Minimum and maximum charge amounts".
LEAST_CHARGE = {
    "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30,
    "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200,
    "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}  # fmt: skip


def least_charge(currency: str) -> Money:
    """Tell the least that a card can be charged."""
    return Money(LEAST_CHARGE.get(currency, smallest_step(currency)), currency)


@dataclass(frozen=True, slots=True)
class Cover:
    """On what terms a part of a price is covered; frozen when it was promised.

    Attributes:
        own: what the payer bears first, the deductible.
        most: the most that is covered.
    """

    own: Money
    most: Money

    @classmethod
    def none(cls, currency: str) -> "Cover":
        """Cover nothing."""
        return cls(Money.zero(currency), Money.zero(currency))

    def of(self, price: Money) -> Money:
        """Tell what of a price is covered; never less of a higher price."""
        return min(self.most, max(Money.zero(price.currency), price - self.own))

    def fitted(self, price: Money) -> "Cover":
        """Cover a little less of a price if a card could not be charged as little as what is left."""
        left = price - self.of(price)
        least = least_charge(price.currency)
        return replace(self, own=max(self.own, least)) if left and left < least <= price else self


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the vendor does not lose of what is covered: its own commission, and a tax that the premium has paid.

    The price is shared as if the customer had paid all of it, so that the payee gets the same whoever pays.
    """

    commission: Money
    tax: Money

    @classmethod
    def nothing(cls, currency: str) -> "Recovered":
        """Nothing comes back."""
        return cls(Money.zero(currency), Money.zero(currency))

    def __sub__(self, other: "Recovered") -> "Recovered":
        return Recovered(self.commission - other.commission, self.tax - other.tax)

    @property
    def all(self) -> Money:
        """What covering costs less by it."""
        return self.commission + self.tax


def recovered(kept: Money, borne: Money, covered: Money, terms: Terms) -> Recovered:
    """Tell what of the shares of a payment comes back to whoever covers a part of it.

    Args:
        kept: what was not given back.
        borne: what the vendor gave back alone.
        covered: what of the kept amount is covered.
        terms: by what it is shared.
    """
    whole, unaided = share_out(kept + borne, terms), share_out(kept + borne - covered, terms)
    commission = min(whole.commission - unaided.commission, share_kept(kept, borne, terms).commission)
    return Recovered(commission, whole.tax - unaided.tax)
