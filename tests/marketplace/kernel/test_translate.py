"""Amounts in the order in which they are read, and lists as they are said."""

import pytest

from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_and, format_money, use_reader


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


@pytest.mark.parametrize(
    ("last", "word"),
    [
        *((name, "e") for name in ("inglés", "Irlanda", "hindi", "Hidalgo", "íntimo", "Íñigo", "iraní", "IBM", "Yves")),
        *((name, "y") for name in ("español", "hielo", "hiato", "ionosfera", "Ian", "yoga", "Yemen", "huso", "iPhone")),
        *((name, "y") for name in ("alemán", "", "y", "123")),
    ],
)
def test_spanish_changes_the_last_and_before_the_sound_of_i(last, word):
    with use_reader("es", "UTC"):
        assert format_and(["francés", last]) == f"francés {word} {last}"
        assert format_and(["portugués", "francés", last]) == f"portugués, francés {word} {last}"
        assert format_and([last]) == last


def test_only_spanish_does_so():
    with use_reader("en", "UTC"):
        assert format_and(["Finnish", "Italian"]) == "Finnish and Italian"
    with use_reader("es", "UTC"):
        assert format_and(["inglés", "italiano", "español"]) == "inglés, italiano y español"
