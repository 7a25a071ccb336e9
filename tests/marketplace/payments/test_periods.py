"""What of a period is earned by when, and what may go back: any number of steps adds up to the whole."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import Money, smallest_step
from marketplace.payments.rules import Paid, earned_by, included_tax, refundable, tax_of

CURRENCIES = ("EUR", "JPY", "KWD", "ISK")
BEGIN = date(2027, 1, 31)


def zero(currency):
    return Money.zero(currency)


amounts = st.builds(
    lambda currency, steps: Money(steps * smallest_step(currency), currency),
    st.sampled_from(CURRENCIES),
    st.integers(1, 999_999),
)
rates = st.integers(0, 10_000)


def paid(amount, rate, earned=0):
    tax = included_tax(amount, rate)
    return Paid(amount, tax, Money(earned, amount.currency), zero(amount.currency), zero(amount.currency))


def test_a_month_is_earned_by_its_days():
    net = Money(3100, "EUR")
    last = BEGIN + timedelta(days=31)
    by_day = [earned_by(BEGIN + timedelta(days=passed), BEGIN, last, net).minor for passed in (-1, 0, 1, 30, 31, 90)]
    assert by_day == [0, 0, 100, 3000, 3100, 3100]


def test_what_begins_and_ends_on_one_day_is_earned_on_the_next():
    net = Money(3100, "EUR")
    assert [earned_by(BEGIN + timedelta(days=passed), BEGIN, BEGIN, net).minor for passed in (0, 1)] == [0, 3100]


@given(amounts, rates, st.integers(1, 366), st.integers(0, 400))
def test_never_more_than_all_never_less_than_before_and_always_chargeable(amount, rate, days, passed):
    net, last = paid(amount, rate).net, BEGIN + timedelta(days=days)
    now, next_day = (earned_by(BEGIN + timedelta(days=one), BEGIN, last, net) for one in (passed, passed + 1))
    assert zero(net.currency) <= now <= next_day <= net
    assert now.minor % smallest_step(net.currency) == 0
    assert passed < days or now == net


@given(amounts, rates, st.lists(st.integers(1, 999_999), max_size=5))
def test_tax_that_goes_back_in_parts_adds_up(amount, rate, parts):
    whole, step, back, tax_back = paid(amount, rate), smallest_step(amount.currency), 0, 0
    for part in [*parts, amount.minor]:
        gross = min(part * step, amount.minor - back)
        tax = tax_of(whole, Money(back + gross, amount.currency)).minor - tax_back
        assert 0 <= tax <= gross
        back, tax_back = back + gross, tax_back + tax
    assert (back, tax_back) == (amount.minor, whole.tax.minor)


@given(amounts, rates, st.integers(1, 366), st.integers(0, 366))
def test_what_may_go_back_is_never_earned_and_nothing_is_kept_of_what_is_not_but_a_step(amount, rate, days, passed):
    whole = paid(amount, rate)
    earned = earned_by(BEGIN + timedelta(days=passed), BEGIN, BEGIN + timedelta(days=days), whole.net)
    whole = paid(amount, rate, earned.minor)
    most = refundable(whole)
    assert most - tax_of(whole, most) <= whole.net - earned
    assert most.minor % smallest_step(amount.currency) == 0
    assert earned or most == amount
    if earned == whole.net and whole.net:
        assert not most
