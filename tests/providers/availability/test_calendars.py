"""Calendars that members keep elsewhere: sent as files, read at addresses, and what they close."""

import re
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from marketplace.kernel import outside
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.outbox import OutboxMessage
from marketplace.kernel.outside import Fetched, Marks, NotRead, Trouble
from providers.availability import commands, effects, queries, selfchecks
from providers.availability.commands import TooManyCalendars
from providers.availability.ical import BusyTimes, Problem
from providers.availability.models import BusyTime, OtherCalendar
from providers.availability.rules import MAX_CALENDARS, Interval, hours_strip, is_open
from providers.availability.wording_of_calendars import problem_of
from providers.directory.models import DirectoryChange
from providers.profiles.models import Member
from providers.profiles.rules import MemberRole
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_person
from tests.factories.availability import make_hours, make_other_calendar
from tests.factories.profiles import make_member, make_provider

MADRID = ZoneInfo("Europe/Madrid")
ADDRESS = "https://calendar.example.test/secret-7/basic.ics"
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LUNCH = Interval(NOON - HOUR, NOON + HOUR)  # From noon to two by the clock of Madrid.


def ics(*times, title="Doctor"):
    entries = [
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:{title}\r\nDTSTART:{one.start:%Y%m%dT%H%M%SZ}\r\n"
        f"DTEND:{one.end:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT"
        for number, one in enumerate(times)
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", *entries, "END:VCALENDAR"]).encode()


class Elsewhere:
    """Stands in for what lies at an address: content, or why there is none."""

    def __init__(self, content):
        self.content = content
        self.asked = []

    def __call__(self, address, marks, *, max_bytes):
        self.asked.append((address, marks))
        if isinstance(self.content, Exception):
            raise self.content
        if marks.etag == '"1"' and self.content is None:
            return Fetched(None, marks)
        assert len(self.content) <= max_bytes
        return Fetched(self.content, Marks('"1"'))


@pytest.fixture
def elsewhere(app):
    app.extensions[outside.KEY] = found = Elsewhere(ics(LUNCH))
    return found


@pytest.fixture
def ana(app):
    """Give the id of Ana, who works in Madrid from nine to five, alone."""
    with transaction() as session:
        person = make_person(session, name="Ana", email="ana@example.test", password="x" * 12, confirmed_at=NOON)
        member = make_provider(session, person=person).members[0]
        make_hours(session, member, weekdays=range(7))
        return member.id


def hours(member_id, around=NOON):
    reading().rollback()
    member = reading().get_one(Member, member_id)
    return queries.hours_by_member(reading(), [member.provider_id], around.date())[member.provider_id][member_id]


def add_address(member_id, now=NOON, **facts):
    with transaction() as session:
        facts = {"name": "Google", "address": ADDRESS, **facts}
        calendar_id = commands.add_address(session, session.get_one(Member, member_id), **facts, now=now).id
    effects.read_calendars(now)
    return calendar_id


def the_calendar():
    reading().rollback()
    return reading().scalars(sa.select(OtherCalendar)).one()


def kept():
    reading().rollback()
    times = sa.select(BusyTime.starts_at, BusyTime.ends_at).order_by(BusyTime.starts_at)
    return [Interval(*row) for row in reading().execute(times)]


# What is read


def test_an_address_closes_hours_and_only_when_is_kept(ana, elsewhere):
    add_address(ana)
    assert kept() == [LUNCH]
    assert not is_open(hours(ana), NOON)
    assert is_open(hours(ana), NOON + HOUR)
    assert hours_strip([hours(ana)], MADRID, NOON).text.endswith("busy now")
    found = the_calendar()
    assert (found.problem, found.failures, found.read_at, found.etag) == (None, 0, NOON, '"1"')
    words = " ".join(str(value) for table in (OtherCalendar, BusyTime) for value in everything(table))
    assert "Doctor" not in words


def everything(table):
    return [value for row in reading().execute(sa.select(table.__table__)) for value in row]


def test_a_colleague_stays_open(ana, elsewhere):
    with transaction() as session:
        provider = session.get_one(Member, ana).provider
        make_hours(session, make_member(session, provider), weekdays=range(7))
    add_address(ana)
    reading().rollback()
    both = queries.hours_by_provider(reading(), [reading().get_one(Member, ana).provider_id], NOON.date())
    assert is_open(next(iter(both.values())), NOON)


def test_what_takes_time_is_asked_in_one_place(ana, elsewhere):
    add_address(ana)
    assert queries.taken(reading(), [ana], Interval(NOON, NOON + MINUTE)) == {ana: [LUNCH]}
    assert queries.taken(reading(), [ana], Interval(LUNCH.end, LUNCH.end + DAY)) == {}


def test_it_is_read_every_half_hour_and_only_changes_are_written(ana, elsewhere):
    add_address(ana)
    changes = sa.select(sa.func.count()).select_from(DirectoryChange)
    before = reading().scalar(changes)
    effects.read_calendars(NOON + 29 * MINUTE)
    assert len(elsewhere.asked) == 1
    effects.read_calendars(NOON + 30 * MINUTE)
    assert elsewhere.asked[1] == (ADDRESS, Marks('"1"'))
    assert reading().scalar(changes) == before
    evening = Interval(NOON + 3 * HOUR, NOON + 4 * HOUR)
    elsewhere.content = ics(evening)
    effects.read_calendars(NOON + 60 * MINUTE)
    assert kept() == [evening]


def test_what_has_not_changed_is_read_anew_once_a_day_for_what_repeats_goes_on(ana, elsewhere):
    add_address(ana)
    elsewhere.content = None
    effects.read_calendars(NOON + HOUR)
    assert kept() == [LUNCH]
    assert the_calendar().read_at == NOON + HOUR
    elsewhere.content = ics(LUNCH)
    effects.read_calendars(NOON + DAY)
    assert elsewhere.asked[-1] == (ADDRESS, Marks())
    assert the_calendar().known_until == NOON + DAY + 182 * DAY


@pytest.mark.parametrize(
    ("content", "problem", "detail"),
    [
        (NotRead(Trouble.PRIVATE), "private", None),
        (NotRead(Trouble.STATUS, 404), "status", 404),
        (b"<html>", "no_calendar", 1),
        (b"BEGIN:VCALENDAR\nEND:VEVENT", "misplaced", 2),
    ],
)
def test_what_can_not_be_read_is_told_and_what_was_known_counts_for_a_week(ana, elsewhere, content, problem, detail):
    add_address(ana)
    elsewhere.content = content
    effects.read_calendars(NOON + HOUR)
    found = the_calendar()
    assert (found.problem, found.detail, found.failures) == (problem, detail, 1)
    assert found.next_at == NOON + 2 * HOUR, "later than usual"
    assert kept() == [LUNCH]
    effects.read_calendars(NOON + 7 * DAY)
    assert kept() == []
    effects.read_calendars(NOON + 8 * DAY)
    [letter] = [one for one in reading().scalars(sa.select(OutboxMessage)) if one.kind == "mail"]
    assert "Google" in str(letter.payload)
    elsewhere.content = ics(Interval(NOON + 9 * DAY, NOON + 9 * DAY + HOUR))
    effects.read_calendars(NOON + 9 * DAY)
    assert the_calendar().problem is None
    assert len(kept()) == 1


def test_waiting_grows_with_failures_and_has_an_end(ana, elsewhere):
    elsewhere.content = NotRead(Trouble.UNREACHED)
    add_address(ana)
    waits, now = [], NOON
    for _turn in range(6):
        waits.append(the_calendar().next_at - now)
        now = the_calendar().next_at
        effects.read_calendars(now)
    assert waits == [timedelta(hours=number) for number in (1, 2, 4, 8, 8, 8)]


def test_one_address_that_is_broken_keeps_back_no_other(app, ana):
    def answer(address, marks, *, max_bytes):
        if "broken" in address:
            raise NotRead(Trouble.UNREACHED)
        return Fetched(ics(LUNCH)[:max_bytes], marks)

    with transaction() as session:
        member = session.get_one(Member, ana)
        for name in ("broken", "good"):
            commands.add_address(session, member, name=name, address=f"https://{name}.example.test/", now=NOON)
    app.extensions[outside.KEY] = answer
    effects.read_calendars(NOON)
    assert kept() == [LUNCH]


def test_calendars_of_who_has_left_are_read_no_more(ana, elsewhere):
    with transaction() as session:
        bo = make_member(session, session.get_one(Member, ana).provider, role=MemberRole.MEMBER).id
    add_address(bo)
    with transaction() as session:
        member = session.get_one(Member, bo)
        member.left_at = member.joined_at + DAY
    effects.read_calendars(NOON + DAY)
    assert len(elsewhere.asked) == 1


def test_nobody_reads_what_somebody_else_reads_already(ana, elsewhere):
    add_address(ana)
    with transaction() as session:
        assert commands.lease(session, the_calendar().id, now=NOON) is None


# What a member may have


def test_a_file_takes_the_place_of_the_one_of_its_name(session):
    member = make_provider(session).members[0]
    other = Interval(NOON + DAY, NOON + DAY + HOUR)
    for times in ([LUNCH], [LUNCH, other], [other]):
        commands.add_file(session, member, name="Private", found=BusyTimes(times), now=NOON)
        assert list(queries.busy_times_of(session, queries.calendars_of(session, member.id)[0].id)) == times
    assert len(queries.calendars_of(session, member.id)) == 1


def test_names_are_told_apart_and_their_number_is_limited(session):
    member = make_provider(session).members[0]
    commands.add_address(session, member, name="Private", address=ADDRESS, now=NOON)
    for add in (
        lambda: commands.add_address(session, member, name="Private", address=ADDRESS, now=NOON),
        lambda: commands.add_file(session, member, name="Private", found=BusyTimes([]), now=NOON),
    ):
        with pytest.raises(InvalidInput):
            add()
    for number in range(MAX_CALENDARS - 1):
        commands.add_file(session, member, name=str(number), found=BusyTimes([]), now=NOON)
    with pytest.raises(TooManyCalendars):
        commands.add_file(session, member, name="One more", found=BusyTimes([]), now=NOON)


def test_times_that_overlap_are_noticed(session):
    member = make_provider(session).members[0]
    make_other_calendar(session, member, LUNCH, Interval(NOON, NOON + 3 * HOUR))
    [found] = selfchecks.busy_times_that_overlap(session)
    assert found.startswith("busy times of calendar 1 overlap")


# Pages


@pytest.fixture
def as_ana(client, ana):
    with time_machine.travel(NOON, tick=False):
        client.sign_in(reading().get_one(Member, ana).person)
        yield client


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\u202f", " ")


@on_sqlite
def test_a_file_is_read_at_once_and_explained(as_ana):
    sent = {"name": "Private", "file": (BytesIO(ics(LUNCH)), "mine.ics")}
    answer = as_ana.post("/work/hours/calendars/file", data=sent, follow_redirects=True)
    assert "1 busy time until September 8, 2026" in text_of(answer)
    assert "A file, sent on March 10, 2026" in text_of(answer)
    assert "busy now" in text_of(as_ana.get("/work/hours"))
    why = text_of(as_ana.get("/work/hours/why"))
    assert "Busy: another calendar takes this time" in why
    assert "Busy from 12:00 PM to 2:00 PM by Private" in why
    answer = as_ana.post("/work/hours/calendars/1/remove", follow_redirects=True)
    assert "Nothing yet" in text_of(answer)
    assert "open now" in text_of(as_ana.get("/work/hours"))


@on_sqlite
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04", "This is not a calendar file"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT", "The calendar ends in the middle, after line 2."),
        (b"BEGIN:VCALENDAR\nEND:VEVENT", "The calendar is damaged: line 2 ends something that did not begin."),
        (b"", "This is not a calendar file"),
    ],
)
def test_a_file_that_is_none_is_refused_and_the_name_kept(as_ana, content, told):
    sent = {"name": "My own name", "file": (BytesIO(content), "mine.ics")}
    answer = as_ana.post("/work/hours/calendars/file", data=sent)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert 'value="My own name"' in answer.text
    assert kept() == []


