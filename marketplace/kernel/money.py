"""Money: whole minor units with a currency; no floats anywhere.

Minor units are the ones that Stripe's API uses, because Stripe holds the money. They are not always the currency's
own: the API counts Icelandic krónur in hundredths, but takes only whole krónur.
Source: https://docs.stripe.com/currencies, "Zero-decimal", "Three-decimal" and "Special-case" currencies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import total_ordering
from math import ceil

ZERO_DECIMAL = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
WHOLE_UNITS_ONLY = frozenset({"ISK", "UGX", "HUF", "TWD"})  # Two decimals in the API, but no fraction is taken.

MAX_MINOR = 99_999_999  # Stripe takes at most eight digits.


def exponent(currency: str) -> int:
    """Count the decimals between the currency's main unit and the minor unit."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def smallest_step(currency: str) -> int:
    """Tell the smallest difference between two chargeable amounts, in minor units."""
    if currency in WHOLE_UNITS_ONLY:
        return 100
    return 10 if currency in THREE_DECIMAL else 1


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of an ISO 4217 currency; only amounts of one currency meet."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        assert isinstance(self.minor, int), self.minor
        assert self.currency.isupper(), self.currency

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read an amount in main units, such as "49" or "49.90".

        Raises:
            ValueError: not a number, more decimals than the currency has, or out of range.
        """
        try:
            minor = Decimal(text.strip()).scaleb(exponent(currency))
        except InvalidOperation:
            raise ValueError(text) from None
        if not minor.is_finite() or minor != int(minor) or not 0 <= minor <= MAX_MINOR:
            raise ValueError(text)
        return cls(int(minor), currency)

    @property
    def major(self) -> Decimal:
        """The amount in main units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: "Money") -> "Money":
        self._check_same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check_same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._check_same_currency(other)
        return self.minor < other.minor

    def _check_same_currency(self, other: "Money") -> None:
        assert self.currency == other.currency, (self, other)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Divide by `weights`; the parts add up, leftover minor units go to the first ones."""
        total = sum(weights)
        assert total > 0, weights
        assert self.minor >= 0, self
        parts = [self.minor * weight // total for weight in weights]
        for index in range(self.minor - sum(parts)):
            parts[index] += 1
        return [Money(part, self.currency) for part in parts]

    def share(self, percent: int) -> "Money":
        """Take `percent` (0 to 100) of the amount, the leftover minor unit included."""
        return self.split([percent, 100 - percent])[0] if percent else Money.zero(self.currency)

    def converted(self, currency: str, rate: Fraction) -> "Money":
        """Express in another currency, rounded up to an amount that can be charged.

        Args:
            currency: the currency wanted.
            rate: main units of `currency` for one main unit of this one.
        """
        if currency == self.currency:
            return self
        main_units = Fraction(self.minor, 10 ** exponent(self.currency)) * rate
        step = smallest_step(currency)
        return Money(ceil(main_units * 10 ** exponent(currency) / step) * step, currency)


def is_payable(amount: Money) -> bool:
    """Tell whether Stripe could charge it."""
    return 0 < amount.minor <= MAX_MINOR and amount.minor % smallest_step(amount.currency) == 0


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add up amounts of one currency; nothing adds up to zero."""
    return sum(amounts, Money.zero(currency))
