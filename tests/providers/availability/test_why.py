"""Why somebody is open at a moment, or not, as the page explains it."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from marketplace.kernel.database import reading, transaction
from providers.availability import commands
from providers.availability.models import Booking
from providers.availability.rules import Interval
from providers.profiles.models import Member, Provider
from tests.factories import DAY, HOUR
from tests.factories.accounts import make_person
from tests.factories.availability import make_absence, make_hours, make_season
from tests.factories.profiles import make_member, make_provider
from tests.factories.support_requests import make_request
from tests.plugins.world import NOW

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
pytestmark = on_sqlite
PAGE = "/work/hours/why"


@pytest.fixture
def team(app):
    """Ana in Madrid and Bo in Kathmandu; both work from 9:00 to 13:00 and from 15:00 to 17:00, on workdays."""
    with transaction() as session:
        provider = make_provider(session, person=make_person(session, name="Ana"), country="ES")
        ana = provider.members[0]
        bo = make_member(session, provider, person=make_person(session, name="Bo"), zone="Asia/Kathmandu")
        for one in (ana, bo):
            make_hours(session, one, start_minute=9 * 60, end_minute=13 * 60)
            make_hours(session, one, start_minute=15 * 60, end_minute=17 * 60)
        return [ana.id, bo.id]


@pytest.fixture
def explain(client, team):
    """Give a function that reads the page as Ana: what it says, and each step of it by its title."""
    client.sign_in(reading().get_one(Member, team[0]).person)

    def explain(**asked):
        answer = client.get(PAGE, query_string=asked)
        assert answer.status_code == 200, answer.text
        text = unescape(answer.text).replace("\u202f", " ")
        said = re.search(r'<h2 id="verdict">(.+?)</h2>', text)[1]
        pairs = re.findall(r"<dt>(.+?)</dt>\s*<dd>\s*<bdi>(.+?)</bdi>", text)
        return said, dict(pairs), text

    return explain


def change(perform):
    """Change something in Ana's time."""
    with transaction() as session:
        perform(session)


def test_working_hours_are_open(explain):
    said, steps, _text = explain(day="2026-03-11", time="10:00")
    assert said == "Open: these are working hours"
    assert steps["Clock"] == "Wednesday, March 11, 2026, 10:00 AM in Madrid (UTC+01:00)"
    assert steps["Which week"] == "The usual week"
    assert steps["Hours of the day"] == "Wednesday 9:00 AM–1:00 PM and 3:00 PM–5:00 PM"
    assert steps["Absence"] == steps["Public holiday"] == "None on this day"
    assert "Opens next" not in steps
    assert "Clock change" not in steps


@pytest.mark.parametrize(
    ("day", "time", "said", "opens"),
    [
        ("2026-03-11", "08:59", "before the first hours", "Wednesday, March 11, 2026, 9:00 AM"),
        ("2026-03-11", "13:00", "between the hours", "Wednesday, March 11, 2026, 3:00 PM"),
        ("2026-03-11", "17:00", "after the last hours", "Thursday, March 12, 2026, 9:00 AM"),
        ("2026-03-14", "10:00", "no hours on this day", "Monday, March 16, 2026, 9:00 AM"),
        ("2026-04-03", "10:00", "a public holiday", "Monday, April 6, 2026, 9:00 AM"),
    ],
)
def test_what_closes_is_named_and_when_it_opens(explain, day, time, said, opens):
    found, steps, _text = explain(day=day, time=time)
    assert said in found
    assert steps["Opens next"] == opens


def test_a_holiday_has_its_name_and_may_be_worked(explain, team):
    assert explain(day="2026-04-03", time="10:00")[1]["Public holiday"] == "Good Friday"
    friday = [date(2026, 4, 3)]

    def work(session):
        ana = session.get_one(Member, team[0])
        commands.work_on_holidays(session, ana, friday, today=NOW.date(), now=NOW)

    change(work)
    said, steps, _text = explain(day="2026-04-03", time="10:00")
    assert said == "Open: these are working hours"
    assert steps["Public holiday"] == "Good Friday, on which there is work all the same"


