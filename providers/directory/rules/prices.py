"""What services cost in a reader's currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from marketplace.catalogue.rules import Rates, UnknownCurrency
from providers.directory.rules.columns import Small, Sold, Whole, begins
from providers.services.rules import Terms

NOT_SOLD = -1  # The price on terms that the vendor's rates can not express.
MAX_LISTS = 16


@dataclass(frozen=True, slots=True)
class PriceList:
    """A currency and the rates of all; lists are alike if both are."""

    currency: str
    micros_per_base: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, currency: str, rates: Rates) -> "PriceList":
        """Make the list of a currency."""
        return cls(currency, tuple(sorted(rates.micros_per_base.items())))

    def most(self, terms: Sequence[Terms]) -> Whole:
        """Give the most that is paid on each terms, in minor units of the currency, or `NOT_SOLD`."""
        rates = Rates(dict(self.micros_per_base))
        return np.array([self._most(one, rates) for one in terms], dtype=np.int64)

    def _most(self, terms: Terms, rates: Rates) -> int:
        try:
            return terms.converted(lambda price: rates.convert(price, self.currency)).most.minor
        except UnknownCurrency:
            return NOT_SOLD


@dataclass(frozen=True)
class Priced:
    """What is paid for services, in minor units of one currency.

    Args:
        services: all of them.
        providers: so many sell them.
        most: the most that is paid, by the place of the terms, or `NOT_SOLD`.
    """

    services: Sold
    providers: int
    most: Whole

    @cached_property
    def different(self) -> Whole:
        """List all prices once, from low to high."""
        return np.unique(self.most)

    @cached_property
    def rank(self) -> Whole:
        """Give the place among `different` by the place of the terms."""
        return np.searchsorted(self.different, self.most)

    @cached_property
    def is_complete(self) -> bool:
        """Tell whether the rates can express all of them."""
        return bool((self.most != NOT_SOLD).all())

    @cached_property
    def lowest(self) -> Small:
        """Give for each provider the place of the lowest price among `different`; -1 for those who sell nothing."""
        found = np.full(self.providers, -1, dtype=np.int32)
        first = begins(self.services.owner)
        if len(first):
            ranks = self.rank.take(self.services.terms)
            found[self.services.owner[first]] = np.minimum.reduceat(ranks, first)
        return found


class Prices:
    """The prices of services, worked out once for each list."""

    def __init__(self, services: Sold, providers: int) -> None:
        """Begin with none."""
        self._services, self._providers = services, providers
        self._known: dict[PriceList, Priced] = {}

    def on(self, prices: PriceList) -> Priced:
        """Give those on a list."""
        if prices not in self._known:
            if len(self._known) >= MAX_LISTS:
                self._known.clear()  # Rates change now and then, and nobody asks for the old ones again.
            most = prices.most(self._services.different_terms)
            self._known[prices] = Priced(self._services, self._providers, most)
        return self._known[prices]
