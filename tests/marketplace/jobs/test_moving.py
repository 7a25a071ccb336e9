"""Sessions that are moved: at once in good time, with the other side's word after that, and never both."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import Side
from marketplace.jobs import commands, effects, moving, queries, selfchecks
from marketplace.jobs.models import Job, SessionMove
from marketplace.jobs.moving import (
    MOST_FREE_MOVES,
    MOST_PROPOSALS,
    AnswerIsTheirs,
    EnoughProposed,
    MoveOpen,
    MoveStatus,
    NothingToMove,
)
from marketplace.jobs.terms import TimeIsGone, kept_percent
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound
from marketplace.kernel.money import Money
from providers.availability import commands as availability
from providers.availability.models import Booking
from providers.availability.rules import Interval
from providers.availability.selfchecks import members_booked_twice
from providers.profiles.models import Provider
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_person
from tests.factories.jobs import Life, make_market, make_partner
from tests.factories.profiles import make_member
from tests.factories.sessions import AN_HOUR, START, booked, event_of
from tests.plugins.racing import broken_checks, done, in_transaction, on_postgresql, race

LATER = START + DAY
LATE = START - 3 * HOUR  # Too late to move it without asking.


@pytest.fixture
def market(app, sandbox, request):
    """A market of guided sessions, whose customer reads letters, and whose books balance in the end."""
    with transaction() as session:
        market = make_market(session, service_kind=ServiceKind.SESSION)
        session.get_one(Person, market.customer_id).email = "ana@example.test"
    yield market
    assert "guards" in request.fixturenames or not broken_checks()


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


@pytest.fixture
def clock():
    """The clock of pages, which stands at noon until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def job_of(life):
    reading().rollback()
    return queries.job_of(reading(), life.id)


def bo_id(life):
    return job_of(life).member.person_id


def moves(life):
    return queries.moves_of(reading(), job_of(life))


def move(life, starts_at, *, by=None, now=NOON):
    """Move it, or propose that; the customer does, unless somebody else is named."""
    with transaction() as session:
        person_id = by or life.market.customer_id
        commands.move_session(session, life.reference, person_id=person_id, starts_at=starts_at, now=now)


def answer(command, life, *, by=None, number=1, now=LATE):
    with transaction() as session:
        command(session, life.reference, number, person_id=by or life.market.customer_id, now=now)


def view(life, person_id):
    reading().rollback()
    return queries.view_request(reading(), life.reference, person_id=person_id, is_staff=False)


# At once


def test_in_good_time_the_customer_moves_it_without_asking(life, letters):
    for to in ("ana", "bo"):
        letters(to)
    move(life, LATER, now=moving.free_until(START))
    job = job_of(life)
    assert job.starts_at == life.request.starts_at == LATER
    assert [(one.starts_at, one.ends_at) for one in reading().query(Booking)] == [(LATER, LATER + HOUR)]
    [made] = moves(life)
    assert (made.side, made.is_free, made.status, made.from_at) == (Side.CUSTOMER, True, MoveStatus.MOVED, START)
    for to in ("ana", "bo"):
        [letter] = letters(to)
        assert letter["subject"] == "Your session is moved: Uploads stop at 99 %"
        method, event = event_of(letter)
        assert (method, event.decoded("dtstart"), int(event["sequence"])) == ("REQUEST", LATER, 1)
        assert any("Before, it was on Thursday" in one for one in letter["paragraphs"])


def test_as_long_as_calling_off_is_free_so_is_moving_and_no_longer():
    until = moving.free_until(START)
    assert kept_percent(START, until) == 0
    assert kept_percent(START, until + MINUTE) > 0
    assert moving.may_move_freely(START, 0, until)
    assert not moving.may_move_freely(START, 0, until + timedelta.resolution)


def test_only_a_few_times(life):
    for number in range(MOST_FREE_MOVES):
        move(life, LATER + number * HOUR)
    move(life, START)
    assert [one.is_free for one in moves(life)] == [True] * MOST_FREE_MOVES + [False]
    assert job_of(life).starts_at == LATER + (MOST_FREE_MOVES - 1) * HOUR, "now the partner is asked"


def test_moving_it_to_where_it_is_changes_nothing(life, letters):
    letters("bo")
    move(life, START)
    move(life, LATER)
    move(life, LATER)
    assert len(moves(life)) == 1
    assert len(letters("bo")) == 1


def test_half_an_hour_later_is_free_though_it_overlaps_what_is_booked(life):
    move(life, START + 30 * MINUTE)
    assert job_of(life).starts_at == START + 30 * MINUTE


