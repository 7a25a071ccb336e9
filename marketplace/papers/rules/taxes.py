"""The tax in what customers pay: prices include it, as the ledger counts it."""

from dataclasses import dataclass

from marketplace.kernel.money import Money
from marketplace.payments.rules import Terms, share_out


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """An amount without its tax, and the tax, at one rate in hundredths of a percent."""

    rate: int
    net: Money
    tax: Money

    @property
    def total(self) -> Money:
        """What is paid."""
        return self.net + self.tax


def taxed(total: Money, rate: int) -> TaxedAmount:
    """Tell how much tax an amount includes."""
    tax = share_out(total, Terms(0, rate)).tax
    return TaxedAmount(rate, total - tax, tax)


def difference(before: Money, given_back: Money, rate: int) -> TaxedAmount:
    """Tell what of an amount and of the tax in it goes back.

    As with shares, what is left is taxed afresh: so any number of parts add up to exactly the tax of the whole.
    """
    assert Money.zero(before.currency) < given_back <= before, (before, given_back)
    was, is_now = taxed(before, rate), taxed(before - given_back, rate)
    return TaxedAmount(rate, is_now.net - was.net, is_now.tax - was.tax)
