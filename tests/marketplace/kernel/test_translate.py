"""Amounts in the order in which they are read."""

import pytest

from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money, use_reader


@pytest.mark.parametrize(
    ("language", "currency", "text"),
    [
        ("ar", "BRL", "\u200f260.40\u00a0R$\u200e"),
        ("ar", "USD", "\u200f260.40\u00a0US$\u200e"),
        ("ar", "EUR", "\u200f260.40\u00a0€"),
        ("en", "BRL", "R$260.40"),
    ],
)
def test_a_symbol_of_letters_and_a_sign_is_read_in_its_own_order(language, currency, text):
    with use_reader(language, "UTC"):
        assert format_money(Money(26040, currency)) == text
