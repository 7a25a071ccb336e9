"""How long a partner may think."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.rules import ServiceKind
from marketplace.matching.rules import (
    LATEST_ANSWER,
    LIVE,
    LONGEST_OFFER,
    LONGEST_QUOTE,
    OFFER,
    SHORTEST_OFFER,
    SHORTEST_QUOTE,
    OfferAction,
    OfferStatus,
    kinds_of_quote,
    offer_clock,
    offer_window,
    quote_end,
    quote_window,
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


def test_what_is_over_stays_over():
    over = set(OfferStatus) - LIVE
    assert not [(status, action) for status in over for action in OfferAction if OFFER.allows(status, action)]


def test_only_an_offer_at_a_price_is_accepted_by_the_partner():
    assert [status for status in OfferStatus if OFFER.allows(status, OfferAction.ACCEPT)] == [OfferStatus.OPEN]


def test_a_quote_is_not_changed_while_it_is_paid():
    changing = {OfferAction.QUOTE, OfferAction.TAKE_BACK, OfferAction.EXPIRE}
    assert not [action for action in changing if OFFER.allows(OfferStatus.CHOSEN, action)]


@pytest.mark.parametrize(
    ("urgency_hours", "window"), [(1, 30 * MINUTE), (4, 80 * MINUTE), (24, 8 * HOUR), (168, 24 * HOUR)]
)
def test_who_is_asked_for_a_quote_may_think_longer(urgency_hours, window):
    assert quote_window(urgency_hours) == window


@given(st.integers(1, 168))
def test_the_time_for_a_quote_stays_within_its_limits(urgency_hours):
    assert SHORTEST_QUOTE <= quote_window(urgency_hours) <= LONGEST_QUOTE


def test_a_quote_for_a_session_comes_in_good_time_before_it():
    assert quote_end(24, NOON + 3 * HOUR, NOON) == NOON + 3 * HOUR - LATEST_ANSWER
    assert quote_end(24, None, NOON) == NOON + 8 * HOUR


def test_a_session_is_quoted_as_one_and_all_else_as_the_partner_likes():
    assert kinds_of_quote(ServiceKind.SESSION) == (ServiceKind.SESSION,)
    assert kinds_of_quote(ServiceKind.INCIDENT) == (ServiceKind.INCIDENT, ServiceKind.HOURLY)
    assert kinds_of_quote(ServiceKind.HOURLY) == (ServiceKind.HOURLY, ServiceKind.INCIDENT)
