"""What a week of hours may be, and saying it."""

import pytest

from providers.availability import commands, queries, selfchecks
from providers.availability.commands import OverlappingHours
from providers.availability.rules import Weekly, overlapping
from tests.factories import NOON
from tests.factories.availability import make_booking, make_hours
from tests.factories.matching import BOOKED, make_job
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

MONDAY, TUESDAY, SUNDAY = 0, 1, 6


def hours(weekday, start, end):
    """Hours on one day, by whole hours."""
    return Weekly(weekday, 60 * start, 60 * end)


@pytest.mark.parametrize(
    ("weekly", "late"),
    [
        ([], []),
        ([hours(MONDAY, 9, 13), hours(MONDAY, 13, 17)], []),
        ([hours(MONDAY, 9, 13), hours(TUESDAY, 9, 13)], []),
        ([hours(MONDAY, 9, 13), hours(MONDAY, 12, 17)], [hours(MONDAY, 12, 17)]),
        ([hours(MONDAY, 9, 17), hours(MONDAY, 12, 13)], [hours(MONDAY, 12, 13)]),
        ([hours(MONDAY, 22, 30), hours(TUESDAY, 6, 10)], []),
        ([hours(MONDAY, 22, 30), hours(TUESDAY, 5, 10)], [hours(TUESDAY, 5, 10)]),
        ([hours(SUNDAY, 20, 28), hours(MONDAY, 3, 8)], [hours(MONDAY, 3, 8)]),
        ([hours(day, 0, 24) for day in range(7)], []),
    ],
)
def test_hours_that_overlap_are_named(weekly, late):
    assert overlapping(weekly) == late
    assert overlapping(weekly[::-1]) == late


def test_the_same_hours_twice_overlap():
    twice = Weekly(MONDAY, 540, 1020)
    assert overlapping([twice, Weekly(MONDAY, 540, 1020)]) == [twice]


def test_a_week_takes_the_place_of_the_one_before(session):
    member = make_provider(session).members[0]
    make_hours(session, member)
    week = [hours(MONDAY, 9, 13), hours(SUNDAY, 22, 26)]
    commands.set_week(session, member, week, zone="Asia/Tokyo", now=NOON)
    assert queries.weekly_by_member(session, [member.id])[member.id] == week
    assert member.zone == "Asia/Tokyo"
    commands.set_week(session, member, [], zone="Asia/Tokyo", now=NOON)
    assert queries.weekly_by_member(session, [member.id])[member.id] == []


def test_nobody_works_twice_at_the_same_time(session):
    member = make_provider(session).members[0]
    with pytest.raises(OverlappingHours):
        commands.set_week(session, member, [hours(MONDAY, 9, 13)] * 2, zone="Asia/Tokyo", now=NOON)
    assert selfchecks.hours_that_overlap(session) == []
    make_hours(session, member, weekdays=[MONDAY])
    make_hours(session, member, weekdays=[MONDAY], start_minute=600)
    assert len(selfchecks.hours_that_overlap(session)) == 1


def test_a_session_that_is_booked_stays(session):
    member = make_provider(session).members[0]
    request = make_request(session, provider=member.provider, starts_at=NOON)
    make_booking(session, job := make_job(session, support_request=request, **BOOKED, starts_at=NOON))
    commands.set_week(session, member, [], zone="Asia/Tokyo", now=NOON)
    assert queries.booked(session, [member.id], job.when) == {member.id: [job.when]}
