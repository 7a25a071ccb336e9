"""When a guided session may begin: from what is typed to a moment, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.support_requests.starts import (
    EARLIEST_START,
    LATEST_START,
    LATEST_SUBMISSION,
    WrongStart,
    as_typed,
    is_bookable,
    read_start,
)
from providers.availability.rules import QUARTER
from tests.factories import DAY, HOUR, MINUTE, NOON

MADRID = ZoneInfo("Europe/Madrid")
zones = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})).map(ZoneInfo)


def refusal(text, zone=MADRID, now=NOON):
    with pytest.raises(WrongStart) as refused:
        read_start(text, zone, now)
    return str(refused.value)


def test_a_time_is_read_on_the_customers_own_clock():
    assert read_start("2026-03-13T15:00", MADRID, NOON) == datetime(2026, 3, 13, 14, tzinfo=UTC)
    assert read_start("2026-03-13T15:00", ZoneInfo("Asia/Kathmandu"), NOON) == datetime(2026, 3, 13, 9, 15, tzinfo=UTC)
    # By then it is summer there.
    assert read_start("2026-04-13T15:00", MADRID, NOON) == datetime(2026, 4, 13, 13, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-13T14:00Z", "2026-03-13T15:00+01:00", "2026-03-13T14:00:00.000Z"])
def test_a_program_may_name_the_moment_itself(text):
    assert read_start(text, ZoneInfo("Asia/Kathmandu"), NOON) == datetime(2026, 3, 13, 14, tzinfo=UTC)


def shown_twice(moment, zone):
    """Tell whether the clocks of a zone show the same time at another moment too."""
    wall = moment.astimezone(zone)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@given(zones, st.integers(0, int((LATEST_START - EARLIEST_START) / QUARTER)))
def test_what_a_form_shows_is_read_as_the_same_moment(zone, quarters):
    starts_at = NOON + EARLIEST_START + quarters * QUARTER
    text = as_typed(starts_at, zone)
    if shown_twice(starts_at, zone):
        assert "twice" in refusal(text, zone)
    else:
        assert read_start(text, zone, NOON) == starts_at


@settings(max_examples=20)
@given(zones, st.datetimes(NOON.replace(tzinfo=None), (NOON + 300 * DAY).replace(tzinfo=None)))
def test_what_is_read_shows_what_was_typed_and_all_else_is_refused(zone, wall):
    text = wall.replace(minute=wall.minute // 15 * 15).strftime("%Y-%m-%dT%H:%M")
    now = wall.replace(tzinfo=UTC) - timedelta(weeks=4)
    moments = [now + hours * HOUR for hours in range(24 * 7 * 3, 24 * 7 * 5)]
    quarters = [moment.replace(minute=minute) for moment in moments for minute in (0, 15, 30, 45)]
    showing = [moment for moment in quarters if as_typed(moment.replace(second=0, microsecond=0), zone) == text]
    if len(showing) == 1:
        assert as_typed(read_start(text, zone, now), zone) == text
    else:
        assert ("twice" if showing else "skip") in refusal(text, zone, now)


@pytest.mark.parametrize(
    ("text", "zone", "words"),
    [
        ("2026-03-29T02:30", "Europe/Madrid", "The clocks in Madrid skip this time"),
        ("2026-03-29T02:00", "Europe/Madrid", "The clocks in Madrid skip this time"),
        ("2026-04-05T02:15", "Australia/Melbourne", "The clocks in Melbourne show this time twice"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "The clocks in Lord Howe Island show this time twice"),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused_with_the_place(text, zone, words):
    assert refusal(text, ZoneInfo(zone)).startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "2026-03-13", "15:00", "2026-03-13 15:00", "2026-02-30T15:00", "2026-03-13T25:00"),
        *("2026-03-13T15", "20260313T1500", "2026-W11-5T15:00", "2026-03-13T15:00+1", "2026-03-13T15:00+25:00"),
        *("2026-03-13T15:00:30", "0001-01-01T00:00+14:00", "٢٠٢٦-٠٣-١٣T١٥:٠٠", "2026-03-13T15:00\n", "x" * 9000),
    ],
)
def test_what_is_no_day_and_time_is_refused(text):
    assert refusal(text) == "Write a day and a time, such as 2026-11-30T15:00."


def typed(moment):
    return moment.isoformat()


def test_it_may_be_neither_too_soon_nor_too_far_off_nor_beside_the_quarters():
    assert read_start(typed(NOON + EARLIEST_START), MADRID, NOON)
    assert read_start(typed(NOON + LATEST_START), MADRID, NOON)
    assert refusal(typed(NOON + EARLIEST_START - QUARTER)) == "Choose a start at least 2 hours from now."
    assert refusal(typed(NOON - DAY)) == "Choose a start at least 2 hours from now."
    assert refusal(typed(NOON + LATEST_START + QUARTER)) == "Choose a start within the next 8 weeks."
    assert refusal(typed(NOON + DAY + 7 * MINUTE)).startswith("Choose a start on the quarter of an hour")


def test_whoever_thinks_for_an_hour_may_still_ask():
    assert is_bookable(NOON + LATEST_SUBMISSION, NOON)
    assert not is_bookable(NOON + LATEST_SUBMISSION - MINUTE, NOON)
    assert LATEST_SUBMISSION + HOUR <= EARLIEST_START