def test_what_is_not_free_is_refused(market, partner_id, life):
    other = booked(market, partner_id, LATER)
    with pytest.raises(TimeIsGone):
        move(life, LATER + 15 * MINUTE)
    with pytest.raises(TimeIsGone):
        move(life, LATER.replace(hour=22))  # At night.
    assert (job_of(life).starts_at, job_of(other).starts_at) == (START, LATER)
    assert moves(life) == []


@pytest.mark.parametrize("starts_at", [NOON + HOUR, NOON + 57 * DAY, LATER + 5 * MINUTE, NOON - DAY])
def test_a_start_that_nobody_could_ask_for_is_named(life, starts_at):
    with pytest.raises(InvalidInput) as refused:
        move(life, starts_at)
    assert list(refused.value.fields) == ["starts_at"]


def test_the_notice_of_the_partner_counts_unless_the_partner_is_asked(life):
    with transaction() as session:
        member = life.member(session)
        availability.hold_sessions(session, member, pause_minutes=0, notice_hours=48, call_link=None, now=NOON)
    with pytest.raises(TimeIsGone):
        move(life, NOON + 6 * HOUR)
    move(life, NOON + 6 * HOUR, by=bo_id(life))
    assert moves(life)[0].status is MoveStatus.PROPOSED


def test_times_to_move_to_are_those_that_can_be_moved_to(market, partner_id, life):
    booked(market, partner_id, LATER)
    job = job_of(life)
    found = queries.times_to_move_to(reading(), job, day_of(LATER), NOON, asks=False)
    assert found
    assert START not in queries.times_to_move_to(reading(), job, day_of(START), NOON, asks=False)
    quarters = [day_of(LATER).start + number * 15 * MINUTE for number in range(24 * 4)]
    free = [one for one in quarters if queries.is_free_to_move(reading(), job, one, NOON, asks=False)]
    assert found == free
    assert LATER not in found


def day_of(moment):
    start = moment.replace(hour=0)
    return Interval(start, start + DAY)


def test_reminders_come_before_the_new_start_once_more(life, letters):
    effects.remind(START - DAY)
    move(life, LATER, by=bo_id(life), now=START - DAY)
    answer(commands.agree_to_move, life, now=START - DAY)
    letters("ana")
    effects.remind(START - HOUR)
    assert letters("ana") == []
    effects.remind(LATER - HOUR)
    assert [one["subject"] for one in letters("ana")] == ["Within the hour: Uploads stop at 99 %"]


def test_what_calling_off_costs_is_counted_from_the_new_start(life):
    move(life, LATER)
    with transaction() as session:
        nothing = Money(0, "EUR")
        customer_id = life.market.customer_id
        commands.cancel(session, life.reference, customer_id=customer_id, reason="I am ill.", fee=nothing, now=LATE)
    life.work()
    assert life.hold.kept == Money(0, "EUR")


# When the other side agrees


def test_late_the_partner_is_asked_and_agrees(life, letters):
    for to in ("ana", "bo"):
        letters(to)
    move(life, LATER, now=LATE)
    assert job_of(life).starts_at == START, "it stays until there is an answer"
    [asked] = letters("bo")
    assert asked["subject"] == "Another time for your session? Uploads stop at 99 %"
    assert letters("ana") == []
    answer(commands.agree_to_move, life, by=bo_id(life))
    assert job_of(life).starts_at == LATER
    for to in ("ana", "bo"):
        assert event_of(letters(to)[0])[1].decoded("dtstart") == LATER


def test_the_partner_asks_at_any_time_and_the_customer_declines(life, letters):
    move(life, LATER, by=bo_id(life))
    letters("bo")
    answer(commands.decline_move, life, now=NOON)
    assert job_of(life).starts_at == START
    assert moves(life)[0].status is MoveStatus.DECLINED
    [told] = letters("bo")
    assert "does not agree" in told["paragraphs"][1]


def test_who_has_proposed_takes_it_back_and_the_other_is_told(life, letters):
    move(life, LATER, by=bo_id(life))
    letters("ana")
    answer(commands.withdraw_move, life, by=bo_id(life), now=NOON)
    assert moves(life)[0].status is MoveStatus.WITHDRAWN
    assert "any more" in letters("ana")[0]["paragraphs"][1]


def test_nobody_answers_for_the_other_side(life):
    move(life, LATER, by=bo_id(life))
    for command in (commands.agree_to_move, commands.decline_move):
        with pytest.raises(AnswerIsTheirs):
            answer(command, life, by=bo_id(life), now=NOON)
    with pytest.raises(AnswerIsTheirs):
        answer(commands.withdraw_move, life, now=NOON)
    assert moves(life)[0].status is MoveStatus.PROPOSED


