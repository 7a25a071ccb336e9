"""Working hours against a model that looks at the wall clock minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.availability.rules import (
    Away,
    Cause,
    Hours,
    Interval,
    SeasonHours,
    Weekly,
    is_busy,
    is_open,
    merge,
    next_open,
    open_intervals,
    overlap_hours,
    reason_at,
)
from tests.factories import DAY, HOUR, MINUTE, NOON

MADRID = ZoneInfo("Europe/Madrid")
NINE_TO_FIVE = tuple(Weekly(weekday, 9 * 60, 17 * 60) for weekday in range(5))
DAY_AND_NIGHT = tuple(Weekly(weekday, 0, 24 * 60) for weekday in range(7))

# A quarter and a half of an hour off, summer time by half an hour, by two, backwards and at midnight, the date line.
ZONES = [
    "UTC",
    "Europe/Madrid",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/Havana",
]
# Around these days some of those clocks change.
CHANGES = [
    datetime(2026, 2, 15, tzinfo=UTC),
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2026, 4, 24, tzinfo=UTC),
    datetime(2026, 9, 6, tzinfo=UTC),
    datetime(2026, 9, 27, tzinfo=UTC),
    datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
]


def by_the_wall_clock(hours, moment):
    """Model: look whether the time is taken, at the wall clock, then at the hours of today and of the night before."""
    if any(one.start <= moment < one.end for one in hours.taken):
        return False
    wall = moment.astimezone(hours.zone)
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    if hours.is_off(today):
        return False
    if any(
        one.weekday == today.weekday() and one.start_minute <= minute < one.end_minute for one in week_of(hours, today)
    ):
        return True
    yesterday, minute = today - DAY, minute + 24 * 60
    night = week_of(hours, yesterday)
    is_night = any(one.weekday == yesterday.weekday() and minute < one.end_minute for one in night)
    return is_night and not hours.is_off(yesterday)


def week_of(hours, day):
    """Model: the week of the season, if there is one that day."""
    return next((one.weekly for one in hours.seasons if one.first_day <= day <= one.last_day), hours.weekly)


def minutes_between(start, end):
    return [start + number * MINUTE for number in range((end - start) // MINUTE)]


@st.composite
def weekly_hours(draw):
    start_minute = draw(st.integers(0, 1439))
    return Weekly(draw(st.integers(0, 6)), start_minute, start_minute + draw(st.integers(1, 1440)))


@st.composite
def hours_around(draw, moment):
    day = st.integers(-4, 4).map(lambda number: moment.date() + number * DAY)
    first_day = draw(day)
    absences = draw(st.sampled_from([(), (Away(first_day, first_day + draw(st.integers(0, 2)) * DAY),)]))
    return Hours(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        tuple(draw(st.lists(weekly_hours(), max_size=5))),
        absences,
        draw(st.frozensets(day, max_size=2)),
        draw(st.just(()) | seasons_from(draw(day))),
        tuple(merge(draw(st.lists(taken_around(moment), max_size=3)))),
    )


def taken_around(moment):
    starts = st.integers(-1440, 3 * 1440).map(lambda minutes: moment + minutes * MINUTE)
    return st.builds(lambda start, minutes: Interval(start, start + minutes * MINUTE), starts, st.integers(1, 2000))


def seasons_from(first_day):
    weeks = st.lists(weekly_hours(), max_size=3).map(tuple)
    return st.tuples(st.builds(SeasonHours, st.just(first_day), st.just(first_day + DAY), weeks))


@st.composite
def hours_and_moments(draw):
    start = draw(st.sampled_from(CHANGES)) + draw(st.integers(-2 * 1440, 2 * 1440)) * MINUTE
    end = start + draw(st.integers(1, 2 * 1440)) * MINUTE
    return draw(st.lists(hours_around(start), min_size=1, max_size=2)), start, end


@given(hours_and_moments())
def test_open_intervals_are_what_the_wall_clock_says(drawn):
    hours, start, end = drawn
    found = open_intervals(hours, start, end)
    for moment in minutes_between(start, end):
        listed = any(one.start <= moment < one.end for one in found)
        assert listed == any(by_the_wall_clock(one, moment) for one in hours), moment


@given(hours_and_moments())
def test_open_intervals_are_in_order_with_gaps_between(drawn):
    hours, start, end = drawn
    edges = [edge for one in open_intervals(hours, start, end) for edge in (one.start, one.end)]
    assert edges == sorted(set(edges))
    assert all(start <= edge <= end for edge in edges)


@given(hours_and_moments())
def test_is_open_agrees_with_the_wall_clock_at_any_second(drawn):
    hours, start, _end = drawn
    moment = start + timedelta(seconds=59, microseconds=999_999)
    assert is_open(hours, start) == any(by_the_wall_clock(one, start) for one in hours)
    assert is_open(hours, moment) == any(by_the_wall_clock(one, moment) for one in hours)


@given(hours_and_moments())
def test_the_reason_agrees_with_whether_somebody_works(drawn):
    hours, start, end = drawn
    for moment in (start, start + timedelta(seconds=59, microseconds=999_999), end):
        reasons = [reason_at(one, moment) for one in hours]
        assert is_open(hours, moment) == any(one.is_open for one in reasons)
        planned = is_open([one.planned for one in hours], moment)
        assert is_busy(hours, moment) == (planned and not is_open(hours, moment))
        assert is_open(hours, moment) == (open_intervals(hours, moment, moment + timedelta.resolution) != [])
        for one, reason in zip(hours, reasons, strict=True):
            assert reason.is_open == by_the_wall_clock(one, moment)
            assert (reason.cause in {Cause.ABSENCE, Cause.HOLIDAY}) <= one.is_off(reason.day)


@given(hours_and_moments())
def test_next_open_is_the_first_open_minute(drawn):
    hours, start, end = drawn
    found = next_open(hours, start)
    first = next((moment for moment in minutes_between(start, end) if is_open(hours, moment)), None)
    if first is not None:
        assert found == first
    else:
        assert found is None or found >= end


@given(hours_and_moments(), st.sampled_from(ZONES))
def test_overlap_is_the_median_of_the_shared_minutes(drawn, reader_zone):
    (hours, *_rest), now, _end = drawn
    zone = ZoneInfo(reader_zone)
    quarters = Hours(  # Hours that begin and end at quarters need no look at each minute.
        hours.zone,
        tuple(Weekly(one.weekday, one.start_minute // 15 * 15, one.end_minute // 15 * 15) for one in hours.weekly),
        hours.absences,
        hours.holidays,
    )
    today = now.astimezone(zone).date()
    shared = []
    for day in (today + number * DAY for number in range(7)):
        nine = datetime.combine(day, time(9), zone).astimezone(UTC)
        shared.append(sum(by_the_wall_clock(quarters, nine + number * 15 * MINUTE) for number in range(32)) / 4)
    assert overlap_hours(quarters, zone, now) == pytest.approx(median(shared))


def test_hours_follow_the_clock_into_summer_time():
    hours = Hours(MADRID, NINE_TO_FIVE)
    friday, monday = datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)
    assert open_intervals(hours, friday, friday + DAY) == [Interval(friday + 8 * HOUR, friday + 16 * HOUR)]
    assert open_intervals(hours, monday, monday + DAY) == [Interval(monday + 7 * HOUR, monday + 15 * HOUR)]


def test_an_hour_that_the_clocks_skip_is_lost():
    hours = Hours(MADRID, (Weekly(6, 60, 240),))
    sunday = datetime(2026, 3, 29, tzinfo=UTC)
    assert open_intervals(hours, sunday - DAY, sunday + DAY) == [Interval(sunday, sunday + 2 * HOUR)]


def test_an_hour_that_the_clocks_repeat_counts_twice():
    hours = Hours(MADRID, (Weekly(6, 150, 165),))
    sunday = datetime(2026, 10, 25, tzinfo=UTC)
    assert open_intervals(hours, sunday, sunday + DAY) == [
        Interval(sunday + 30 * MINUTE, sunday + 45 * MINUTE),
        Interval(sunday + 90 * MINUTE, sunday + 105 * MINUTE),
    ]


def test_work_after_midnight_belongs_to_the_evening_before():
    hours = Hours(MADRID, (Weekly(4, 22 * 60, 26 * 60),))
    saturday_one_oclock = datetime(2026, 3, 14, 0, 30, tzinfo=UTC)
    assert is_open(hours, saturday_one_oclock)
    assert not is_open(hours, saturday_one_oclock - DAY)


@pytest.mark.parametrize("day_off", [date(2026, 3, 13), date(2026, 3, 14)])
def test_a_day_off_ends_the_night_before_and_takes_the_night_after(day_off):
    hours = Hours(MADRID, (Weekly(4, 22 * 60, 26 * 60),), holidays=frozenset({day_off}))
    saturday_one_oclock = datetime(2026, 3, 14, 0, 30, tzinfo=UTC)
    assert not is_open(hours, saturday_one_oclock)
    assert is_open(hours, saturday_one_oclock - 3 * HOUR) == (day_off == date(2026, 3, 14))


def test_a_provider_is_open_when_one_of_its_members_is():
    morning, evening = (Hours(MADRID, (Weekly(1, start, start + 60),)) for start in (8 * 60, 20 * 60))
    assert next_open([evening, morning], NOON) == datetime(2026, 3, 10, 19, tzinfo=UTC)
    assert next_open([evening, morning], NOON + 8 * HOUR) == datetime(2026, 3, 17, 7, tzinfo=UTC)
    assert not is_open([], NOON)


def test_nobody_waits_for_somebody_who_is_away_for_months():
    away = Away(date(2026, 1, 1), date(2026, 12, 31))
    assert next_open(Hours(MADRID, DAY_AND_NIGHT, (away,)), NOON) is None
    assert next_open(Hours(MADRID, ()), NOON) is None


def test_open_now_means_now():
    assert next_open(Hours(MADRID, DAY_AND_NIGHT), NOON) == NOON


def test_what_takes_the_time_of_one_closes_no_other():
    session = Interval(NOON - HOUR, NOON + HOUR)
    busy, colleague = Hours(MADRID, DAY_AND_NIGHT, taken=(session,)), Hours(MADRID, DAY_AND_NIGHT)
    assert next_open(busy, NOON) == session.end
    assert next_open(busy, session.start - MINUTE) == session.start - MINUTE
    assert reason_at(busy, NOON).taken == session
    assert next_open([busy, colleague], NOON) == NOON
    assert is_busy(busy, NOON)
    assert not is_busy([busy, colleague], NOON)


def test_who_is_asked_for_much_has_as_many_hours_in_common():
    taken = tuple(Interval(NOON + day * DAY, NOON + day * DAY + 4 * HOUR) for day in range(7))
    assert overlap_hours(Hours(MADRID, DAY_AND_NIGHT, taken=taken), MADRID, NOON) == 8


@pytest.mark.parametrize(
    ("zone", "reader_zone", "hours"),
    [
        ("Europe/Madrid", "Europe/Madrid", 8),
        ("Europe/Madrid", "Europe/London", 7),
        ("Asia/Kathmandu", "Asia/Kolkata", 7.75),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", 7),  # 25 hours apart.
        ("Europe/Madrid", "Pacific/Auckland", 0),
    ],
)
def test_overlap_with_office_hours_elsewhere(zone, reader_zone, hours):
    weekly = tuple(Weekly(weekday, 9 * 60, 17 * 60) for weekday in range(7))
    assert overlap_hours(Hours(ZoneInfo(zone), weekly), ZoneInfo(reader_zone), NOON) == hours


def test_hours_before_and_after_a_break_add_up():
    split = tuple(Weekly(weekday, *hours) for weekday in range(7) for hours in ((480, 720), (840, 1080)))
    assert overlap_hours(Hours(MADRID, split), MADRID, NOON) == 6


def test_the_weekend_does_not_spoil_the_median_but_a_week_of_holidays_does():
    assert overlap_hours(Hours(MADRID, NINE_TO_FIVE), MADRID, NOON) == 8
    two_off = frozenset({date(2026, 3, 11), date(2026, 3, 12)})
    assert overlap_hours(Hours(MADRID, NINE_TO_FIVE, holidays=two_off), MADRID, NOON) == 0
    one_off = frozenset({date(2026, 3, 11)})
    assert overlap_hours(Hours(MADRID, NINE_TO_FIVE, holidays=one_off), MADRID, NOON) == 8
