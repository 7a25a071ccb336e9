"""Years of a policy: the same day each year, whatever the calendar does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.insurance.rules import anniversary, year_number

LEAP_DAY = datetime(2024, 2, 29, 13, 30, tzinfo=UTC)
hours = st.integers(0, 20 * 366 * 24)


@pytest.mark.parametrize(
    ("number", "day"),
    [(0, (2024, 2, 29)), (1, (2025, 2, 28)), (3, (2027, 2, 28)), (4, (2028, 2, 29)), (76, (2100, 2, 28))],
)
def test_a_policy_of_29_february_has_its_day_again_in_a_leap_year(number, day):
    begins = anniversary(LEAP_DAY, number)
    assert (begins.year, begins.month, begins.day) == day
    assert (begins.hour, begins.minute) == (13, 30)


@given(hours, hours)
def test_every_moment_is_in_exactly_one_year(since, later):
    begins_at = LEAP_DAY + timedelta(hours=since)
    moment = begins_at + timedelta(hours=later)
    number = year_number(begins_at, moment)
    assert anniversary(begins_at, number) <= moment < anniversary(begins_at, number + 1)