def test_one_proposal_at_a_time_and_another_of_the_other_side_takes_its_place(life):
    move(life, LATER, by=bo_id(life), now=LATE)
    move(life, LATER, by=bo_id(life), now=LATE)
    with pytest.raises(MoveOpen):
        move(life, LATER + HOUR, by=bo_id(life), now=LATE)
    move(life, LATER + 2 * HOUR, now=LATE)
    assert [one.status for one in moves(life)] == [MoveStatus.DECLINED, MoveStatus.PROPOSED]
    with pytest.raises(IllegalMove):
        answer(commands.agree_to_move, life)
    answer(commands.agree_to_move, life, by=bo_id(life), number=2)
    assert job_of(life).starts_at == LATER + 2 * HOUR


def test_nobody_is_asked_without_end(life):
    for number in range(1, MOST_PROPOSALS + 1):
        move(life, LATER, by=bo_id(life))
        answer(commands.withdraw_move, life, by=bo_id(life), number=number, now=NOON)
    with pytest.raises(EnoughProposed):
        move(life, LATER, by=bo_id(life))
    move(life, LATER, now=LATE)
    assert moves(life)[-1].status is MoveStatus.PROPOSED, "the other side still may"


def test_whoever_moves_it_without_asking_has_answered(life):
    move(life, LATER, by=bo_id(life))
    move(life, LATER + HOUR)
    assert [one.status for one in moves(life)] == [MoveStatus.DECLINED, MoveStatus.MOVED]


def test_silence_leaves_it_where_it_is(life, letters):
    move(life, LATER, now=LATE)
    effects.lapse_moves(START - MINUTE)
    assert moves(life)[0].status is MoveStatus.PROPOSED
    letters("ana")
    for _round in range(2):
        effects.lapse_moves(START)
    assert moves(life)[0].status is MoveStatus.LAPSED
    [told] = letters("ana")
    assert "has not answered" in told["paragraphs"][1]
    assert job_of(life).starts_at == START


def test_a_time_before_the_agreed_one_can_be_agreed_to_only_until_it_comes(life):
    earlier = START - DAY
    move(life, earlier, by=bo_id(life))
    with pytest.raises(NothingToMove):
        answer(commands.agree_to_move, life, now=earlier)
    effects.lapse_moves(earlier)
    assert moves(life)[0].status is MoveStatus.LAPSED


def test_what_was_free_and_is_not_any_more_is_not_agreed_to(market, partner_id, life):
    move(life, LATER, by=bo_id(life))
    booked(market, partner_id, LATER)
    with pytest.raises(TimeIsGone):
        answer(commands.agree_to_move, life, now=NOON)
    assert moves(life)[0].status is MoveStatus.PROPOSED


@pytest.mark.parametrize("way", ["begun", "called off", "handed on"])
def test_there_is_nothing_to_agree_to_once_it_is_another_session_or_none(life, way):
    move(life, LATER, by=bo_id(life))
    with transaction() as session:
        member = life.member(session)
        if way == "called off":
            commands.give_back(session, life.reference, member=member, reason="I am ill.", now=NOON)
        if way == "handed on":
            colleague = make_member(session, member.provider, person=make_person(session))
            commands.hand_on(session, life.reference, member=member, to_id=colleague.id, now=NOON)
    with pytest.raises(NothingToMove if way == "begun" else IllegalMove):
        answer(commands.agree_to_move, life, now=START if way == "begun" else NOON)
    if way == "begun":
        with pytest.raises(NothingToMove):
            move(life, LATER, now=START)


def test_only_the_two_who_hold_it_move_it(life):
    with transaction() as session:
        mate_id = make_member(session, life.member(session).provider).person_id
        stranger_id = make_person(session).id
    for person_id in (mate_id, stranger_id):
        with pytest.raises(NotFound):
            move(life, LATER, by=person_id)
    with pytest.raises(NotFound):
        answer(commands.agree_to_move, life, number=7)


# Whatever they do

