"""Tax is included in what is paid, and whatever is given back in parts adds up to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import MAX_MINOR, Money, smallest_step
from marketplace.papers.rules import PaperKind, difference, number_of, taxed
from marketplace.payments.rules import Terms, share_out

CURRENCIES = ("EUR", "USD", "JPY", "KRW", "KWD", "TND", "ISK", "HUF")
rates = st.integers(0, 10_000)


@st.composite
def amounts(draw):
    """Give something that can be charged."""
    currency = draw(st.sampled_from(CURRENCIES))
    step = smallest_step(currency)
    return Money(draw(st.integers(1, MAX_MINOR // step)) * step, currency)


@pytest.mark.parametrize(
    ("total", "rate", "net", "tax"),
    [
        (Money(12100, "EUR"), 2100, 10000, 2100),
        (Money(4900, "EUR"), 2100, 4050, 850),
        (Money(4900, "EUR"), 0, 4900, 0),
        (Money(1, "EUR"), 2100, 1, 0),
        (Money(11900, "EUR"), 1900, 10000, 1900),
        (Money(1100, "JPY"), 1000, 1000, 100),
        (Money(124000, "ISK"), 2400, 100000, 24000),
        (Money(10550, "KWD"), 500, 10050, 500),
    ],
)
def test_prices_include_tax(total, rate, net, tax):
    found = taxed(total, rate)
    assert (found.net.minor, found.tax.minor) == (net, tax)


@given(amounts(), rates)
def test_net_and_tax_add_up_and_the_ledger_takes_the_same_tax(total, rate):
    found = taxed(total, rate)
    assert found.total == total
    assert Money.zero(total.currency) <= found.tax <= total
    assert found.tax == share_out(total, Terms(15, rate, 700)).tax


@given(st.data(), amounts(), rates)
def test_whatever_goes_back_in_parts_adds_up_to_what_was_paid(data, total, rate):
    step, left, given_back = smallest_step(total.currency), total, []
    while left:
        part = Money(data.draw(st.integers(1, left.minor // step)) * step, total.currency)
        given_back.append(difference(left, part, rate))
        assert given_back[-1].total.minor == -part.minor
        assert given_back[-1].tax.minor <= 0
        left -= part
    assert sum(one.tax.minor for one in given_back) == -taxed(total, rate).tax.minor
    assert sum(one.net.minor for one in given_back) == -taxed(total, rate).net.minor


@pytest.mark.parametrize("part", [0, -1, 101])
def test_nothing_and_more_than_there_is_do_not_go_back(part):
    with pytest.raises(AssertionError):
        difference(Money(100, "EUR"), Money(part, "EUR"), 0)


def test_numbers_say_kind_and_year_and_sort_as_they_were_given():
    assert number_of(PaperKind.INVOICE, 2026, 42) == "I-2026-000042"
    numbers = [
        number_of(kind, year, serial) for kind in PaperKind for year in (2026, 2027) for serial in (1, 999, 1000)
    ]
    assert len(set(numbers)) == len(numbers)
    assert [one for one in numbers if one.startswith("R")] == sorted(one for one in numbers if one.startswith("R"))
