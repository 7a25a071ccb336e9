"""Pauses around sessions, notice before them, and free times: the rules against a walk through every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from marketplace.kernel.database import reading, transaction
from providers.availability import commands, queries, selfchecks
from providers.availability.commands import DoubleBooked, TooClose
from providers.availability.models import Booking, SessionSettings
from providers.availability.rules import (
    MAX_NOTICE_HOURS,
    MAX_PAUSE_MINUTES,
    QUARTER,
    Away,
    Diary,
    Hours,
    Interval,
    Spacing,
    Weekly,
    is_on_quarter,
    is_open,
)
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.availability import make_settings
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request
from tests.plugins.racing import done, on_postgresql, race

# Zones with halves and quarters of an hour, at the date line, with clocks changed by half an hour, and at midnight.
ZONES = (
    "Europe/Madrid", "Asia/Kathmandu", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe",
    "America/Santiago", "Africa/Casablanca", "UTC",
)  # fmt: skip
CHANGES = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 4, 4, 12, tzinfo=UTC))


@st.composite
def weeks(draw):
    """Draw hours of one or two days, on any minute."""
    days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True))
    start = draw(st.integers(0, 1439))
    return tuple(Weekly(day, start, start + draw(st.integers(30, 1440))) for day in days)


@st.composite
def diaries(draw, moment):
    """Draw a member's time around a moment."""
    days = draw(st.sets(st.integers(-1, 2), max_size=2))
    absences = tuple(Away(*[(moment + one * DAY).date()] * 2) for one in days)
    starts = draw(st.lists(st.integers(-300, 1700), max_size=3))
    taken = [Interval(moment + one * MINUTE, moment + (one + 50) * MINUTE) for one in starts]
    spacing = Spacing(timedelta(minutes=draw(st.sampled_from((0, 5, 30, 60)))), draw(st.integers(0, 30)) * HOUR)
    return Diary(Hours(ZoneInfo(draw(st.sampled_from(ZONES))), draw(weeks()), absences=absences), taken, spacing)


@st.composite
def situations(draw):
    """Draw a member's time, a day to look at, and how long a session is."""
    moment = draw(st.sampled_from(CHANGES)) + draw(st.integers(-24, 24)) * HOUR + draw(st.integers(0, 59)) * MINUTE
    within = Interval(moment, moment + draw(st.sampled_from((HOUR, DAY, DAY + HOUR))))
    return draw(diaries(moment)), within, draw(st.sampled_from((15, 45, 60, 90))) * MINUTE