STEPS = st.tuples(
    st.sampled_from(["customer", "partner"]),
    st.sampled_from(["move", "agree", "decline", "withdraw", "wait"]),
    st.integers(0, 8 * 4 * 3),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_is_always_booked_when_it_is_and_moved_late_only_by_both(app, market, steps):
    with transaction() as session:
        partner_id = make_partner(session, market, sells=AN_HOUR).id
    life, now = booked(market, partner_id), NOON
    people = {"customer": market.customer_id, "partner": bo_id(life)}
    asked_by = {}
    for who, what, quarters in steps:
        before = job_of(life).starts_at
        if what == "wait":
            now += quarters * 15 * MINUTE
            effects.lapse_moves(now)
            continue
        is_moved = attempt(life, people[who], what, quarters, now)
        after = job_of(life).starts_at
        latest = moves(life)[-1] if moves(life) else None
        if latest is not None and latest.status is MoveStatus.PROPOSED:
            asked_by[latest.number] = who
        if after != before:
            assert is_moved
            is_alone = latest.is_free and who == "customer" and now <= moving.free_until(before)
            is_agreed = what == "agree" and asked_by[latest.number] != who
            assert is_alone or is_agreed
        check_all(life, after)


def attempt(life, person_id, what, quarters, now):
    """Do one thing, or be told why not."""
    try:
        if what == "move":
            move(life, (START - DAY).replace(hour=8) + quarters * 15 * MINUTE, by=person_id, now=now)
        else:
            command = {"agree": commands.agree_to_move, "decline": commands.decline_move}
            number = len(moves(life)) or 1
            answer(command.get(what, commands.withdraw_move), life, by=person_id, number=number, now=now)
    except DomainError:
        return False
    return True


def check_all(life, starts_at):
    made = moves(life)
    assert reading().query(Booking.starts_at).filter_by(request_id=life.id).scalar() == starts_at
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert sum(one.is_free for one in made) <= MOST_FREE_MOVES
    done_ones = [one for one in made if one.status is MoveStatus.MOVED]
    in_order = sorted(done_ones, key=lambda one: (one.answered_at, one.number))
    assert [one.from_at for one in in_order] == [START, *(one.to_at for one in in_order)][: len(in_order)]
    assert starts_at == (in_order[-1].to_at if in_order else START)
    assert selfchecks.sessions_that_are_not_booked_where_they_are(reading()) == []


# Two at once


def moving_to(life, starts_at, by):
    return in_transaction(
        lambda session: commands.move_session(session, life.reference, person_id=by, starts_at=starts_at, now=NOON)
    )


@on_postgresql
def test_of_two_sessions_that_are_moved_to_the_same_time_one_is(app, market, partner_id, life):
    other = booked(market, partner_id, START + 2 * HOUR)
    customer_id = market.customer_id
    outcomes = race(app, moving_to(life, LATER, customer_id), moving_to(other, LATER, customer_id))
    assert len(done(outcomes)) == 1
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [TimeIsGone]
    assert max(one.starts_at for one in reading().query(Booking)) == LATER


@on_postgresql
def test_without_the_lock_on_the_member_both_are(app, market, partner_id, life, guards):
    other = booked(market, partner_id, START + 2 * HOUR)
    customer_id = market.customer_id
    guards.locks_off("member", meets=False)
    guards.meet_at_commit()
    outcomes = race(app, moving_to(life, LATER, customer_id), moving_to(other, LATER, customer_id))
    assert len(done(outcomes)) == 2
    assert len(members_booked_twice(reading())) == 1


@on_postgresql
def test_one_side_moves_it_while_the_other_agrees_and_both_are_told_the_truth(app, market, life):
    move(life, LATER, by=bo_id(life))
    agreeing = in_transaction(
        lambda session: commands.agree_to_move(session, life.reference, 1, person_id=market.customer_id, now=NOON)
    )
    outcomes = race(app, agreeing, moving_to(life, LATER + HOUR, market.customer_id))
    moved = [one for one in moves(life) if one.status is MoveStatus.MOVED]
    assert len(moved) == len(done(outcomes))
    assert job_of(life).starts_at in {LATER, LATER + HOUR}
    check_all(life, job_of(life).starts_at)


# What the database keeps


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_at": START},
        {"side": Side.HOUSE},
        {"answered_at": NOON},
        {"status": MoveStatus.MOVED},
        {"is_free": True},
        {"number": 1},
        {"number": 3},
    ],
)
def test_the_database_takes_no_other_move(life, wrong):
    move(life, LATER, by=bo_id(life), now=LATE)
    facts = {
        "job_id": job_of(life).id,
        "number": 2,
        "side": Side.CUSTOMER,
        "person_id": life.market.customer_id,
        "is_free": False,
        "from_at": START,
        "to_at": LATER,
        "status": MoveStatus.PROPOSED,
        "proposed_at": NOON,
    }
    if wrong != {"number": 3}:  # There, one is open already.
        answer(commands.withdraw_move, life, by=bo_id(life))
    with transaction() as session, pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(SessionMove), {**facts, **wrong})


