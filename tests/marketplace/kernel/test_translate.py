"""Amounts in the order in which they are read, and lists as they are said."""

from decimal import Decimal

import pytest

from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_and, format_money, format_percent, use_reader


@pytest.mark.parametrize(
    ("language", "currency", "text"),
    [
        ("ar", "BRL", "\u200f260.40\u00a0R$\u200e"),
        ("ar", "USD", "\u200f260.40\u00a0US$\u200e"),
        ("ar", "EUR", "\u200f260.40\u00a0€"),
        ("en", "BRL", "R$260.40"),
        ("en", "EGP", "EGP\u00a0260.40"),
    ],
)
def test_a_symbol_is_read_in_its_own_order_and_letters_stand_apart(language, currency, text):
    with use_reader(language, "UTC"):
        assert format_money(Money(26040, currency)) == text


def test_a_minus_stands_before_its_digits_in_arabic_too():
    with use_reader("ar", "UTC"):
        assert format_money(Money(-4350, "EUR")) == "\u200f\u200e-43.50\u00a0€"


@pytest.mark.parametrize(("language", "text"), [("en", "5.5%"), ("es", "5,5\u00a0%")])
def test_a_percentage_is_written_as_the_language_does(language, text):
    with use_reader(language, "UTC"):
        assert format_percent(Decimal("5.5")) == text


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
