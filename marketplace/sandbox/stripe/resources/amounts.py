"""Amounts that Stripe takes (https://docs.stripe.com/currencies): how fine, how small, how large."""

from types import MappingProxyType

from marketplace.kernel.money import MAX_MINOR, exponent, smallest_step
from marketplace.sandbox.stripe.engine.errors import Refused

# The least that can be charged, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
SMALLEST = MappingProxyType({
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
})  # fmt: skip


def check_fine(amount: int, currency: str, *, param: str) -> None:
    """Refuse an amount that is nothing, or finer than the currency allows.

    Raises:
        Refused: such as half a króna, or thousandths of a dinar.
    """
    step = smallest_step(currency.upper())
    if amount < 1 or amount % step:
        raise Refused(
            f"Invalid amount: {amount} {currency}. It must be a positive multiple of {step}.",
            code="parameter_invalid_integer",
            param=param,
        )


def check_charge(amount: int, currency: str, *, what: str, param: str) -> None:
    """Refuse an amount that cannot be charged.

    Raises:
        Refused: it is too fine, too large or too small.
    """
    if amount > MAX_MINOR:
        raise Refused(f"{what} must be no more than {MAX_MINOR} {currency}.", code="amount_too_large", param=param)
    check_fine(amount, currency, param=param)
    smallest = least(currency)
    if amount < smallest:
        raise Refused(f"{what} must be at least {smallest} {currency}.", code="amount_too_small", param=param)


def least(currency: str) -> int:
    """Tell the least that can be charged."""
    return SMALLEST.get(currency, smallest_step(currency.upper()))


def rounded(numerator: int, denominator: int, currency: str) -> int:
    """Divide, and round half up to an amount that the currency has."""
    step = smallest_step(currency.upper())
    return (2 * numerator + denominator * step) // (2 * denominator * step) * step


def of_main_unit(hundredths: int, currency: str) -> int:
    """Write an amount that is given in hundredths of a main unit in minor units; rounded as `rounded`."""
    return rounded(hundredths * 10 ** exponent(currency.upper()), 100, currency)
