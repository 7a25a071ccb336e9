"""What is noticed in attempts: kept once, shown to staff but never to whom it is about, put aside for good."""

from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa
import time_machine

from certification.exams import commands, effects
from certification.exams import queries_of_signals as queries
from certification.exams.commands.noticing import PutAsideAlready, notice, put_aside
from certification.exams.models_of_signals import ExamSignal
from certification.exams.rules.signals import SignalKind
from certification.exams.wording_of_signals import seen_in_words
from marketplace.accounts.commands import issue_token
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import RIGHT, WRONG, make_choices, make_exam, shown
from tests.plugins.racing import done, in_transaction, on_postgresql, race, refused

LATER = NOON + DAY
SIGNALS = "/vendor/certification/signals"
QUESTIONS = 12


class Hall:
    """An exam that many take, each from a place of their own unless it is said otherwise."""

    def __init__(self, session, questions=QUESTIONS):
        self.session, self.questions = session, questions
        entries = make_choices(questions)
        self.exam = make_exam(session, entries=entries, parts=(("", None, questions),), pass_percent=50)
        self.staff = make_staff(session, "certification")

    def take(self, answers, *, person=None, place=None, minutes=20, began_at=NOON):
        """Let somebody give these answers, by the order of the questions in the bank, evenly over the time."""
        person = person or make_person(self.session)
        traces = commands.Traces(*(place or (f"n{person.id}", f"d{person.id}")))
        facts = {"person_id": person.id, "traces": traces, "now": began_at, "luck": Random(person.id)}
        attempt = commands.start(self.session, self.exam.track.slug, **facts)
        asked = sorted(attempt.questions, key=lambda one: one.question_id)
        step = timedelta(minutes=minutes) / len(asked)
        for number, (one, own) in enumerate(zip(asked, answers, strict=True), start=1):
            said = {"posted": shown(one, own), "sequence": 1, "now": began_at + number * step}
            commands.answer(self.session, attempt.reference, one.position, person_id=person.id, **said)
        ended_at = began_at + timedelta(minutes=minutes)
        return commands.submit(self.session, attempt.reference, person_id=person.id, now=ended_at)

    def crowd(self, right=2):
        """Let many take it, each with other mistakes."""
        luck = Random(1)
        for _number in range(14):
            self.take(luck.choices([RIGHT, WRONG, "odd"], [right, 1, 1], k=self.questions))

    def notice(self, now=LATER):
        return notice(self.session, self.exam.track_id, now=now)

    def seen(self, kind, but_of=0):
        found = queries.open_signals(self.session, but_of=but_of, limit=99)
        return [(one.attempt_id, one.other_id) for one in found if one.kind is kind]


@pytest.fixture
def hall(session):
    return Hall(session)


def test_two_persons_in_one_place_are_noticed_once(hall):
    one, other = (hall.take([RIGHT] * QUESTIONS, place=("n", "d")) for _number in range(2))
    assert hall.notice() == 1
    assert hall.notice() == 0
    assert hall.seen(SignalKind.SAME_PLACE) == [(one.id, other.id)]


def test_the_same_wrong_answers_are_noticed_whatever_order_they_were_shown_in(session):
    hall = Hall(session, questions=24)
    hall.crowd(right=0.5)
    one, other = (hall.take([WRONG, "odd", "odd"] * 8) for _number in range(2))
    hall.notice()
    assert hall.seen(SignalKind.SAME_ANSWERS) == [(one.id, other.id)]
    [found] = queries.of_attempt(hall.session, one.id, but_of=0)
    assert "Both got 24 questions wrong, and answered 24 alike" in seen_in_words(found)


def test_a_good_attempt_in_no_time_is_noticed(hall):
    hall.crowd()
    fast = hall.take([RIGHT] * QUESTIONS, minutes=2)
    hall.take([WRONG] * QUESTIONS, minutes=1)
    hall.notice()
    assert hall.seen(SignalKind.SPEED) == [(fast.id, None)]


def test_a_question_that_all_are_asked_is_noticed_unless_it_is_on_trial(hall, monkeypatch):
    monkeypatch.setattr("certification.exams.rules.signals.spread.LEAST_ASKED", 3)
    monkeypatch.setattr(queries, "questions_to_draw", lambda _session, _exam_id: QUESTIONS + 1)
    attempts = [hall.take([RIGHT] * QUESTIONS) for _number in range(4)]
    known = attempts[0].questions[0].question_id
    for asked in (asked for attempt in attempts for asked in attempt.questions):
        asked.is_scored = asked.question_id == known
    hall.session.flush()
    hall.notice()
    found = queries.open_signals(hall.session, but_of=0, limit=99)
    assert [one.question_id for one in found if one.kind is SignalKind.EXPOSED] == [known]


