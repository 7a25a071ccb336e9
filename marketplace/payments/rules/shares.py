"""How what a customer pays is shared: tax, the vendor's commission with its own tax, and the payee's part.

Prices include tax. Whatever is refunded later, what is kept is shared afresh by the same terms, and the difference to
the shares before is what each side gives back. So the parts of any number of refunds add up to exactly what was shared,
and no rounding is ever lost or won by doing it in steps ("cumulative method").

What the vendor gives back alone is no discount of the sale: the payee and the tax office get as much as before. It
comes out of the commission first; what goes beyond is an expense of the vendor.
"""

from dataclasses import dataclass, replace

from marketplace.kernel.money import Money, smallest_step

WHOLE = 10_000  # Rates are whole hundredths of a percent: 1900 is 19 %.


@dataclass(frozen=True, slots=True)
class Terms:
    """By what the price is shared; frozen when the job was agreed.

    Attributes:
        commission_percent: the vendor's share of the price without tax, 0 to 100.
        tax_rate: of the sale, in hundredths of a percent of the price without tax.
        commission_tax_rate: of the commission, which is a service to the payee, in the same unit.
    """

    commission_percent: int
    tax_rate: int = 0
    commission_tax_rate: int = 0


@dataclass(frozen=True, slots=True)
class Shares:
    """The parts of a price, or of what is given up of it; they add up to it.

    Attributes:
        payee: the payee's part.
        commission: the vendor's.
        commission_tax: on top of the commission, for the tax office.
        tax: of the sale, for the tax office.
        goodwill: what the vendor adds so that the others keep theirs, as a negative amount; positive when given up.
    """

    payee: Money
    commission: Money
    commission_tax: Money
    tax: Money
    goodwill: Money

    def __sub__(self, other: "Shares") -> "Shares":
        return Shares(
            self.payee - other.payee,
            self.commission - other.commission,
            self.commission_tax - other.commission_tax,
            self.tax - other.tax,
            self.goodwill - other.goodwill,
        )

    def __add__(self, other: "Shares") -> "Shares":
        return Shares(
            self.payee + other.payee,
            self.commission + other.commission,
            self.commission_tax + other.commission_tax,
            self.tax + other.tax,
            self.goodwill + other.goodwill,
        )

    @property
    def all_tax(self) -> Money:
        """What the tax office gets."""
        return self.tax + self.commission_tax

    @property
    def vendor(self) -> Money:
        """What the vendor has in the end."""
        return self.commission + self.goodwill


def share_out(price: Money, terms: Terms) -> Shares:
    """Share a price that includes tax, in amounts that can be charged and transferred.

    No part grows when the price shrinks: each is a floor of a slope of at most one, or what is left beside it. That is
    why the commission and its tax are taken off together and divided afterwards.
    """
    step = smallest_step(price.currency)
    assert price.minor >= 0, price
    assert price.minor % step == 0, price
    steps = price.minor // step
    tax = _included(steps, terms.tax_rate)
    without_tax = steps - tax
    percent = terms.commission_percent * (WHOLE + terms.commission_tax_rate)
    taken = min(without_tax, without_tax * percent // (100 * WHOLE))
    commission_tax = _included(taken, terms.commission_tax_rate)
    parts = (without_tax - taken, taken - commission_tax, commission_tax, tax, 0)
    return Shares(*(Money(part * step, price.currency) for part in parts))


def share_kept(kept: Money, borne: Money, terms: Terms) -> Shares:
    """Share what is kept of a payment of which the vendor has given back a part alone.

    Each part depends only on how much is kept and borne in the end, so any number of refunds of both kinds, in any
    order, takes from each side exactly what one would.

    Args:
        kept: what was not given back.
        borne: what the vendor gave back alone.
        terms: by what the price is shared.
    """
    whole = share_out(kept + borne, terms)
    from_commission = min(borne, whole.commission)
    return replace(whole, commission=whole.commission - from_commission, goodwill=from_commission - borne)


def _included(amount: int, rate: int) -> int:
    """Tell how much tax an amount includes, rounded down."""
    return amount * rate // (WHOLE + rate)
