"""Wall clocks that are changed: times that never come, and times that come twice."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.availability.rules import Picked, clock_change, pick_moment
from tests.factories import DAY, HOUR, MINUTE
from tests.providers.availability.test_hours import ZONES

MADRID = ZoneInfo("Europe/Madrid")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@given(st.sampled_from(ZONES), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 1439))
def test_the_clock_shows_what_was_picked_unless_it_never_does(name, day, minute):
    zone = ZoneInfo(name)
    wall = datetime.combine(day, time()) + minute * MINUTE
    for second in (False, True):
        found = pick_moment(zone, day, minute, second=second)
        assert found.is_skipped == (found.moment.astimezone(zone).replace(tzinfo=None) != wall)
    if found.is_repeated:
        first = pick_moment(zone, day, minute).moment
        assert first < found.moment
        assert first.astimezone(zone).replace(tzinfo=None) == wall


def test_a_time_that_is_skipped_is_meant_as_long_after_the_change():
    assert pick_moment(MADRID, SPRING, 150) == Picked(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), is_skipped=True)


def test_of_a_time_that_comes_twice_the_first_is_meant_unless_said():
    first, second = (pick_moment(MADRID, AUTUMN, 150, second=second) for second in (False, True))
    assert first == Picked(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), is_repeated=True)
    assert second.moment - first.moment == HOUR
    assert pick_moment(MADRID, AUTUMN + DAY, 150, second=True).moment == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "before", "after"),
    [
        ("Europe/Madrid", SPRING, "02:00", "03:00"),
        ("Europe/Madrid", AUTUMN, "03:00", "02:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:00", "02:30"),
        ("Asia/Beirut", SPRING, "00:00", "01:00"),
        ("America/Havana", date(2026, 11, 1), "01:00", "00:00"),
        ("Pacific/Chatham", date(2026, 4, 5), "03:45", "02:45"),
    ],
)
def test_a_change_is_told_as_the_clock_shows_it(zone, day, before, after):
    change = clock_change(ZoneInfo(zone), day)
    assert (change.before.time().isoformat("minutes"), change.after.time().isoformat("minutes")) == (before, after)


@pytest.mark.parametrize("day", [SPRING - DAY, SPRING + DAY, date(2026, 7, 1)])
def test_on_most_days_clocks_are_left_alone(day):
    assert clock_change(MADRID, day) is None
    assert clock_change(ZoneInfo("Asia/Kathmandu"), day) is None


def test_a_day_that_is_left_out_has_no_time_of_its_own():
    apia = ZoneInfo("Pacific/Apia")  # Without 30 December 2011.
    found = pick_moment(apia, date(2011, 12, 30), 600)
    assert found.is_skipped
    assert found.moment.astimezone(apia).date() == date(2011, 12, 31)
    assert clock_change(apia, date(2011, 12, 30)) is None
