"""Which amounts Stripe can move. Source: https://docs.stripe.com/currencies."""

from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.money import MAX_MINOR, Money, smallest_step
from marketplace.kernel.translate import _, _l, format_money


class WrongAmount(InvalidInput):
    """An amount that can't be set aside, taken or given back."""

    def __init__(self, text: str) -> None:
        """Say what is wrong with it."""
        super().__init__({"amount": [text]})


class MoreThanIsHeld(Conflict):
    """More is to be taken than the bank has set aside."""

    message = _l("Only %(held)s is set aside for this. Take that, or less.")


def check_amount(amount: Money, currency: str) -> None:
    """Refuse what Stripe could not move, before anything is written down.

    Raises:
        WrongAmount: it is nothing, too large, too fine, or in another currency than this.
    """
    step = Money(smallest_step(currency), currency)
    most = Money(MAX_MINOR // step.minor * step.minor, currency)
    if amount.currency != currency:
        raise WrongAmount(_("Write the amount in %(currency)s.") % {"currency": currency})
    if amount.minor <= 0:
        raise WrongAmount(_("Write an amount above zero."))
    if amount > most:
        raise WrongAmount(_("Write %(most)s or less.") % {"most": format_money(most)})
    if amount.minor % step.minor:
        raise WrongAmount(_("Write a multiple of %(step)s.") % {"step": format_money(step, exact=True)})
