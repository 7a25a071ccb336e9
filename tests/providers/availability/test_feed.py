"""The private calendar of a member: who may read it, and what stands in it."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from icalendar import Calendar

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from providers.availability import commands, queries
from providers.availability.calendars import MembersTime, write_calendar
from providers.availability.models import CalendarFeed
from providers.availability.rules import Interval
from providers.profiles.models import Member
from providers.profiles.rules import MemberRole
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.availability import make_absence, make_booking, make_hours
from tests.factories.matching import BOOKED, make_job
from tests.factories.profiles import make_member, make_provider
from tests.factories.support_requests import make_request

TODAY = NOON.date()
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def member(session):
    """Ana in Madrid, who has a session and an absence in which Bo stands in."""
    provider = make_provider(session, person=make_person(session, name="Ana"), name="Ana; Helps, und\nmehr")
    ana = provider.members[0]
    bo = make_member(session, provider, person=make_person(session, name="Bo"))
    make_absence(session, ana, TODAY + 5 * DAY, TODAY + 7 * DAY, stand_in=bo, note="A secret of the house.")
    request = make_request(session, provider=provider, starts_at=NOON + DAY, title="Nobody else's business")
    make_booking(session, make_job(session, support_request=request, **BOOKED, starts_at=NOON + DAY))
    return ana


def events(content):
    """Read a calendar back: each event by its summary."""
    return {str(one["summary"]): one for one in Calendar.from_ical(content).walk("VEVENT")}


def time_of(session, member, **more):
    since = Interval(NOON - 30 * DAY, NOON + 366 * DAY)
    found = {
        "sessions": queries.bookings_of(session, member.id, since),
        "absences": queries.absences_not_over(session, [member.id], TODAY),
    }
    return MembersTime(member.provider.name, "help.example.test", member.id, **found, **{"hours": (), **more})


def test_only_a_digest_of_the_secret_is_kept(session, member):
    secret = commands.open_feed(session, member, with_hours=False, now=NOON)
    assert len(secret) >= 43  # 256 bits, in characters of which each has six.
    [kept] = session.query(CalendarFeed)
    assert secret not in {str(value) for value in vars(kept).values()}
    assert queries.feed_by_secret(session, secret)[1] is member


def test_another_secret_ends_the_one_before(session, member):
    first, second = (commands.open_feed(session, member, with_hours=yes, now=NOON) for yes in (False, True))
    with pytest.raises(NotFound):
        queries.feed_by_secret(session, first)
    assert queries.feed_by_secret(session, second)[0].with_hours
    commands.close_feed(session, member, now=NOON)
    commands.close_feed(session, member, now=NOON)
    with pytest.raises(NotFound):
        queries.feed_by_secret(session, second)


@pytest.mark.parametrize("change", [{"role": MemberRole.FINANCE}, {"role": MemberRole.MEMBER, "left_at": NOON}])
def test_who_takes_no_jobs_any_more_has_no_calendar(session, member, change):
    secret = commands.open_feed(session, member, with_hours=False, now=NOON)
    for name, value in change.items():
        setattr(member, name, value)
    session.flush()
    with pytest.raises(NotFound):
        queries.feed_by_secret(session, secret)


def test_sessions_and_absences_stand_in_it(session, member):
    found = events(write_calendar(time_of(session, member), NOON))
    assert set(found) == {"Guided session", "Away; Bo stands in"}
    booked, away = found["Guided session"], found["Away; Bo stands in"]
    [booking] = queries.bookings_of(session, member.id, Interval(NOON, NOON + 9 * DAY))
    assert (booked["dtstart"].dt, booked["dtend"].dt) == (booking.starts_at, booking.ends_at)
    assert (away["dtstart"].dt, away["dtend"].dt) == (TODAY + 5 * DAY, TODAY + 8 * DAY)  # The end is not included.
    assert type(away["dtstart"].dt) is date


def test_it_says_nothing_of_customers_and_no_notes(session, member):
    written = write_calendar(time_of(session, member), NOON).decode()
    assert "business" not in written
    assert "secret" not in written


def test_names_of_events_stay_and_are_of_this_site(session, member):
    first, later = (events(write_calendar(time_of(session, member), NOON + hours * HOUR)) for hours in (0, 5))
    assert {one["uid"] for one in first.values()} == {one["uid"] for one in later.values()}
    assert all(one["uid"].endswith("@help.example.test") for one in first.values())


def test_it_is_written_by_the_standard(session, member):
    written = write_calendar(time_of(session, member), NOON)
    lines = written.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert all(len(line) <= 75 for line in lines)
    calendar = Calendar.from_ical(written)
    assert {name + rb":Ana\; Helps\, und\nmehr" for name in (b"NAME", b"X-WR-CALNAME")} <= set(lines)
    assert (calendar["version"], calendar.errors) == ("2.0", [])
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    for one in calendar.walk("VEVENT"):
        assert one["dtstamp"].dt == NOON
        assert one["dtstart"].dt < one["dtend"].dt


def test_hours_are_moments_and_take_nobodys_time(session, member):
    hours = [Interval(NOON + number * DAY, NOON + number * DAY + 4 * HOUR) for number in range(3)]
    found = [
        one
        for one in Calendar.from_ical(write_calendar(time_of(session, member, hours=hours), NOON)).walk("VEVENT")
        if one["summary"] == "Working hours"
    ]
    assert [Interval(one["dtstart"].dt, one["dtend"].dt) for one in found] == hours
    assert {str(one["transp"]) for one in found} == {"TRANSPARENT"}
    assert len({one["uid"] for one in found}) == 3


# The pages


@pytest.fixture
def ana_id(app):
    """Ana, who works from 9:00 to 17:00 in Madrid."""
    with transaction() as session:
        member = make_provider(session, person=make_person(session, name="Ana", zone="Europe/Madrid")).members[0]
        make_hours(session, member)
        return member.id


@pytest.fixture
def make_address(client, ana_id):
    """Give a function that makes an address as Ana, and tells it."""
    client.sign_in(reading().get_one(Member, ana_id).person)

    def make(**fields):
        answer = client.post("/work/hours/calendar", data=fields)
        return urlsplit(re.search(r'<code dir="ltr">(.+?)</code>', answer.text)[1]).path

    return make


@on_sqlite
def test_whoever_knows_the_address_reads_the_calendar(app, make_address):
    address = make_address()
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert Calendar.from_ical(answer.data).walk("VEVENT") == []


@on_sqlite
def test_the_address_is_shown_once(client, make_address):
    address = make_address()
    page = client.get("/work/hours/calendar").text
    assert address not in page
    assert "There is an address since" in page


@on_sqlite
def test_a_wrong_address_and_one_that_has_ended_look_the_same(app, client, make_address):
    first = make_address()
    second = make_address()
    client.post("/work/hours/calendar/close")
    shapes = set()
    for address in (first, second, "/calendar/forged.ics", f"/calendar/{'x' * 43}.ics", "/calendar/.ics.ics"):
        answer = app.test_client().get(address)
        kept = {name: answer.headers[name] for name in ("Content-Type", "Cache-Control", "X-Robots-Tag")}
        text = re.sub(r'(name="csrf_token"\s+value)="[^"]+"', r"\1", answer.text.replace(address, ""))
        shapes.add((answer.status_code, text, *sorted(kept.items())))
    assert len(shapes) == 1
    assert shapes.pop()[0] == 404


@on_sqlite
def test_hours_are_shown_if_wanted_and_follow_the_clock(app, make_address):
    address = make_address(with_hours="yes")
    with time_machine.travel(datetime(2026, 3, 27, 12, tzinfo=UTC), tick=False):  # Clocks change on the 29th.
        answer = app.test_client().get(address)
    starts = [one["dtstart"].dt for one in Calendar.from_ical(answer.data).walk("VEVENT")]
    assert starts[:2] == [datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)]
    assert max(starts) - min(starts) < timedelta(weeks=8)
