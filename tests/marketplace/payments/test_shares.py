"""What a customer pays is shared without a rest, and what goes back comes from those who had it."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import MAX_MINOR, Money, smallest_step, total
from marketplace.payments.rules import NO_RESERVE, Reserve, Shares, Terms, share_kept, share_out

CURRENCIES = ("EUR", "JPY", "KWD", "ISK", "HUF")
WHOLE = 10_000

terms = st.builds(Terms, st.integers(0, 100), st.integers(0, WHOLE), st.integers(0, WHOLE))


@st.composite
def prices(draw, least=0, most=MAX_MINOR):
    """Draw an amount that can be charged, or nothing."""
    currency = draw(st.sampled_from(CURRENCIES))
    step = smallest_step(currency)
    return Money(draw(st.integers(least, most // step)) * step, currency)


@st.composite
def prices_in_parts(draw):
    """Draw an amount that can be charged, divided into parts that can be refunded."""
    price = draw(prices(least=1, most=MAX_MINOR))
    step = smallest_step(price.currency)
    cuts = draw(st.lists(st.integers(0, price.minor // step), max_size=12))
    edges = [0, *sorted(cuts), price.minor // step]
    parts = [Money((after - before) * step, price.currency) for before, after in pairwise(edges)]
    return price, [part for part in parts if part]


def parts_of(shares):
    """List the parts, in the order of the class."""
    return [shares.payee, shares.commission, shares.commission_tax, shares.tax, shares.goodwill]


@given(prices(), terms)
def test_the_parts_make_the_price(price, terms):
    shares = share_out(price, terms)
    assert total(parts_of(shares), price.currency) == price


@given(prices(), terms)
def test_no_part_is_negative_and_each_can_be_charged(price, terms):
    for part in parts_of(share_out(price, terms)):
        assert part.minor >= 0
        assert part.minor % smallest_step(price.currency) == 0


@given(prices(), terms)
def test_each_part_is_what_the_terms_say_to_within_three_steps(price, terms):
    shares = share_out(price, terms)
    without_tax = Fraction(price.minor * WHOLE, WHOLE + terms.tax_rate)
    commission = without_tax * terms.commission_percent / 100
    taken = min(without_tax, commission * (WHOLE + terms.commission_tax_rate) / WHOLE)
    exact = {
        "payee": without_tax - taken,
        "commission": taken * WHOLE / (WHOLE + terms.commission_tax_rate),
        "commission_tax": taken * terms.commission_tax_rate / (WHOLE + terms.commission_tax_rate),
        "tax": price.minor - without_tax,
    }
    step = smallest_step(price.currency)
    for name, amount in exact.items():
        assert abs(getattr(shares, name).minor - amount) < 3 * step, name


@given(prices(), prices(), terms)
def test_no_part_grows_when_the_price_shrinks(one, other, terms):
    larger, smaller = max(one.minor, other.minor), min(one.minor, other.minor)
    step = smallest_step(one.currency)
    before = share_out(Money(larger // step * step, one.currency), terms)
    after = share_out(Money(smaller // step * step, one.currency), terms)
    for part in parts_of(before - after):
        assert part.minor >= 0


@given(prices(least=1), terms)
def test_one_step_less_takes_one_step_from_one_part(price, terms):
    step = smallest_step(price.currency)
    given_up = share_out(price, terms) - share_out(Money(price.minor - step, price.currency), terms)
    assert sorted(part.minor for part in parts_of(given_up)) == [0, 0, 0, 0, step]


@given(prices_in_parts(), terms)
def test_refunding_in_any_number_of_parts_gives_back_exactly_what_was_shared(price_in_parts, terms):
    price, refunds = price_in_parts
    kept, given_back = price, [Money.zero(price.currency)] * 5
    for refund in refunds:
        less = share_out(kept, terms) - share_out(kept - refund, terms)
        assert total(parts_of(less), price.currency) == refund
        assert min(part.minor for part in parts_of(less)) >= 0
        given_back = [before + part for before, part in zip(given_back, parts_of(less), strict=True)]
        kept -= refund
    assert not kept
    assert Shares(*given_back) == share_out(price, terms)


@given(prices_in_parts(), terms)
def test_the_way_of_refunding_makes_no_difference_to_what_is_left(price_in_parts, terms):
    price, refunds = price_in_parts
    kept, shares = price, share_out(price, terms)
    for refund in refunds[: len(refunds) // 2]:
        shares -= share_out(kept, terms) - share_out(kept - refund, terms)
        kept -= refund
    assert shares == share_out(kept, terms)


@given(prices_in_parts(), terms, st.lists(st.booleans(), min_size=12, max_size=13))
def test_what_the_vendor_bears_alone_leaves_payee_and_tax_office_as_they_were(price_in_parts, terms, by_vendor):
    price, refunds = price_in_parts
    kept, borne, shares = price, Money.zero(price.currency), share_kept(price, Money.zero(price.currency), terms)
    for refund, is_vendors in zip(refunds, by_vendor, strict=False):
        before, kept, borne = (kept, borne), kept - refund, borne + refund if is_vendors else borne
        less = share_kept(*before, terms) - share_kept(kept, borne, terms)
        assert total(parts_of(less), price.currency) == refund
        assert min(part.minor for part in parts_of(less)) >= 0
        if is_vendors:
            assert (less.payee, less.all_tax) == (Money.zero(price.currency),) * 2
        shares -= less
    assert shares == share_kept(kept, borne, terms)
    assert total(parts_of(shares), price.currency) == kept


@pytest.mark.parametrize(
    ("kept", "borne", "expected"),
    [
        (4900, 0, (4165, 735, 0)),
        (4400, 500, (4165, 235, 0)),  # Out of the commission,
        (3900, 1000, (4165, 0, -265)),  # and beyond it as an expense.
        (0, 4900, (4165, 0, -4165)),
        (3000, 1000, (3400, 0, -400)),  # After 9 EUR went back as it was shared.
    ],
)
def test_goodwill_of_the_vendor_comes_out_of_the_commission_first(kept, borne, expected):
    shares = share_kept(Money(kept, "EUR"), Money(borne, "EUR"), Terms(15))
    assert (shares.payee.minor, shares.commission.minor, shares.goodwill.minor) == expected
    assert shares.vendor.minor == expected[1] + expected[2]


def test_rounding_each_refund_by_itself_would_win_or_lose_something():
    # The twin of the tests above: the naive way, which they would refuse.
    price, terms = Money(999, "EUR"), Terms(15)
    thirds = [share_out(Money(333, "EUR"), terms)] * 3
    assert sum(part.commission.minor for part in thirds) != share_out(price, terms).commission.minor


@pytest.mark.parametrize(
    ("price", "terms", "expected"),
    [
        (Money(4900, "EUR"), Terms(15), (4165, 735, 0, 0)),
        # 19 % are in 119.00; 15 % of the 100.00, and 19 % on these.
        (Money(11900, "EUR"), Terms(15, 1900, 1900), (8215, 1500, 285, 1900)),
        (Money(4900, "EUR"), Terms(0), (4900, 0, 0, 0)),
        (Money(4900, "EUR"), Terms(100), (0, 4900, 0, 0)),
        # The tax on a commission of all of it would take more than there is: the payee never owes for a job.
        (Money(4900, "EUR"), Terms(100, 0, 1900), (0, 4118, 782, 0)),
        (Money(1, "JPY"), Terms(50), (1, 0, 0, 0)),
        (Money(10, "KWD"), Terms(50), (10, 0, 0, 0)),
        (Money(5120, "KWD"), Terms(15), (4360, 760, 0, 0)),
        (Money(9900, "ISK"), Terms(15), (8500, 1400, 0, 0)),
        (Money(100, "HUF"), Terms(99), (100, 0, 0, 0)),
        (Money(0, "EUR"), Terms(15, 1900, 1900), (0, 0, 0, 0)),
    ],
)
def test_prices_are_shared_as_by_hand(price, terms, expected):
    assert tuple(part.minor for part in parts_of(share_out(price, terms))) == (*expected, 0)


@pytest.mark.parametrize("price", [Money(-1, "EUR"), Money(5125, "KWD"), Money(9950, "ISK"), Money(150, "HUF")])
def test_what_could_not_be_charged_is_not_shared(price):
    with pytest.raises(AssertionError):
        share_out(price, Terms(15))


@given(prices(), st.integers(0, 100), st.integers(0, 365))
def test_a_reserve_is_a_part_of_the_share_that_can_be_transferred(share, percent, days):
    kept_back = Reserve(percent, days).of(share)
    step = smallest_step(share.currency)
    assert kept_back.currency == share.currency
    assert kept_back.minor % step == 0
    assert 0 <= Fraction(share.minor * percent, 100) - kept_back.minor < step
    assert (share - kept_back).minor >= 0
    assert Reserve(percent, days).time.days == days


def test_without_a_reserve_nothing_is_kept_back():
    assert not NO_RESERVE.of(Money(MAX_MINOR, "EUR"))
