"""The hours strip: the reader's day in minutes, and the sentence that says the same."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.translate import use_reader
from providers.availability.rules import (
    Hours,
    Interval,
    Segment,
    SegmentKind,
    Weekly,
    days_ahead,
    hours_strip,
    open_intervals,
)
from tests.factories import DAY, HOUR, MINUTE, NOON

MADRID = ZoneInfo("Europe/Madrid")
EVERY_DAY = range(7)


def every_day(start_minute, end_minute, zone=MADRID, **details):
    return Hours(zone, tuple(Weekly(weekday, start_minute, end_minute) for weekday in EVERY_DAY), **details)


def kinds(strip):
    return [(one.start_minute, one.end_minute, one.kind.value) for one in strip.segments]


def test_hours_are_cut_at_the_edges_of_the_readers_office_day():
    strip = hours_strip([every_day(8 * 60, 19 * 60)], MADRID, NOON)
    assert kinds(strip) == [(480, 540, "open"), (540, 1020, "overlap"), (1020, 1140, "open")]
    assert strip.now_minute == 13 * 60
    assert strip.length_minutes == 1440
    assert strip.zone_label == "Madrid (UTC+01:00)"
    assert not strip.is_holiday


def test_members_are_merged():
    strip = hours_strip([every_day(9 * 60, 12 * 60), every_day(11 * 60, 13 * 60)], MADRID, NOON)
    assert strip.segments == [Segment(540, 780, SegmentKind.OVERLAP)]


def test_the_night_is_on_both_ends_of_the_day():
    strip = hours_strip([every_day(22 * 60, 26 * 60)], MADRID, NOON)
    assert kinds(strip) == [(0, 120, "open"), (1320, 1440, "open")]


@pytest.mark.parametrize(
    ("now", "length_minutes", "open_at"),
    [
        (datetime(2026, 3, 29, 12, tzinfo=UTC), 23 * 60, 8 * 60),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), 25 * 60, 10 * 60),
        (datetime(2026, 10, 26, 12, tzinfo=UTC), 24 * 60, 9 * 60),
    ],
)
def test_a_day_on_which_the_clocks_change_has_its_own_length(now, length_minutes, open_at):
    strip = hours_strip([every_day(9 * 60, 17 * 60)], MADRID, now)
    assert strip.length_minutes == length_minutes
    assert kinds(strip) == [(open_at, open_at + 480, "overlap")]


def test_a_day_whose_midnight_is_skipped_begins_at_one():
    beirut = ZoneInfo("Asia/Beirut")  # On 29 March 2026 the clocks go from midnight to one.
    strip = hours_strip([every_day(0, 120, beirut)], beirut, datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert strip.length_minutes == 23 * 60
    assert kinds(strip) == [(0, 60, "open")]


def test_a_holiday_shows_only_when_it_takes_the_hours_away():
    off = every_day(9 * 60, 17 * 60, holidays=frozenset({date(2026, 3, 10)}))
    on = every_day(18 * 60, 20 * 60)
    assert hours_strip([off], MADRID, NOON).is_holiday
    assert not hours_strip([off, on], MADRID, NOON).is_holiday
    assert not hours_strip([Hours(MADRID, (), holidays=off.holidays)], MADRID, NOON).is_holiday
    taken = every_day(9 * 60, 17 * 60, taken=(Interval(NOON - DAY, NOON + DAY),))
    assert not hours_strip([taken], MADRID, NOON).is_holiday
    [today, *_days] = days_ahead([taken], MADRID, NOON)
    assert (today.is_taken, today.text) == (True, "Busy")


@pytest.mark.parametrize(
    ("hours", "language", "text"),
    [
        (
            [every_day(540, 1020), every_day(1140, 1260)],
            "en",
            "Open 9:00 AM–5:00 PM and 7:00 PM–9:00 PM your time; open now",
        ),
        ([every_day(540, 600)], "en", "Open 9:00 AM–10:00 AM your time; closed now"),
        ([every_day(0, 1440)], "en", "Open all day; open now"),
        ([Hours(MADRID, ())], "en", "Closed today"),
        ([every_day(540, 1020, holidays=frozenset({date(2026, 3, 10)}))], "en", "Closed today: a public holiday"),
        (
            [every_day(540, 1020, taken=(Interval(NOON - HOUR, NOON + HOUR),))],
            "en",
            "Open 9:00 AM–12:00 PM and 2:00 PM–5:00 PM your time; busy now",
        ),
        ([every_day(540, 1020, taken=(Interval(NOON - DAY, NOON + DAY),))], "en", "Busy all day today"),
        (
            [every_day(540, 600, taken=(Interval(NOON, NOON + HOUR),))],
            "en",
            "Open 9:00 AM–10:00 AM your time; closed now",
        ),
    ],
)
def test_the_text_says_what_the_strip_shows(hours, language, text):
    with use_reader(language, MADRID):
        said = hours_strip(hours, MADRID, NOON).text.replace("\u202f", " ")
    assert said == text


def test_the_week_begins_today_by_the_readers_calendar():
    auckland = ZoneInfo("Pacific/Auckland")
    week = days_ahead([every_day(9 * 60, 17 * 60)], auckland, NOON)  # There it is Wednesday already.
    assert [one.day for one in week] == [date(2026, 3, 11 + number) for number in range(7)]
    assert [one.text.replace("\u202f", " ") for one in week][:2] == ["12:00 AM–5:00 AM and 9:00 PM–12:00 AM"] * 2


@given(
    st.integers(0, 1439),
    st.integers(1, 1440),
    st.integers(0, 400),
    st.sampled_from(["Asia/Kathmandu", "America/Havana"]),
)
def test_segments_cover_exactly_the_open_minutes_of_the_day(start_minute, length, days, reader_zone):
    zone, now = ZoneInfo(reader_zone), NOON + days * DAY
    hours = every_day(start_minute, start_minute + length)
    strip = hours_strip([hours], zone, now)
    midnight = now - strip.now_minute * MINUTE
    assert midnight.astimezone(zone).hour in {0, 1}
    drawn = sum(one.end_minute - one.start_minute for one in strip.segments)
    worked = open_intervals(hours, midnight, midnight + strip.length_minutes * MINUTE)
    assert drawn * MINUTE == sum((one.duration for one in worked), 0 * HOUR)
    edges = [edge for one in strip.segments for edge in (one.start_minute, one.end_minute)]
    assert edges == sorted(edges)
