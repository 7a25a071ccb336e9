"""The pages about absences: what is told, where they lead, and who reads what."""

import re
from html import unescape

import pytest
import time_machine

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import format_day
from providers.availability import queries
from providers.profiles.models import Member
from tests.factories import DAY
from tests.factories.accounts import make_person, make_staff
from tests.factories.availability import make_absence, make_booking
from tests.factories.matching import BOOKED, make_job
from tests.factories.profiles import make_member, make_provider
from tests.factories.support_requests import make_request
from tests.plugins.world import NOW

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
pytestmark = on_sqlite
NEW = "/work/hours/absences/new"
TODAY = NOW.date()


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture(autouse=True)
def now():
    """Let it be noon."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team(app):
    """The ids of Ana, who owns the business, and of Bo."""
    with transaction() as session:
        ana, bo = (make_person(session, name=name) for name in ("Ana", "Bo"))
        provider = make_provider(session, person=ana, slug="ana")
        return [provider.members[0].id, make_member(session, provider, person=bo).id]


@pytest.fixture
def browse(client, team):
    """Give a function that signs one of them in."""

    def browse(which):
        client.sign_in(reading().get_one(Member, team[which]).person)
        return client

    return browse


def days(first, last):
    return {"first_day": str(TODAY + first * DAY), "last_day": str(TODAY + last * DAY)}


def test_an_absence_is_kept_and_shown(browse, team):
    ana = browse(0)
    answer = ana.post(NEW, data={**days(5, 9), "stand_in": team[1], "note": "By the sea."})
    assert answer.location == "/work/hours"
    page = words(ana.get("/work/hours"))
    assert f"{format_day(TODAY + 5 * DAY)} to {format_day(TODAY + 9 * DAY)}" in page
    assert "Bo stands in" in page
    reading().rollback()
    [kept] = queries.absences_of(reading(), team[0])
    assert "By the sea." in ana.get(f"/work/hours/absences/{kept.id}").text
    assert "You stand in for Ana" in words(browse(1).get("/work/hours"))


def test_sessions_on_these_days_are_pointed_out(browse, team):
    with transaction() as session:
        provider, starts_at = session.get_one(Member, team[0]).provider, NOW + 6 * DAY
        request = make_request(session, provider=provider, starts_at=starts_at)
        make_booking(session, make_job(session, support_request=request, **BOOKED, starts_at=starts_at))
    ana = browse(0)
    assert ana.post(NEW, data=days(8, 9)).location == "/work/hours"
    answer = ana.post(NEW, data=days(5, 7))
    assert answer.location == f"/work/members/{team[0]}"
    assert "1 session is booked on these days, and stays." in words(ana.get(answer.location))


def test_notes_are_for_colleagues_only(client, browse, team):
    with transaction() as session:
        ana, bo = (session.get_one(Member, one) for one in team)
        make_absence(session, ana, TODAY + DAY, TODAY + 2 * DAY, stand_in=bo, note="An operation.")
        clerk = make_staff(session)
    assert "An operation." in words(browse(1).get("/work/members"))
    client.sign_in(clerk)
    page = words(client.get("/vendor/providers/ana"))
    assert f"Away: {format_day(TODAY + DAY)} to {format_day(TODAY + 2 * DAY)}" in page
    assert "Bo stands in" in page
    assert "operation" not in page


def test_what_is_refused_is_said_and_kept_in_the_form(browse, team):
    with transaction() as session:
        make_absence(session, session.get_one(Member, team[1]), TODAY + 6 * DAY)
    answer = browse(0).post(NEW, data={**days(5, 9), "stand_in": team[1], "note": "By the sea."})
    assert answer.status_code == 422
    day = format_day(TODAY + 6 * DAY)
    assert f"Bo is away from {day} to {day}. Choose somebody else." in words(answer)
    assert "By the sea." in answer.text
    assert queries.absences_of(reading(), team[0]) == []
