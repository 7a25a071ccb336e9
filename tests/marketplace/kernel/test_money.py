"""What is divided adds up again, and what is converted can be charged."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import MAX_MINOR, Money, exponent, smallest_step, total

amounts = st.integers(0, MAX_MINOR).map(lambda minor: Money(minor, "EUR"))
currencies = st.sampled_from(["EUR", "JPY", "KWD", "ISK"])


@given(amounts, st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_parts_add_up_and_none_is_off_by_more_than_one(amount, weights):
    parts = amount.split(weights)
    assert total(parts, "EUR") == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(amount.minor * weight, sum(weights))) < len(weights)


@given(amounts, st.integers(0, 100))
def test_a_share_and_the_rest_make_the_whole(amount, percent):
    share = amount.share(percent)
    assert Money.zero("EUR") <= share <= amount
    assert 0 <= share.minor - Fraction(amount.minor * percent, 100) < 1


@given(st.integers(1, 10**6), currencies, currencies, st.fractions(Fraction(1, 1000), 1000))
def test_a_conversion_never_falls_short_and_can_be_charged(minor, source, target, rate):
    amount = Money(minor, source)
    converted = amount.converted(target, rate)
    if source == target:
        assert converted == amount
        return
    exact = Fraction(minor, 10 ** exponent(source)) * rate * 10 ** exponent(target)
    assert 0 <= converted.minor - exact < smallest_step(target)
    assert converted.minor % smallest_step(target) == 0


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("49", "EUR", 4900), ("49.90", "EUR", 4990), (" 5 ", "JPY", 5), ("1.234", "KWD", 1234), ("1200", "ISK", 120000)],
)
def test_amounts_are_read_in_main_units(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("", "EUR"), ("x", "EUR"), ("4.999", "EUR"), ("-1", "EUR"), ("1e30", "EUR"), ("NaN", "EUR"), ("0.5", "JPY")],
)
def test_what_is_no_amount_is_refused(text, currency):
    with pytest.raises(ValueError, match=r".*"):
        Money.parse(text, currency)


def test_amounts_of_two_currencies_never_meet():
    with pytest.raises(AssertionError):
        Money(1, "EUR") + Money(1, "USD")