def test_what_was_voided_or_put_aside_does_not_come_back(hall):
    for _number in range(2):
        hall.take([RIGHT] * QUESTIONS, place=("n", "d"))
    one, _other = (hall.take([WRONG] * QUESTIONS, place=("m", "e")) for _number in range(2))
    hall.notice()
    assert queries.count_open(hall.session, but_of=0) == 2
    commands.void(hall.session, one, reason="He said so", by=hall.staff.id, now=LATER)
    [left] = queries.open_signals(hall.session, but_of=0, limit=9)
    put_aside(hall.session, left.id, note="Two of one office", by=hall.staff.id, now=LATER)
    hall.session.expire_all()
    assert (hall.notice(), queries.count_open(hall.session, but_of=0)) == (0, 0)
    assert [one.aside_note for one in queries.put_aside(hall.session, but_of=0, limit=9)] == ["Two of one office"]
    with pytest.raises(PutAsideAlready):
        put_aside(hall.session, left.id, note="Again", by=hall.staff.id, now=LATER)


def test_nobody_sees_or_decides_what_is_about_them(hall):
    hall.take([RIGHT] * QUESTIONS, place=("n", "d"), person=hall.staff)
    hall.take([RIGHT] * QUESTIONS, place=("n", "d"))
    hall.notice()
    [found] = queries.open_signals(hall.session, but_of=0, limit=9)
    assert queries.count_open(hall.session, but_of=hall.staff.id) == 0
    with pytest.raises(NotFound):
        put_aside(hall.session, found.id, note="It was me", by=hall.staff.id, now=LATER)


def test_a_question_that_is_retired_is_settled(hall):
    attempt = hall.take([RIGHT] * QUESTIONS)
    facts = {"lately": 0.9, "before": 0.4, "standard_errors": 5.1}
    asked = attempt.questions[0].question
    row = {"key": "risen:1", "kind": SignalKind.RISEN, "question_id": asked.id, "facts": facts}
    hall.session.add(ExamSignal(**row, track_id=hall.exam.track_id, happened_at=LATER, noticed_at=LATER))
    hall.session.flush()
    [found] = queries.open_signals(hall.session, but_of=0, limit=9)
    assert "90% of its mark now" in seen_in_words(found)
    asked.state = "retired"
    hall.session.flush()
    assert queries.count_open(hall.session, but_of=0) == 0


@on_postgresql
def test_of_two_that_put_it_aside_one_does(app):
    with transaction() as session:
        hall = Hall(session)
        for _number in range(2):
            hall.take([RIGHT] * QUESTIONS, place=("n", "d"))
        hall.notice()
        signal_id, staff_id = session.scalar(sa.select(ExamSignal.id)), hall.staff.id

    def aside(note):
        return in_transaction(lambda session: put_aside(session, signal_id, note=note, by=staff_id, now=LATER))

    outcomes = race(app, aside("One"), aside("Two"))
    assert (len(done(outcomes)), len(refused(outcomes))) == (1, 1)


# Pages


@pytest.fixture
def desk(app, client):
    """A browser of the vendor's people, after the worker has looked; knows a candidate it is about."""
    with transaction() as session:
        hall = Hall(session)
        taken = [hall.take([RIGHT] * QUESTIONS, place=("n", "d")) for _number in range(2)]
        client.references = [one.reference for one in taken]
        staff, client.candidate = hall.staff, app.test_client()
        candidate = taken[0].person
        client.person_id = candidate.id
    effects.notice_signals(LATER)
    with time_machine.travel(LATER, tick=False):
        client.sign_in(staff)
        client.candidate.sign_in(candidate)
        yield client


def test_staff_look_and_put_it_aside(desk):
    assert SIGNALS in desk.get("/vendor/certification").text
    address = f"{SIGNALS}/{reading().scalar(sa.select(ExamSignal.id))}"
    page = desk.get(SIGNALS).text
    assert address in page
    assert "in the same network, with devices that look the same. They ran at the same time." in page
    assert all(one in desk.get(address).text for one in desk.references)
    assert address in desk.get(f"/vendor/certification/reviews/{desk.references[1]}").text
    assert desk.post(address, data={"note": ""}).status_code == 422
    assert desk.post(address, data={"note": "Two of one office"}).location == SIGNALS
    page = desk.get(SIGNALS).text
    assert "Nothing unusual" in page
    assert "Two of one office" in page
    assert desk.post(address, data={"note": "Again"}).status_code == 409


def test_no_page_and_no_call_tells_a_candidate(desk):
    reference = desk.references[0]
    with transaction() as session:
        token = issue_token(session, desk.person_id, name="A script", now=LATER)
    said = {"headers": {"Authorization": f"Bearer {token}"}}
    for answer in (desk.candidate.get(f"/attempts/{reference}"), desk.get(f"/api/v1/attempts/{reference}", **said)):
        assert answer.status_code == 200
        assert "signal" not in answer.text.lower()
        assert "network" not in answer.text.lower()
    assert desk.candidate.get(SIGNALS).status_code == 403
