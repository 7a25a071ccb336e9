"""What help costs: by the request, by the hour, by the session."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.money import Money, is_payable, smallest_step
from marketplace.kernel.translate import use_reader
from providers.services.rules import (
    LEAST_BILLED_MINUTES,
    MAX_CAP_MINUTES,
    MIN_CAP_MINUTES,
    Terms,
    price_of_minutes,
)

CURRENCIES = ("EUR", "JPY", "KWD", "ISK", "HUF")  # Two, none and three decimals, and two that take whole units only.
caps = st.integers(MIN_CAP_MINUTES, MAX_CAP_MINUTES)


@st.composite
def hourly_prices(draw):
    """Draw an amount that can be charged, small enough to be charged for the longest cap."""
    currency = draw(st.sampled_from(CURRENCIES))
    return Money(draw(st.integers(1, 20_000)) * smallest_step(currency), currency)


def capped(hourly, cap_minutes):
    return Terms(ServiceKind.HOURLY, hourly, cap_minutes=cap_minutes)


@given(hourly_prices(), st.integers(1, MAX_CAP_MINUTES))
def test_a_part_of_an_hour_costs_its_part_rounded_up_to_what_can_be_charged(hourly, minutes):
    price, exact = price_of_minutes(hourly, minutes), Fraction(hourly.minor * minutes, 60)
    assert is_payable(price)
    assert exact <= price.minor < exact + smallest_step(hourly.currency)


@given(hourly_prices())
def test_an_hour_costs_the_price_of_an_hour(hourly):
    assert price_of_minutes(hourly, 60) == hourly


@given(hourly_prices(), caps, st.data())
def test_more_work_never_costs_less_and_never_more_than_the_most(hourly, cap, data):
    terms = capped(hourly, cap)
    some = data.draw(st.integers(0, cap))
    more = data.draw(st.integers(some, cap))
    assert terms.cost_of_work(some) <= terms.cost_of_work(more) <= terms.most
    assert terms.cost_of_work(cap) == terms.most


@given(hourly_prices(), caps)
def test_who_writes_no_time_down_asks_for_nothing_and_who_begins_is_paid_for_a_quarter_of_an_hour(hourly, cap):
    terms = capped(hourly, cap)
    assert terms.cost_of_work(0) == Money.zero(hourly.currency)
    assert terms.cost_of_work(1) == terms.cost_of_work(LEAST_BILLED_MINUTES) == price_of_minutes(hourly, 15)
    assert terms.cost_of_work(LEAST_BILLED_MINUTES + 5) >= terms.cost_of_work(LEAST_BILLED_MINUTES)


@given(hourly_prices(), caps)
def test_in_another_currency_the_most_follows_from_the_hour(hourly, cap):
    there = capped(hourly, cap).converted(lambda price: Money(price.minor // 7 * 10 + 10, "KWD"))
    assert there.most == price_of_minutes(there.price, cap)
    assert there.cap_minutes == cap


@pytest.mark.parametrize("minutes", [-1, 181])
def test_time_outside_of_what_was_agreed_has_no_price(minutes):
    with pytest.raises(AssertionError):
        capped(Money(6000, "EUR"), 180).cost_of_work(minutes)


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        (ServiceKind.INCIDENT, {"cap_minutes": 60}),
        (ServiceKind.INCIDENT, {"session_minutes": 60}),
        (ServiceKind.HOURLY, {}),
        (ServiceKind.HOURLY, {"cap_minutes": 60, "session_minutes": 60}),
        (ServiceKind.SESSION, {}),
        (ServiceKind.SESSION, {"cap_minutes": 60}),
    ],
)
def test_each_kind_has_its_own_minutes(kind, minutes):
    with pytest.raises(AssertionError):
        Terms(kind, Money(6000, "EUR"), **minutes)


FIXED = Terms(ServiceKind.INCIDENT, Money(4900, "EUR"))
CAPPED = capped(Money(6000, "EUR"), 180)
BOOKED = Terms(ServiceKind.SESSION, Money(4550, "EUR"), session_minutes=90)


@pytest.mark.parametrize(
    ("terms", "text", "unit"),
    [
        (FIXED, "€49 per request", "per request"),
        (CAPPED, "€60 per hour, at most 3 hours: €180", "per hour, €180 at most"),
        (BOOKED, "€45.50 for a session of 1 hour and 30 minutes", "per session of 1 hour and 30 minutes"),
    ],
)
def test_terms_are_said_in_whole(terms, text, unit):
    with use_reader("en", "UTC"):
        assert (terms.text, terms.unit) == (text, unit)
