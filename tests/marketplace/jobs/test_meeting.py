"""Where a session takes place, what calendars are told of it, and that both sides are reminded once."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, effects, queries
from marketplace.jobs.models import Job, SessionReminder
from marketplace.kernel import mail
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.kernel.money import Money
from providers.availability import commands as availability
from providers.profiles.models import Member
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_person
from tests.factories.jobs import FOR_QUOTES, Life, choose, make_market, make_partner
from tests.factories.profiles import make_member
from tests.factories.sessions import AN_HOUR, START, booked, event_of, with_calendar
from tests.plugins.racing import done, in_transaction, on_postgresql, race

LINK = "https://meet.example/bo?room=7"
SOON = "Tomorrow: Uploads stop at 99 %"
AT_ONCE = "Within the hour: Uploads stop at 99 %"


@pytest.fixture
def market(app, sandbox):
    """A market of guided sessions, whose customer reads letters."""
    with transaction() as session:
        market = make_market(session, service_kind=ServiceKind.SESSION)
        session.get_one(Person, market.customer_id).email = "ana@example.test"
    return market


@pytest.fixture
def partner_id(market):
    """Bo, who holds sessions of an hour."""
    with transaction() as session:
        bo = make_person(session, name="Bo", email="bo@example.test", password="a good long phrase")
        return make_partner(session, market, name="Bo Helps", sells=AN_HOUR, person=bo).id


@pytest.fixture
def life(market, partner_id):
    """A session that is booked, in two days."""
    return booked(market, partner_id)


def set_link(life, link, member_id=None):
    with transaction() as session:
        member = session.get_one(Member, member_id) if member_id else life.member(session)
        commands.set_call_link(session, life.reference, member=member, call_link=link, now=NOON)


def view(life, person_id, *, is_staff=False):
    reading().rollback()
    return queries.view_request(reading(), life.reference, person_id=person_id, is_staff=is_staff)


def bo_id(life):
    reading().rollback()
    return queries.job_of(reading(), life.id).member.person_id


# Invitations


def test_both_are_invited_each_by_the_own_address_only(life, letters):
    [to_customer], [to_member] = with_calendar(letters("ana")), with_calendar(letters("bo"))
    uids = set()
    for letter, own, other in ((to_customer, "ana@", "bo@"), (to_member, "bo@", "ana@")):
        method, event = event_of(letter)
        assert method == "REQUEST"
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (START, START + HOUR)
        assert str(event["attendee"]) == f"mailto:{own}example.test"
        assert other not in letter["calendar"]["content"].replace("\r\n ", "")
        assert event["organizer"].startswith("mailto:")
        assert int(event["sequence"]) == 0
        uids.add(str(event["uid"]))
    assert len(uids) == 1, "a change reaches what either calendar has"
    assert to_member["subject"] == "A session is booked with you: Uploads stop at 99 %"


def test_who_paid_a_quote_is_invited_too(market, partner_id, letters):
    life = Life(market, starts_at=START)
    life.submit(FOR_QUOTES)
    with transaction() as session:
        offer = queries.view_request(session, life.reference, person_id=market.customer_id, is_staff=False).thinking[0]
        terms = offer.agreed
    life.choose(life.quote(partner_id, terms=terms))
    life.pay()
    assert [event_of(one)[0] for one in with_calendar(letters("ana"))] == ["REQUEST"]
    assert [event_of(one)[0] for one in with_calendar(letters("bo"))] == ["REQUEST"]


def test_the_message_has_the_file_for_calendars_twice_and_reads_as_before(app, life, letters):
    [letter] = with_calendar(letters("ana"))
    message = mail.compose(letter, number=1, now=NOON)
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    inline, attached = (
        part for part in message.walk() if part.get_content_type() in {"text/calendar", "application/ics"}
    )
    assert inline.get_param("method") == "REQUEST"
    assert attached.get_filename() == "session.ics"
    assert attached.get_content() == letter["calendar"]["content"].encode()
    assert "Bo Helps has taken your request" in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("by_partner", [True, False])
def test_a_session_that_does_not_take_place_leaves_both_calendars(life, letters, by_partner):
    before = {to: event_of(*with_calendar(letters(to)))[1] for to in ("ana", "bo")}
    with transaction() as session:
        if by_partner:
            commands.give_back(session, life.reference, member=life.member(session), reason="I am ill.", now=NOON)
        else:
            customer_id, free = life.market.customer_id, Money(0, "EUR")
            commands.cancel(session, life.reference, customer_id=customer_id, reason="I am ill.", fee=free, now=NOON)
    for to in ("ana", "bo"):
        [letter] = with_calendar(letters(to))
        method, event = event_of(letter)
        assert (method, str(event["status"])) == ("CANCEL", "CANCELLED")
        assert event["uid"] == before[to]["uid"]
        assert int(event["sequence"]) > int(before[to]["sequence"])


def test_who_hands_it_on_loses_it_and_the_colleague_gets_it(life, partner_id, letters):
    set_link(life, LINK)
    for to in ("ana", "bo"):
        letters(to)
    with transaction() as session:
        member = life.member(session)
        cy = make_person(session, name="Cy", email="cy@example.test", password="a good long phrase")
        colleague = make_member(session, member.provider, person=cy)
        availability.hold_sessions(
            session, colleague, pause_minutes=0, notice_hours=0, call_link="https://cy.example/call", now=NOON
        )
        commands.hand_on(session, life.reference, member=member, to_id=colleague.id, now=NOON)
    [taken], [given], [told] = (with_calendar(letters(to)) for to in ("bo", "cy", "ana"))
    assert event_of(taken)[0] == "CANCEL"
    assert event_of(given)[0] == event_of(told)[0] == "REQUEST"
    assert str(event_of(told)[1]["location"]) == "https://cy.example/call", "the other's link went with the other"
    assert int(event_of(told)[1]["sequence"]) == 2


# The link


def test_the_link_is_seen_by_the_two_who_meet_and_by_nobody_else(life, partner_id):
    set_link(life, LINK)
    with transaction() as session:
        mate_id = make_member(session, life.member(session).provider).person_id
        support_id = make_person(session).id
    assert view(life, life.market.customer_id).call_link == LINK
    assert view(life, bo_id(life)).call_link == LINK
    assert view(life, mate_id).call_link is None
    assert view(life, support_id, is_staff=True).call_link is None


def test_the_usual_link_counts_unless_the_session_has_its_own(life):
    with transaction() as session:
        availability.hold_sessions(
            session, life.member(session), pause_minutes=0, notice_hours=0, call_link="https://bo.example", now=NOON
        )
    assert view(life, life.market.customer_id).call_link == "https://bo.example"
    set_link(life, LINK)
    assert view(life, life.market.customer_id).call_link == LINK
    set_link(life, None)
    assert view(life, life.market.customer_id).call_link == "https://bo.example"


def test_nobody_sees_a_link_before_it_is_accepted_or_after_it_is_over(market, partner_id, life):
    with transaction() as session:
        availability.hold_sessions(
            session, life.member(session), pause_minutes=0, notice_hours=0, call_link=LINK, now=NOON
        )
    asked = Life(market, starts_at=START + 3 * HOUR)
    asked.submit(choose(partner_id))
    asked.pay()
    assert view(asked, market.customer_id).call_link is None
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="I am ill.", now=NOON)
    assert view(life, market.customer_id).call_link is None


def test_a_new_link_reaches_both_calendars(life, letters):
    for to in ("ana", "bo"):
        letters(to)
    set_link(life, LINK)
    for to in ("ana", "bo"):
        [letter] = letters(to)
        _method, event = event_of(letter)
        assert str(event["location"]) == str(event["url"]) == LINK
        assert int(event["sequence"]) == 1
        assert any(LINK in one for one in letter["paragraphs"])
    set_link(life, LINK)
    assert letters("ana") == [], "nothing has changed"


def test_only_the_member_who_holds_a_session_gives_it_a_link(life, market):
    with transaction() as session:
        mate_id = make_member(session, life.member(session).provider).id
    with pytest.raises(NotFound):
        set_link(life, LINK, mate_id)
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="I am ill.", now=NOON)
    with pytest.raises(IllegalMove):
        set_link(life, LINK)


# Pages and calls


def test_the_page_of_the_customer_shows_the_link_and_gives_the_file(life, browse, client):
    set_link(life, LINK)
    path = f"/requests/{life.reference}"
    assert f'href="{LINK.replace("&", "&amp;")}"' in browse.get(path).text
    answer = browse.get(f"{path}/session.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    [event] = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 3, 12, 14, tzinfo=UTC)
    assert "attendee" not in event


def test_the_page_of_the_member_sets_the_link(life, client):
    reading().rollback()
    client.sign_in(queries.job_of(reading(), life.id).member.person)
    path = f"/requests/{life.reference}"
    assert "There is no link yet" in client.get(path).text
    refused = client.post(f"{path}/call-link", data={"call_link": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "begins with https://" in refused.text
    assert client.post(f"{path}/call-link", data={"call_link": LINK}).status_code == 302
    assert LINK in client.get(path).text


def test_the_api_gives_the_link_to_the_customer(life, call):
    set_link(life, LINK)
    assert call(f"/requests/{life.reference}").json["call_link"] == LINK


@pytest.mark.parametrize(
    "link",
    [
        "http://meet.example/bo", "https://", "https://localhost", "https://bo:secret@meet.example/", "meet.example",
        "https://meet.example/a b", 'https://meet.example/"onclick=', "https://meet.example/\u202e", "//meet.example",
        "https://meet.example/" + "a" * 500, "https://meet.example:99999999/", "https://-meet.example/",
        "https://meet.example/\r\nATTENDEE:x",
    ],
)  # fmt: skip
def test_what_is_no_safe_address_is_refused(life, client, link):
    reading().rollback()
    client.sign_in(queries.job_of(reading(), life.id).member.person)
    answer = client.post("/work/hours/sessions", data={"pause_minutes": "0", "notice_hours": "0", "call_link": link})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "link",
    [
        "https://meet.example",
        "https://us02web.zoom.us/j/123?pwd=kKsS.1",
        "https://meet.jit.si/Ask'Ana(1)#config.x=true",
        "https://teams.example/l/meetup-join/19%3ameeting_a@thread.v2/0?context=%7b%22Tid%22%3a%7d",
        "https://call.example:8443/[room]~1;a=b",
    ],
)
def test_what_people_paste_is_taken(life, client, link):
    reading().rollback()
    client.sign_in(queries.job_of(reading(), life.id).member.person)
    answer = client.post("/work/hours/sessions", data={"pause_minutes": "0", "notice_hours": "0", "call_link": link})
    assert answer.status_code == 302
    assert view(life, life.market.customer_id).call_link == link


# Reminders


def test_both_are_reminded_a_day_and_an_hour_ahead_once_each(life, letters):
    for to in ("ana", "bo"):
        letters(to)
    effects.remind(START - DAY - MINUTE)
    assert letters("ana") == letters("bo") == []
    for moment, subject in ((START - DAY, SOON), (START - HOUR, AT_ONCE)):
        for _round in range(2):
            effects.remind(moment)
        assert [one["subject"] for one in letters("ana")] == [subject]
        assert [one["subject"] for one in letters("bo")] == [subject]
    effects.remind(START)
    assert letters("ana") == []


def test_who_books_late_is_reminded_only_of_what_is_still_to_come(market, partner_id, letters):
    booked(market, partner_id, NOON + 4 * HOUR)
    letters("ana")
    effects.remind(NOON + MINUTE)
    assert letters("ana") == []
    effects.remind(NOON + 3 * HOUR)
    assert [one["subject"] for one in letters("ana")] == [AT_ONCE]


def test_after_a_pause_of_the_worker_only_the_nearest_reminder_is_sent(life, letters):
    letters("ana")
    effects.remind(START - 30 * MINUTE)
    assert [one["subject"] for one in letters("ana")] == [AT_ONCE]


def test_nobody_is_reminded_of_what_is_called_off(life, letters):
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="I am ill.", now=NOON)
    letters("ana")
    effects.remind(START - HOUR)
    assert letters("ana") == []


def test_the_database_keeps_one_reminder_of_a_start(life):
    reading().rollback()
    job_id = reading().query(Job.id).scalar()
    facts = {"job_id": job_id, "starts_at": START, "hours_before": 24, "at": NOON}
    with transaction() as session:
        session.execute(insert(SessionReminder), facts)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(SessionReminder), facts)


@on_postgresql
def test_two_workers_remind_once(app, life, letters):
    letters("ana")
    reminding = in_transaction(lambda session: commands.remind_of_session(session, life.id, now=START - DAY))
    assert len(done(race(app, reminding, reminding))) == 2
    assert [one["subject"] for one in letters("ana")] == [SOON]