@on_sqlite
@pytest.mark.parametrize(("field", "sent"), [("name", ""), ("name", "A" * 61), ("file", "")])
def test_what_is_missing_of_a_file_is_named(as_ana, field, sent):
    whole = {"name": "Family", "file": (BytesIO(ics(LUNCH)), "mine.ics")}
    answer = as_ana.post("/work/hours/calendars/file", data={**whole, field: sent})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert kept() == []


@on_sqlite
def test_an_address_is_read_at_once_and_never_shown_again(as_ana, elsewhere):
    sent = {"name": "Google", "address": f"  {ADDRESS}"}
    answer = as_ana.post("/work/hours/calendars/address", data=sent, follow_redirects=True)
    assert "calendar.example.test" in text_of(answer)
    assert "secret-7" not in answer.text
    assert "1 busy time until" in text_of(answer)


@on_sqlite
def test_an_address_that_does_not_answer_is_kept_and_tried_again(as_ana, elsewhere):
    elsewhere.content = NotRead(Trouble.STATUS, 404)
    sent = {"name": "Google", "address": ADDRESS}
    answer = text_of(as_ana.post("/work/hours/calendars/address", data=sent, follow_redirects=True))
    assert "could not be read yet" in answer
    assert "The answer was 404. Look whether the calendar is still shared" in answer
    assert "Nothing is known of it" in answer
    assert "Google can not be read at present." in text_of(as_ana.get("/work/hours"))


@on_sqlite
def test_every_problem_has_its_words(as_ana):
    with as_ana.application.test_request_context():
        assert all(problem_of(problem, 7) for problem in (*Trouble, *Problem))
