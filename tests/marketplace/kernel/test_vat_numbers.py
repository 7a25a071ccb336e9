"""VAT numbers: the form of each country, and what is said when a number does not have it."""

import pytest

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.vat_numbers import EXAMPLES, read_vat_number


def refused(text, country):
    """Give what is said against a number."""
    with pytest.raises(InvalidInput) as refusal:
        read_vat_number(text, country)
    return refusal.value.fields["vat_number"]


@pytest.mark.parametrize(("country", "example"), EXAMPLES.items())
def test_what_is_shown_as_an_example_is_taken(country, example):
    assert read_vat_number(example, country) == example


@pytest.mark.parametrize(("country", "example"), EXAMPLES.items())
def test_a_slip_in_the_last_place_is_found_and_an_example_shown(country, example):
    wrong = example[:-1] if country in {"CH", "NO", "NL", "SE"} else f"{example[:-1]}?"
    [said] = refused(wrong, country)
    assert example in said


@pytest.mark.parametrize("text", ["B12345674", "ESB12345674", "es b 1234567-4", " ES-B12345674 ", "B.12345674"])
def test_spaces_and_the_prefix_make_no_difference(text):
    assert read_vat_number(text, "ES") == "ESB12345674"


def test_check_digits_count():
    assert "ESB12345674" in refused("ESB12345675", "ES")[0]


def test_the_number_of_another_country_is_not_taken():
    assert "Germany" in refused("ESB12345674", "DE")[0]


def test_greek_numbers_begin_with_el():
    assert read_vat_number("123456783", "GR") == "EL123456783"


@pytest.mark.parametrize("text", ["", "   ", "1" * 21, "B1234567４", "B1234567\x004", "٤٤٤٤٤", "<script>", "DE"])
def test_what_is_no_number_at_all_is_refused(text):
    assert refused(text, "ES")
    assert refused(text, "US")


def test_where_nobody_knows_the_form_letters_and_digits_will_do():
    assert read_vat_number("ab 1234", "US") == "AB1234"


def test_a_country_without_an_example_is_named():
    assert "Australia" in refused("12345678901", "AU")[0]