def test_an_absence_a_season_and_a_break_are_told(explain, team):
    def plan(session):
        ana = session.get_one(Member, team[0])
        make_absence(session, ana, date(2026, 3, 16), date(2026, 3, 20))
        make_season(session, ana, date(2026, 7, 1), date(2026, 8, 31))
        session.get_one(Provider, ana.provider_id).break_until = datetime(2026, 3, 18, 9, tzinfo=UTC)

    change(plan)
    said, steps, _text = explain(day="2026-03-17", time="10:00")
    assert said == "Closed: an absence"
    assert steps["Absence"] == "Away from March 16, 2026 to March 20, 2026"
    assert steps["Break of the business"].startswith("Until Wednesday, March 18, 2026, 10:00 AM nothing new")
    said, steps, _text = explain(day="2026-07-02", time="08:30")
    assert said == "Open: these are working hours"
    assert steps["Which week"] == "Other hours, from July 1, 2026 to August 31, 2026"


def test_a_session_makes_busy(explain, team):
    start = datetime(2026, 3, 11, 9, tzinfo=UTC)

    def book(session):
        request = make_request(session, provider=session.get_one(Member, team[0]).provider, starts_at=start)
        when = Interval(start, start + HOUR)
        session.add(Booking(member_id=team[0], request_id=request.id, starts_at=when.start, ends_at=when.end))

    change(book)
    said, steps, _text = explain(day="2026-03-11", time="10:30")
    assert said == "Busy: a session is booked in working hours"
    assert steps["Session"] == "Booked from 10:00 AM to 11:00 AM"
    assert steps["Opens next"] == "Wednesday, March 11, 2026, 11:00 AM"
    assert explain(day="2026-03-11", time="11:00")[1]["Session"] == "None is booked then"


def test_a_colleague_is_explained_by_their_own_clock(explain, team):
    said, steps, _text = explain(member=team[1], day="2026-03-11", time="10:00")
    assert said == "Closed: between the hours of the day"
    assert steps["Clock"] == "Wednesday, March 11, 2026, 2:45 PM in Kathmandu (UTC+05:45)"
    assert steps["Opens next"] == "Wednesday, March 11, 2026, 3:00 PM"


def test_the_night_belongs_to_the_day_before(explain, team):
    change(
        lambda session: make_hours(
            session, session.get_one(Member, team[0]), weekdays=[4], start_minute=22 * 60, end_minute=26 * 60
        )
    )
    said, steps, _text = explain(day="2026-03-14", time="01:00")
    assert said == "Open: these are working hours"
    assert steps["Day that decides"].startswith("Friday, March 13, 2026, the day before")


def test_a_time_that_comes_twice_can_be_told_apart(explain):
    _said, steps, text = explain(day="2026-10-25", time="02:30")
    assert steps["Clock"].endswith("(UTC+02:00)")
    assert (
        steps["Clock change"] == "On this day the clock goes from 3:00 AM back to 2:00 AM. Hours in between come twice."
    )
    assert "This is the first" in text
    _said, steps, text = explain(day="2026-10-25", time="02:30", second="yes")
    assert steps["Clock"].endswith("(UTC+01:00)")
    assert "This is the second" in text


def test_a_time_that_never_comes_is_said(explain):
    _said, steps, text = explain(day="2026-03-29", time="02:30")
    assert steps["Clock"].startswith("Sunday, March 29, 2026, 3:30 AM")
    assert "never shows this time" in text


def test_now_is_explained_unless_another_moment_is_asked_for(explain):
    _said, steps, _text = explain()
    assert steps["Clock"]


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "soon"},
        {"day": "1999-12-31"},
        {"day": "2100-01-01"},
        {"time": "25:00"},
        {"time": "noon"},
        {"member": "0"},
        {"member": "999999"},
        {"member": "Bo"},
        {"second": "no"},
        {"third": "yes"},
    ],
)
def test_bad_input_says_what_is_wrong(client, team, asked):
    client.sign_in(reading().get_one(Member, team[0]).person)
    answer = client.get(PAGE, query_string=asked)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert '<h2 id="verdict">' not in answer.text


def test_members_of_others_do_not_exist(client, team):
    with transaction() as session:
        other = make_provider(session).members[0].id
    client.sign_in(reading().get_one(Member, team[0]).person)
    assert client.get(PAGE, query_string={"member": other}).status_code == 422


def test_the_last_day_of_all_can_be_explained(explain):
    assert explain(day="2099-12-31", time="23:59")[1]["Opens next"]


def test_who_is_away_for_long_opens_not_within_weeks(explain, team):
    day = date(2026, 5, 4)
    change(lambda session: make_absence(session, session.get_one(Member, team[0]), day, day + 200 * DAY))
    assert explain(day="2026-05-05", time="10:00")[1]["Opens next"] == "Not within nine weeks"
