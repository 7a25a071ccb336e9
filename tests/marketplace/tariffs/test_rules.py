"""What holds on a day, and how rates are read and said."""

import re
from dataclasses import dataclass
from datetime import date

import pytest

from marketplace.kernel.money import Money
from marketplace.kernel.translate import use_locale
from marketplace.tariffs.rules import ANY_COUNTRY, NO_TAX, Tax, for_country, in_force, read_rate

VAT = Tax({"en": "VAT", "es": "IVA", "ar": "ضريبة القيمة المضافة"}, 2100, "ES")


@dataclass(frozen=True)
class Row:
    """A row as far as the rules look at it."""

    valid_from: date
    country: str = ANY_COUNTRY


FIRST, SECOND = Row(date(2026, 1, 1)), Row(date(2026, 7, 1))


@pytest.mark.parametrize(
    ("day", "row"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), FIRST),
        (date(2026, 6, 30), FIRST),
        (date(2026, 7, 1), SECOND),
        (date(2030, 1, 1), SECOND),
    ],
)
def test_the_latest_row_that_has_begun_holds(day, row):
    assert in_force([SECOND, FIRST], day) is row


def test_a_country_has_its_own_row_before_the_one_for_all():
    own = Row(date(2026, 7, 1), "ES")
    rows = [FIRST, own]
    assert for_country(rows, "ES", date(2026, 7, 1)) is own
    assert for_country(rows, "ES", date(2026, 6, 30)) is FIRST  # The own one has not begun.
    assert for_country(rows, "FR", date(2026, 7, 1)) is FIRST
    assert for_country(rows, None, date(2026, 7, 1)) is FIRST
    assert for_country([own], "FR", date(2026, 7, 1)) is None


@pytest.mark.parametrize(
    ("text", "rate"),
    [("21", 2100), ("21 %", 2100), ("5,5", 550), ("5.5", 550), ("8.875", None), ("0", 0), ("100", 10000)]
    + [(text, None) for text in ("-1", "100.01", "", "VAT", "NaN", "Infinity", "1e9", "1e999999999", "0.001", "٪")],
)
def test_rates_have_two_decimals_at_most(text, rate):
    if rate is None:
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            read_rate(text)
    else:
        assert read_rate(text) == rate


def test_what_a_price_includes_is_said_with_its_amount():
    assert VAT.said_of(Money(4900, "EUR")) == "Includes 21% VAT (€8.50)"
    with use_locale("es"):
        assert "21" in VAT.text
        assert "IVA" in VAT.text


def test_where_there_is_no_tax_nothing_is_said():
    assert NO_TAX.text == NO_TAX.said_of(Money(4900, "EUR")) == ""
    assert Tax(VAT.names, 0, "ES").text == ""
