"""When many schedules are open, all at once, against the rules for one of them."""

from datetime import UTC, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.availability.rules import Away, Hours, Interval, SeasonHours, Weekly, merge, next_open, overlap_hours
from providers.directory.rules import Timetable
from tests.factories import DAY, HOUR, NOON

# Whole, half and quarter hours, both hemispheres, both ends of the day, half an hour of summer time, and none.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Madrid America/New_York America/Santiago Australia/Lord_Howe Asia/Kathmandu "
        "Pacific/Kiritimati Pacific/Pago_Pago Africa/Cairo Asia/Kolkata"
    ).split()
]
LENGTHS = [60, 480, 600, 24 * 60]
# Plain weeks, and those in which clocks change in Europe, America, Lord Howe and Chile.
DAYS = [
    datetime(2026, month, day, 13, 7, tzinfo=UTC)
    for month, day in ((3, 7), (3, 28), (4, 4), (6, 15), (10, 3), (10, 24))
]


@st.composite
def weeks(draw):
    days = draw(st.sets(st.integers(0, 6)))
    starts = {day: draw(st.sampled_from([0, 545, 540, 1320, 1439])) for day in sorted(days)}
    return tuple(Weekly(day, start, start + draw(st.sampled_from(LENGTHS))) for day, start in starts.items())


@st.composite
def hours(draw, now):
    days = st.integers(-5, 75).map(lambda number: (now + number * DAY).date())
    spans = st.tuples(days, st.integers(0, 40)).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))
    return Hours(
        draw(st.sampled_from(ZONES)),
        draw(weeks()),
        absences=tuple(Away(*one) for one in draw(st.lists(spans, max_size=2))),
        holidays=frozenset(draw(st.sets(days, max_size=3))),
        seasons=tuple(SeasonHours(*one, draw(weeks())) for one in draw(st.lists(spans, max_size=1))),
        taken=tuple(merge(draw(st.lists(busy_times(now), max_size=4)))),
    )


def busy_times(now):
    start = st.integers(-3 * 96, 70 * 96).map(lambda quarters: now + quarters * timedelta(minutes=15))
    lengths = st.sampled_from([timedelta(minutes=15), HOUR, DAY, 20 * DAY])
    return st.builds(lambda begins, length: Interval(begins, begins + length), start, lengths)


@given(st.data(), st.sampled_from(DAYS), st.integers(0, 47), st.sampled_from(ZONES))
def test_it_says_of_all_what_the_rules_say_of_each(data, day, later, zone):
    schedules = data.draw(st.lists(st.lists(hours(day), min_size=1, max_size=2).map(tuple), max_size=5))
    table = Timetable(schedules, day.date())
    now = day.replace(hour=0, minute=0) + later * HOUR + timedelta(minutes=17)
    opens = [next_open(one, now) for one in schedules]
    assert table.opens_at(now).tolist() == [one.timestamp() if one else inf for one in opens]
    assert (table.overlap_minutes(zone, now) / 60).tolist() == [overlap_hours(one, zone, now) for one in schedules]


@pytest.mark.parametrize("member", [(), (Hours(ZONES[0], ()),)], ids=["nobody", "no hours"])
def test_who_never_works_is_never_open(member):
    table = Timetable([member], NOON.date())
    assert table.opens_at(NOON).tolist() == [inf]
    assert table.overlap_minutes(ZONES[0], NOON).tolist() == [0]


def test_what_is_asked_twice_is_worked_out_once_and_stays_right():
    [zone, *_others] = ZONES
    office = Hours(zone, tuple(Weekly(day, 540, 1020) for day in range(7)))
    table = Timetable([(office,)], NOON.date())
    moments = [NOON + minutes * timedelta(minutes=10) for minutes in (0, 3, 70, 40, 130, 1)]
    for now in moments:
        assert table.opens_at(now).tolist() == [next_open(office, now).timestamp()]
