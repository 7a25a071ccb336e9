"""When something repeats, held to dateutil, which reads the same rules in another way."""

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from providers.availability.ical.repeating import Budget, TooCostly, read_rule, repeated

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FIRST, LAST = date(2026, 3, 1), date(2026, 8, 31)


def wall(day, hour=9):
    """Give a time of the wall clock."""
    return datetime.combine(day, datetime.min.time()).replace(hour=hour)


STARTS = st.builds(wall, st.dates(date(2019, 1, 1), LAST), st.integers(0, 23))


def read(text):
    return read_rule(text, datetime.fromisoformat)


def some(values):
    few = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return few.map(lambda chosen: ",".join(map(str, chosen)))


@st.composite
def rules(draw):
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={every}", f"INTERVAL={draw(st.integers(1, 5))}"]
    if draw(st.booleans()):
        numbers = ["", "1", "2", "-1", "5", "-5"] if every in {"MONTHLY", "YEARLY"} else [""]
        number = draw(st.sampled_from(numbers))  # Of both kinds in one rule, dateutil takes only what is in both.
        parts.append("BYDAY=" + ",".join(f"{number}{day}" for day in draw(some(WEEKDAYS)).split(",")))
    if every != "WEEKLY" and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(some([1, 13, 29, 30, 31, -1, -2, -31]))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(some(range(1, 13)))}")
    if every in {"MONTHLY", "YEARLY"} and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(some([1, 2, 3, -1, -2]))}")
    if every == "WEEKLY":
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 300))}")
    elif draw(st.booleans()):
        parts.append(f"UNTIL={draw(STARTS):%Y%m%dT%H%M%S}")
    return ";".join(parts)


@given(rules(), STARTS)
def test_it_repeats_as_dateutil_says(text, start):
    theirs = rrulestr(text, dtstart=start).between(wall(FIRST, 0), wall(LAST, 23), inc=True)
    assert list(repeated(read(text), start, FIRST, LAST, Budget())) == theirs


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
        "FREQ=YEARLY;INTERVAL=99999999999999999999",
    ],
)
def test_a_rule_that_fits_no_day_ends_where_one_stops_looking(text):
    budget = Budget()
    start = wall(date(2026, 3, 2))  # A Monday.
    assert [one for one in repeated(read(text), start, FIRST, LAST, budget) if one != start] == []
    assert Budget().days - budget.days < 1000


def test_what_is_old_costs_no_more_unless_it_is_counted():
    old, budget = wall(date(1904, 1, 1)), Budget()
    assert len(list(repeated(read("FREQ=DAILY"), old, FIRST, LAST, budget))) == 184
    assert Budget().days - budget.days < 200
    with pytest.raises(TooCostly):
        list(repeated(read("FREQ=DAILY;COUNT=99999"), old, FIRST, LAST, Budget(days=10_000)))


@pytest.mark.parametrize(
    "text",
    [
        *("", "FREQ", "FREQ=", "FREQ=HOURLY", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=x"),
        *("FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;BYHOUR=1,2", "INTERVAL=1", "FREQ=DAILY;UNTIL=never"),
        *("FREQ=DAILY;BYEASTER=1", "FREQ=YEARLY;BYWEEKNO=7", "FREQ=DAILY;INTERVAL=" + 5000 * "9"),
    ],
)
def test_what_nobody_can_make_out_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it, the entry is left out
        read(text)
