"""Layers and exchange rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.rules import LAYER_EXPLANATIONS, LAYER_LABELS, Layer, Rates, UnknownCurrency
from marketplace.kernel.money import Money, smallest_step

RATES = Rates({"EUR": 1_000_000, "USD": 1_080_000, "JPY": 160_000_000, "HUF": 390_000_000, "KWD": 330_000})


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (Money(4900, "EUR"), "USD", Money(5292, "USD")),
        (Money(4900, "EUR"), "JPY", Money(7840, "JPY")),
        (Money(1, "JPY"), "EUR", Money(1, "EUR")),  # 0.00625 euros: up to what can be charged.
        (Money(100, "EUR"), "HUF", Money(39000, "HUF")),
        (Money(101, "EUR"), "HUF", Money(39400, "HUF")),  # 393.90 forints: only whole ones are taken.
        (Money(100, "EUR"), "KWD", Money(330, "KWD")),
        (Money(101, "EUR"), "KWD", Money(340, "KWD")),  # 0.3333 dinars: the last digit is always 0.
        (Money(5292, "USD"), "EUR", Money(4900, "EUR")),
        (Money(0, "USD"), "EUR", Money(0, "EUR")),
    ],
    ids=str,
)
def test_an_amount_is_converted_by_the_vendors_rates(amount, currency, expected):
    assert RATES.convert(amount, currency) == expected


amounts = st.builds(Money, st.integers(0, 99_999_999), st.sampled_from(sorted(RATES.micros_per_base)))


@given(amounts, st.sampled_from(sorted(RATES.micros_per_base)))
def test_what_is_converted_can_be_charged_and_is_worth_no_less(amount, currency):
    converted = RATES.convert(amount, currency)
    if currency == amount.currency:
        assert converted == amount
    else:
        assert converted.minor % smallest_step(currency) == 0
        worth, was = (one.major / RATES.micros_per_base[one.currency] for one in (converted, amount))
        step = Money(smallest_step(currency), currency).major / RATES.micros_per_base[currency]
        assert was <= worth < was + step


@given(amounts, amounts, st.sampled_from(sorted(RATES.micros_per_base)))
def test_a_higher_price_is_not_lower_elsewhere(one, other, currency):
    other = Money(other.minor, one.currency)
    assert (one <= other) is False or RATES.convert(one, currency) <= RATES.convert(other, currency)


@pytest.mark.parametrize(("amount", "currency"), [(Money(100, "EUR"), "XTS"), (Money(100, "XTS"), "EUR")], ids=str)
def test_a_currency_without_a_rate_is_named(amount, currency):
    with pytest.raises(UnknownCurrency) as refusal:
        RATES.convert(amount, currency)
    assert "XTS" in refusal.value.text


def test_an_amount_in_the_wanted_currency_needs_no_rate():
    assert Rates({}).convert(Money(100, "XTS"), "XTS") == Money(100, "XTS")


@pytest.mark.parametrize("layer", list(Layer))
def test_every_layer_has_a_name_and_says_who_is_responsible(layer):
    assert str(LAYER_LABELS[layer])
    assert str(LAYER_EXPLANATIONS[layer]).count(".") == 1
