"""What of a payment for a period is earned by when, and what is left to be given back.

All is worked out afresh from the whole: what was earned so far is a share of the whole by the days that have passed,
what of the tax goes back is a share by all that has gone back. So any number of steps adds up to exactly the whole.
"""

from dataclasses import dataclass
from datetime import date

from marketplace.kernel.money import Money, smallest_step

WHOLE = 10_000  # Rates are whole hundredths of a percent, as in `shares`.


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment for a period, with what has become of it.

    Attributes:
        amount: what was paid, tax included.
        tax: what of it is tax.
        earned: what of it, without tax, is earned.
        refunded: what of it, with tax, went back or is to go back.
        refunded_tax: what of that is tax.
    """

    amount: Money
    tax: Money
    earned: Money
    refunded: Money
    refunded_tax: Money

    @property
    def net(self) -> Money:
        """What is paid for the time alone."""
        return self.amount - self.tax

    @property
    def unearned(self) -> Money:
        """What is neither earned nor given back, without tax."""
        return self.net - self.earned - (self.refunded - self.refunded_tax)


def included_tax(amount: Money, rate: int) -> Money:
    """Tell how much tax an amount includes, rounded down to what can be charged."""
    step = smallest_step(amount.currency)
    return Money(amount.minor // step * rate // (WHOLE + rate) * step, amount.currency)


def earned_by(day: date, first: date, last: date, net: Money) -> Money:
    """Tell how much of a net amount is earned at the beginning of a day: nothing on the first, all on the last.

    Args:
        day: the day, in UTC.
        first: on which the period begins.
        last: on which it ends.
        net: what was paid for it, without tax.
    """
    return Money(earned_minor_by(day, first, last, net.minor, smallest_step(net.currency)), net.currency)


def earned_minor_by(day: date, first: date, last: date, net_minor: int, step: int) -> int:
    """Tell the same in minor units, of which the smallest that can be charged is a `step`: for very many payments."""
    days = max(1, (last - first).days)
    passed = min(days, max(0, (day - first).days)) if last > first else int(day > first)
    return net_minor if passed >= days else net_minor // step * passed // days * step


def tax_of(paid: Paid, refunded: Money) -> Money:
    """Tell how much tax is given back once so much of a payment is, in all."""
    return share_of_tax(paid.amount, paid.tax, refunded)


def share_of_tax(amount: Money, tax: Money, part: Money) -> Money:
    """Tell how much of the tax in an amount is in a part of it, rounded down to what can be charged."""
    step = smallest_step(part.currency)
    steps = part.minor // step * (tax.minor // step) // (amount.minor // step)
    return Money(steps * step, part.currency)


def refundable(paid: Paid) -> Money:
    """Tell how much may be given back, with tax, so that nothing that is earned goes back."""
    step = smallest_step(paid.amount.currency)
    if not paid.net:
        return Money.zero(paid.amount.currency)
    kept_steps = -(-paid.amount.minor * paid.earned.minor // (paid.net.minor * step))
    most = Money(paid.amount.minor - kept_steps * step, paid.amount.currency)
    return max(most - paid.refunded, Money.zero(most.currency))
