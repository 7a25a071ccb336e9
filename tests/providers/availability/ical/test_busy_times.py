"""Busy times out of calendar files as programs write them, and as nobody should."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.availability.ical import MAX_BYTES, Problem, Unreadable, read_busy_times
from providers.availability.ical.lines import MAX_ENTRIES, MAX_LINES
from providers.availability.rules import Interval
from tests.factories import DAY, HOUR, NOON

MADRID = ZoneInfo("Europe/Madrid")
WITHIN = Interval(NOON - DAY, NOON + 60 * DAY)  # From 9 March to 9 May 2026; on the 29th, Madrid's clocks change.


def entry(*lines, uid="one"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def read(*parts, within=WITHIN, own_host=""):
    return read_busy_times(calendar(*parts), own_zone=MADRID, within=within, own_host=own_host)


def times(*parts, **options):
    """Read a file of which everything can be made out: from when to when, as `MM-DD HH:MM` in UTC."""
    found = read(*parts, **options)
    assert found.unread == []
    return [f"{one.start:%m-%d %H:%M} {one.end:%m-%d %H:%M}" for one in found.times]


NINE = "DTSTART;TZID=Europe/Madrid:20260310T090000"
TEN = "DTEND;TZID=Europe/Madrid:20260310T100000"
ONCE = ["03-10 08:00 03-10 09:00"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    {
        "zone": ([NINE, TEN], ONCE),
        "utc": (["DTSTART:20260310T080000Z", "DTEND:20260310T090000Z"], ONCE),
        "floating": (["DTSTART:20260310T090000", "DTEND:20260310T100000"], ONCE),
        "duration": ([NINE, "DURATION:PT1H"], ONCE),
        "Microsoft's zone": ([NINE.replace("Europe/Madrid", "Romance Standard Time"), "DURATION:PT1H"], ONCE),
        "quoted zone": ([NINE.replace("Europe/Madrid", '"Europe/Madrid"'), "DURATION:PT1H"], ONCE),
        "zone with a path": ([NINE.replace("Europe", "/mozilla.org/20050126_1/Europe"), "DURATION:PT1H"], ONCE),
        "folded": ([NINE[:20] + "\r\n " + NINE[20:], "DUR\n\tATION:PT1H"], ONCE),
        "an alarm in it": ([NINE, TEN, "BEGIN:VALARM", "DURATION:PT9H", "TRIGGER:-PT15M", "END:VALARM"], ONCE),
        "day": (["DTSTART;VALUE=DATE:20260310"], ["03-09 23:00 03-10 23:00"]),
        "days": (["DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330"], ["03-27 23:00 03-29 22:00"]),
        "no end": ([NINE], []),
        "marked as free": ([NINE, TEN, "TRANSP:TRANSPARENT"], []),
        "free by Microsoft": ([NINE, TEN, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"], []),
        "called off": ([NINE, TEN, "STATUS:CANCELLED"], []),
        "not certain": ([NINE, TEN, "STATUS:TENTATIVE"], ONCE),
        "long past": (["DTSTART:20250310T080000Z", "DTEND:20250310T090000Z"], []),
        "begun before": (["DTSTART:20260308T080000Z", "DTEND:20260310T090000Z"], ["03-09 12:00 03-10 09:00"]),
        "for ever": (["DTSTART:00010101T000000Z", "DTEND:99991231T235959Z"], []),
        "dates besides": (
            [NINE, TEN, "RDATE;TZID=Europe/Madrid:20260312T090000,20260313T110000"],
            [*ONCE, "03-12 08:00 03-12 09:00", "03-13 10:00 03-13 11:00"],
        ),
        "a period besides": (
            [NINE, TEN, "RDATE;VALUE=PERIOD:20260312T080000Z/PT3H"],
            [*ONCE, "03-12 08:00 03-12 11:00"],
        ),
        "each week": (
            [NINE, TEN, "RRULE:FREQ=WEEKLY;COUNT=4"],  # By the wall clock: from the 29th on an hour earlier in UTC.
            [*ONCE, "03-17 08:00 03-17 09:00", "03-24 08:00 03-24 09:00", "03-31 07:00 03-31 08:00"],
        ),
        "but not then": (
            [NINE, TEN, "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Europe/Madrid:20260311T090000", "EXDATE:20260312"],
            [*ONCE, "03-13 08:00 03-13 09:00"],
        ),
        "until a moment in UTC": (
            [NINE, TEN, "RRULE:FREQ=DAILY;UNTIL=20260311T080000Z"],
            [*ONCE, "03-11 08:00 03-11 09:00"],
        ),
        "until a day": ([NINE, TEN, "RRULE:FREQ=DAILY;UNTIL=20260311"], [*ONCE, "03-11 08:00 03-11 09:00"]),
        "until the end of days": (
            [NINE, TEN, "RRULE:FREQ=MONTHLY;BYDAY=2TU;UNTIL=99991231T235959Z"],
            [*ONCE, "04-14 07:00 04-14 08:00"],
        ),
        "days that repeat": (
            ["DTSTART;VALUE=DATE:20260323", "RRULE:FREQ=WEEKLY;COUNT=2;WKST=SU"],
            ["03-22 23:00 03-23 23:00", "03-29 22:00 03-30 22:00"],
        ),
        "a time that the clock skips": (
            ["DTSTART;TZID=Europe/Madrid:20260328T023000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"],
            ["03-28 01:30 03-28 02:30", "03-29 01:30 03-29 02:30", "03-30 00:30 03-30 01:30"],
        ),
    }.values(),
)
def test_entries_of_all_kinds(lines, expected):
    assert times(entry(*lines)) == expected


WEEKLY = entry(NINE, TEN, "RRULE:FREQ=WEEKLY;COUNT=3")
SECOND = "RECURRENCE-ID;TZID=Europe/Madrid:20260317T090000"
MOVED = ["DTSTART:20260318T100000Z", "DTEND:20260318T120000Z"]


@pytest.mark.parametrize(
    ("change", "expected"),
    {
        "moved": (MOVED, ["03-18 10:00 03-18 12:00", "03-24 08:00 03-24 09:00"]),
        "called off": ([NINE.replace("0310", "0317"), "STATUS:CANCELLED"], ["03-24 08:00 03-24 09:00"]),
        "free now": ([*MOVED, "TRANSP:TRANSPARENT"], ["03-24 08:00 03-24 09:00"]),
    }.values(),
)
def test_one_time_of_a_series_may_be_another(change, expected):
    assert times(WEEKLY, entry(SECOND, *change)) == [*ONCE, *expected]
    assert times(entry(SECOND, *change), WEEKLY) == [*ONCE, *expected], "in any order"


def test_all_times_from_one_on_may_be_others():
    later = entry(SECOND.replace(";", ";RANGE=THISANDFUTURE;", 1), *[one.replace("18T1", "17T1") for one in MOVED])
    assert times(WEEKLY, later) == [*ONCE, "03-17 10:00 03-17 12:00", "03-24 10:00 03-24 12:00"]


def test_what_overlaps_is_one_time_and_ends_where_one_stops_looking():
    both = entry(NINE, "DURATION:PT2H"), entry(NINE.replace("T09", "T10"), "DURATION:PT3H", uid="two")
    assert times(*both) == ["03-10 08:00 03-10 12:00"]
    assert times(*both, within=Interval(NOON - 3 * HOUR, NOON - HOUR)) == ["03-10 09:00 03-10 11:00"]


def test_our_own_entries_are_no_news():
    assert times(entry(NINE, TEN, uid="session-7@help.example"), own_host="help.example") == []


def test_zones_may_be_explained_by_the_file():
    zone = "BEGIN:VTIMEZONE\r\nTZID:Head Office\r\nX-LIC-LOCATION:Europe/Madrid\r\nEND:VTIMEZONE"
    assert times(zone, entry(NINE.replace("Europe/Madrid", "Head Office"), "DURATION:PT1H")) == ONCE


@pytest.mark.parametrize(
    "lines",
    [
        *(["SUMMARY:no beginning"], [NINE.replace("Europe/Madrid", "Middle Earth"), TEN], ["DTSTART:tomorrow"]),
        *([NINE, "DTEND:20260309T100000Z"], [NINE, "DURATION:long"], [NINE, TEN, "RRULE:FREQ=SECONDLY"]),
        *([NINE, TEN, "RRULE:FREQ=DAILY;UNTIL=later"], ["DTSTART:20261301T000000Z"], ["DTSTART:20260310T250000Z"]),
        *([NINE, TEN, f"RDATE:{','.join(['20260312'] * 1001)}"], [f"DTSTART;X={'x' * 20_001}:20260310"]),
        *([NINE, TEN, "EXDATE:20260310T090000/nonsense"], ["DTSTART;:20260310T090000"]),
    ],
)
def test_what_nobody_can_make_out_is_told_and_keeps_back_nothing_else(lines):
    found = read(entry(*lines), entry(NINE, TEN, uid="two"))
    assert found.unread == [3]
    assert [one.start for one in found.times] == [datetime(2026, 3, 10, 8, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        (b"", Problem.NO_CALENDAR, None),
        (b"<!doctype html>\n<title>Sign in</title>", Problem.NO_CALENDAR, 1),
        (b"\n\nBEGIN:VCARD\nEND:VCARD", Problem.NO_CALENDAR, 3),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", Problem.MISPLACED, 3),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026", Problem.CUT_OFF, 3),
        (b"x" * (MAX_BYTES + 1), Problem.TOO_LARGE, None),
        (b"\n" * (2 * MAX_LINES + 1), Problem.TOO_LARGE, None),
        (calendar(*["BEGIN:VEVENT\nEND:VEVENT"] * (MAX_ENTRIES + 1)), Problem.TOO_MANY, None),
        (b"\xff\xfe\x00PK\x03\x04", Problem.NO_CALENDAR, 1),
    ],
)
def test_what_is_no_whole_calendar_is_refused_with_its_line(content, problem, line):
    with pytest.raises(Unreadable) as refused:
        read_busy_times(content, own_zone=MADRID, within=WITHIN)
    assert (refused.value.problem, refused.value.line) == (problem, line)


def test_a_file_that_would_take_for_ever_is_refused():
    bombs = [entry("DTSTART:19040101", f"RRULE:FREQ=DAILY;COUNT={'9' * 9}", uid=str(number)) for number in range(60)]
    with pytest.raises(Unreadable) as refused:
        read(*bombs)
    assert refused.value.problem is Problem.TOO_MANY
    with pytest.raises(Unreadable):
        read(*(entry("DTSTART:20260310T090000", "DURATION:PT1M", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(100)))


WHOLE = calendar(
    WEEKLY, entry(SECOND, *MOVED), entry("DTSTART:20260310", "RRULE:FREQ=YEARLY;BYDAY=-1MO", "EXDATE:20260312", uid="x")
)


@given(st.data())
def test_broken_files_give_times_in_order_or_are_refused(data):
    broken = bytearray(WHOLE)
    for _turn in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(broken) - 1))
        put = data.draw(st.binary(max_size=4) | st.sampled_from([b"\n", b"9", b"99", b"-", b";", b":", b"T"]))
        broken[at : at + data.draw(st.integers(0, 5))] = put
    try:
        found = read_busy_times(bytes(broken), own_zone=MADRID, within=WITHIN).times
    except Unreadable:
        return
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(set(edges))
    assert all(WITHIN.start <= edge <= WITHIN.end for edge in edges)
    assert all(one.duration >= timedelta(seconds=1) for one in found)
