"""How long a partner may think."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.rules import (
    LONGEST_OFFER,
    OFFER,
    SHORTEST_OFFER,
    OfferAction,
    OfferStatus,
    offer_clock,
    offer_window,
)
from tests.factories import HOUR, MINUTE, NOON


@pytest.mark.parametrize(("urgency_hours", "window"), [(1, 15 * MINUTE), (6, HOUR), (24, 4 * HOUR), (168, 4 * HOUR)])
def test_the_window_is_a_part_of_the_time_that_the_customer_has(urgency_hours, window):
    assert offer_window(urgency_hours) == window


@given(st.integers(1, 168))
def test_the_window_stays_within_its_limits(urgency_hours):
    assert SHORTEST_OFFER <= offer_window(urgency_hours) <= LONGEST_OFFER


@given(st.integers(0, 400))
def test_the_clock_never_shows_more_or_less_than_there_is(minutes):
    clock = offer_clock(NOON, NOON + 4 * HOUR, NOON + minutes * MINUTE)
    assert 0 <= clock.fraction_left <= 100
    assert (clock.state == "soon") == (clock.fraction_left <= 20)


def test_an_answered_offer_stays_answered():
    answered = set(OfferStatus) - {OfferStatus.OPEN}
    assert not [(status, action) for status in answered for action in OfferAction if OFFER.allows(status, action)]