def minute_by_minute(diary, within, length, asked_at):
    """Find the free starts by looking at every minute of every session that could be."""
    found, start = [], within.start
    while start < within.end:
        minutes = [start + number * MINUTE for number in range(length // MINUTE)]
        pause = diary.spacing.pause // MINUTE
        around = [start + number * MINUTE for number in range(-pause, length // MINUTE + pause)]
        if (
            start.minute % 15 == 0
            and start - asked_at >= diary.spacing.notice
            and all(is_open(diary.hours, one) for one in minutes)
            and not any(one.start <= each < one.end for one in diary.taken for each in around)
        ):
            found.append(start)
        start += MINUTE
    return found


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(0, 40))
def test_free_times_are_those_that_a_walk_through_every_minute_finds(situation, hours_before):
    diary, within, length = situation
    asked_at = within.start - hours_before * HOUR
    found = diary.free_starts(within, length, asked_at)
    assert found == minute_by_minute(diary, within, length, asked_at)
    assert all(diary.is_free(Interval(one, one + length), asked_at) for one in found)
    assert all(is_on_quarter(one) for one in found)


@settings(max_examples=30, deadline=None)
@given(situations())
def test_what_is_free_in_a_day_is_free_in_its_parts(situation):
    diary, within, length = situation
    middle = within.start + (within.end - within.start) / 2
    parts = [Interval(within.start, middle), Interval(middle, within.end)]
    whole = diary.free_starts(within, length, NOON - 100 * DAY)
    assert whole == [one for part in parts for one in diary.free_starts(part, length, NOON - 100 * DAY)]


NINE_TO_FIVE = tuple(Weekly(day, 9 * 60, 17 * 60) for day in range(7))


@given(st.sampled_from(ZONES), st.integers(0, 366))
@example("Asia/Kathmandu", 0)
def test_the_first_time_of_a_day_is_when_work_begins_by_the_members_own_clock(zone, days):
    day = date(2026, 1, 1) + timedelta(days=days)
    hours = Hours(ZoneInfo(zone), NINE_TO_FIVE)
    opens = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = Diary(hours).free_starts(Interval(opens - HOUR, opens + 9 * HOUR), HOUR, NOON - 999 * DAY)
    assert found == [opens + number * QUARTER for number in range(7 * 4 + 1)]


@pytest.mark.parametrize(("minutes", "is_free"), [(59, False), (60, True)])
def test_a_pause_lies_before_and_after_a_session(minutes, is_free):
    taken = [Interval(NOON, NOON + HOUR)]
    diary = Diary(Hours(ZoneInfo("UTC"), (Weekly(1, 0, 1440),)), taken, Spacing(pause=HOUR))
    gap = minutes * MINUTE
    after, before = NOON + HOUR + gap, NOON - gap
    assert diary.is_free(Interval(after, after + HOUR), NOON - DAY) is is_free
    assert diary.is_free(Interval(before - HOUR, before), NOON - DAY) is is_free


# In the database


@pytest.fixture
def member(session):
    """Somebody who keeps half an hour free around sessions."""
    member = make_provider(session).members[0]
    make_settings(session, member, pause_minutes=30, notice_hours=24)
    return member


def book(session, member_id, start, minutes=60):
    when = Interval(start, start + minutes * MINUTE)
    return commands.book(session, member_id=member_id, request_id=make_request(session).id, when=when)


def test_who_has_said_nothing_keeps_no_pause_and_needs_no_notice(session, member):
    other = make_provider(session).members[0]
    found = queries.spacing(session, [member.id, other.id])
    assert (found[member.id], found[other.id]) == (Spacing(30 * MINUTE, DAY), Spacing())


def test_a_session_within_the_pause_is_refused_and_one_next_to_it_is_booked(session, member):
    book(session, member.id, NOON)
    with pytest.raises(DoubleBooked):
        book(session, member.id, NOON + 30 * MINUTE)
    with pytest.raises(TooClose) as refused:
        book(session, member.id, NOON + 89 * MINUTE)
    assert "30 minutes" in refused.value.text
    with pytest.raises(TooClose):
        book(session, member.id, NOON - 89 * MINUTE)
    book(session, member.id, NOON + 90 * MINUTE)
    book(session, member.id, NOON - 90 * MINUTE)
    assert selfchecks.pauses_not_kept(session) == []


def test_what_is_booked_stays_when_the_pause_grows(session, member):
    book(session, member.id, NOON)
    book(session, member.id, NOON + 90 * MINUTE)
    commands.hold_sessions(session, member, pause_minutes=60, notice_hours=0, now=NOON)
    assert queries.spacing(session, [member.id])[member.id] == Spacing(HOUR)
    assert selfchecks.pauses_not_kept(session) == []
    with pytest.raises(TooClose):
        book(session, member.id, NOON + 3 * HOUR + 15 * MINUTE)


def test_a_pause_that_was_not_kept_is_found(session, member):
    for minutes, pause in ((0, 0), (80, 30), (400, 30), (500, 0)):
        start = NOON + minutes * MINUTE
        facts = {"starts_at": start, "ends_at": start + HOUR, "pause_minutes": pause}
        session.add(Booking(member_id=member.id, request_id=make_request(session).id, **facts))
        session.flush()
    [found] = selfchecks.pauses_not_kept(session)
    assert f"member {member.id} has no pause" in found
    assert selfchecks.members_booked_twice(session) == []


@pytest.mark.parametrize(
    "wrong", [{"pause_minutes": -1}, {"pause_minutes": MAX_PAUSE_MINUTES + 1}, {"notice_hours": MAX_NOTICE_HOURS + 1}]
)
def test_the_database_refuses_what_nobody_can_keep(session, wrong):
    session.add(SessionSettings(member_id=make_provider(session).members[0].id, **wrong))
    with pytest.raises(Exception, match="in_range"):
        session.flush()
    session.rollback()


def booking_within_the_pause(app):
    """Prepare two bookings of one member, twenty minutes apart, where thirty are kept free."""
    with transaction() as session:
        member = make_provider(session).members[0]
        make_settings(session, member, pause_minutes=30)
        member_id, requests = member.id, [make_request(session).id for _number in range(2)]

    def booking(request_id, minutes):
        def perform():
            with transaction() as session:
                when = Interval(NOON + minutes * MINUTE, NOON + (minutes + 60) * MINUTE)
                return commands.book(session, member_id=member_id, request_id=request_id, when=when).id

        return perform

    return [booking(requests[0], 0), booking(requests[1], 80)]


def test_of_two_within_the_pause_at_the_same_moment_one_is_booked(app, at_once):
    outcomes = at_once(*booking_within_the_pause(app))
    assert len(done(outcomes)) == 1
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [TooClose]


@on_postgresql
def test_without_the_lock_on_the_member_the_pause_is_broken(app, guards):
    things = booking_within_the_pause(app)
    guards.locks_off("member")
    assert len(done(race(app, *things))) == 2
    assert len(selfchecks.pauses_not_kept(reading())) == 1