def test_a_session_that_is_not_booked_when_it_is_is_found(life):
    assert selfchecks.sessions_that_are_not_booked_where_they_are(reading()) == []
    with transaction() as session:
        for changed in ({"starts_at": LATER}, {"starts_at": START}):
            session.execute(update(Job).values(**changed))
            wrong = selfchecks.sessions_that_are_not_booked_where_they_are(session)
            assert len(wrong) == (changed["starts_at"] == LATER)


# Pages and calls


def test_the_customer_moves_it_on_a_page(clock, life, browse):
    path = f"/requests/{life.reference}"
    assert "Move it to another time" in browse.get(path).text
    page = browse.get(f"{path}/move").text
    assert "It is moved at once. You may do so without asking 3 more times." in page
    taken = browse.post(f"{path}/move", data={"starts_at": "2026-03-13T22:00Z"})
    assert taken.status_code == 409
    assert "not free any more" in taken.text
    assert browse.post(f"{path}/move", data={"starts_at": "soon"}).status_code == 422
    assert browse.post(f"{path}/move", data={"starts_at": "2026-03-13T14:00Z"}).status_code == 302
    assert "Earlier times" in browse.get(path).text
    assert job_of(life).starts_at == LATER


def test_the_partner_asks_on_a_page_and_the_customer_answers(clock, life, client):
    bo, customer = reading().get_one(Person, bo_id(life)), reading().get_one(Person, life.market.customer_id)
    path = f"/requests/{life.reference}"
    client.sign_in(bo)
    assert "has to agree" in client.get(f"{path}/move").text
    client.post(f"{path}/move", data={"starts_at": "2026-03-13T14:00Z"})
    assert "Take it back" in client.get(path).text
    assert "Move it to another time" not in client.get(path).text
    client.sign_in(customer)
    page = client.get(path).text
    assert "Another time for the session?" in page
    assert "Agree to the new time" in page
    assert client.post(f"{path}/moves/1/agree").status_code == 302
    assert client.post(f"{path}/moves/1/agree").status_code == 409
    assert job_of(life).starts_at == LATER


def test_lists_say_where_an_answer_is_awaited_and_from_whom(clock, life, client):
    asks = "Another time for the session?"
    bo, customer = reading().get_one(Person, bo_id(life)), reading().get_one(Person, life.market.customer_id)
    move(life, LATER, by=bo.id)
    client.sign_in(customer)
    assert asks in client.get("/requests").text
    client.sign_in(bo)
    assert asks not in client.get("/work").text
    move(life, LATER + HOUR, now=LATE)  # Instead of that.
    assert asks in client.get("/work").text
    client.sign_in(customer)
    assert asks not in client.get("/requests").text


def test_what_has_begun_has_no_page_for_moving(clock, life, client):
    clock.move_to(START)
    client.sign_in(reading().get_one(Person, life.market.customer_id))
    path = f"/requests/{life.reference}"
    assert client.get(f"{path}/move").status_code == 409
    assert "Move it to another time" not in client.get(path).text


def test_the_same_by_json(clock, life, call):
    path = f"/requests/{life.reference}"
    before = call(path).json
    assert before["moves"] == []
    assert before["moves_freely_until"] == moving.free_until(START).isoformat()
    slots = call(f"{path}/moves/slots?timezone=Europe/Madrid&from=2026-03-13&days=1").json
    assert slots["provider"] == life.request.provider.slug
    assert "2026-03-13T14:00:00+00:00" in [one["starts_at"] for one in slots["days"][0]["slots"]]
    after = call(f"{path}/moves", {"starts_at": "2026-03-13T14:00Z"}).json
    assert after["starts_at"] == LATER.isoformat()
    assert [(one["number"], one["side"], one["status"]) for one in after["moves"]] == [(1, "customer", "moved")]
    move(life, START, by=bo_id(life))
    assert call(f"{path}/moves/2/withdraw", {}).status_code == 403
    assert call(f"{path}/moves/2/decline", {}).json["moves"][1]["status"] == "declined"
    assert call(f"{path}/moves/9/agree", {}).status_code == 404


def test_the_rule_is_published_before_anybody_pays(clock, market, partner_id, browse):
    draft = Life(market, starts_at=START)
    slug = reading().get_one(Provider, partner_id).slug
    page = browse.get(f"/requests/{draft.reference}/check?mode=chosen&provider={slug}").text
    assert "You may move it without asking until" in page
    assert "up to 3 times. After that your partner has to agree." in page


def test_who_reads_a_request_sees_its_moves(life):
    move(life, LATER, by=bo_id(life))
    assert view(life, life.market.customer_id).open_move.to_at == LATER
