"""Taking an exam by pages and by calls: what is saved, what is refused, and that nothing tells what is right."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from certification.banks.formats import Entry
from certification.exams.models import ExamAttempt
from certification.exams.rules import HONESTY_VERSION, AttemptState
from marketplace.kernel.database import db, transaction
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.exams import RIGHT, WRONG, choice, make_attempt, make_exam, make_exam_of_every_kind, shown
from tests.factories.questions import FEEDBACK
from tests.factories.world import PNG
from tests.plugins.app import SignedInClient

MINUTE = timedelta(minutes=1)
SECRETS = {FEEDBACK, "Secret", "secret-", "the-right-one", "fraction", "grade"}
ID = re.compile(r'name="answer"\s+type="radio"\s+value="(\w+)"')


@pytest.fixture
def at():
    """Give a function that sets the clock."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock.move_to


class Candidate:
    """Somebody who takes an exam in a browser, and by calls."""

    def __init__(self, app, person, attempt):
        self.browser = app.test_client()
        assert isinstance(self.browser, SignedInClient)
        self.browser.sign_in(person)
        self.attempt, self.slug = attempt, attempt.exam.track.slug
        self.address = f"/attempts/{attempt.reference}"

    def question(self, position):
        """Give a question as it is asked."""
        return self.browser.get(f"{self.address}/questions/{position}")

    def asked(self, position):
        """Give a question with what is saved."""
        db.session.rollback()
        return db.session.get(ExamAttempt, self.attempt.id).questions[position - 1]

    def answer(self, position, own=RIGHT, *, sequence=1, then="stay"):
        """Choose a part, as the form would send it."""
        data = {**shown(self.asked(position), own), "sequence": sequence, "then": then}
        return self.browser.post(f"{self.address}/questions/{position}", data=data)


@pytest.fixture
def candidate(app, at):
    """Give somebody who has just begun an exam of four questions."""
    at(NOON)
    with transaction() as session:
        person = make_person(session)
        attempt = make_attempt(session, person=person)
    return Candidate(app, person, attempt)


def test_nobody_begins_without_the_statement(app, at):
    at(NOON)
    with transaction() as session:
        person, exam = make_person(session), make_exam(session)
        slug = exam.track.slug
    browser = app.test_client()
    browser.sign_in(person)
    for data in ({}, {"honesty": "2001-01"}):
        answer = browser.post(f"/exams/{slug}/attempts", data=data)
        assert answer.status_code == 422
        assert "Confirm the statement" in answer.text or "Please fill this in" in answer.text
    answer = browser.post(f"/exams/{slug}/attempts", data={"honesty": HONESTY_VERSION})
    assert re.fullmatch(r"/attempts/\w{16}/questions/1", answer.location)
    assert "Question 1 of 4" in browser.get(answer.location).text
    assert "Go on" in browser.get(f"/exams/{slug}").text


def test_an_answer_is_there_when_the_candidate_comes_back(candidate):
    assert candidate.answer(1, WRONG, then="2").location.endswith("/questions/2")
    assert "Saved at" in candidate.question(1).text
    chosen = candidate.asked(1).shown_ids[WRONG]
    assert re.search(rf'value="{chosen}"\s+checked', candidate.question(1).text)


def test_an_older_window_is_told_and_shown_both(candidate):
    candidate.answer(1, RIGHT)
    answer = candidate.answer(1, WRONG)
    assert answer.status_code == 409
    assert "another window" in answer.text
    assert candidate.asked(1).response == [RIGHT]
    assert candidate.answer(1, WRONG, sequence=2).status_code == 303


@pytest.mark.parametrize(
    "data", [{"sequence": "0"}, {"sequence": "x"}, {"sequence": "9" * 30}, {"sequence": "1", "then": "nowhere"}, {}]
)
def test_what_no_form_of_ours_sends_is_not_taken(candidate, data):
    answer = candidate.browser.post(f"{candidate.address}/questions/1", data=data)
    assert answer.status_code == 404
    assert candidate.asked(1).sequence == 0


def test_what_can_not_be_an_answer_is_refused_and_kept_on_the_page(candidate):
    answer = candidate.browser.post(f"{candidate.address}/questions/1", data={"answer": "forged", "sequence": "1"})
    assert answer.status_code == 422
    assert "Choose among the answers that are shown." in answer.text
    assert "Not saved" in answer.text


def test_after_the_time_only_the_result_is_left(candidate, at):
    for position in (1, 2, 3):
        candidate.answer(position)
    at(NOON + 31 * MINUTE + timedelta(seconds=1))
    assert candidate.question(1).location.endswith(candidate.address)
    assert candidate.answer(4).location.endswith(candidate.address)
    assert "Your time is up" in candidate.browser.get(candidate.address).text
    candidate.browser.post(f"{candidate.address}/submit")
    page = candidate.browser.get(candidate.address).text
    assert "You have passed" in page
    assert "75" in page
    assert "See your certificate" in page


def test_who_has_not_passed_reads_the_day_and_never_what_was_right(candidate):
    for position in (1, 2, 3, 4):
        candidate.answer(position, WRONG)
    candidate.browser.post(f"{candidate.address}/submit")
    page = candidate.browser.get(candidate.address).text
    assert "You may try again from Mar 17, 2026" in page
    assert "Needs work" in page
    assert "Basics 1?" not in page
    assert candidate.question(1).status_code == 302


@pytest.mark.parametrize(
    ("state", "said"),
    [(AttemptState.UNDER_REVIEW, "A person looks at them"), (AttemptState.VOIDED, "The power was cut")],
)
def test_a_result_that_is_none_yet_says_what_happens_next(candidate, state, said):
    with transaction() as session:
        attempt = session.get(ExamAttempt, candidate.attempt.id)
        attempt.state, attempt.ended_at = state, NOON + MINUTE
        attempt.void_reason = "The power was cut" if state is AttemptState.VOIDED else None
    assert said in candidate.browser.get(candidate.address).text


# Nothing leaks


def made_of_all(session):
    """Begin an exam with a question of every kind, and with one that has an image."""
    images = {"the-right-one.png": b64encode(PNG).decode()}
    pictured = choice("See <img src='@@PLUGINFILE@@/the-right-one.png'>")
    pictured = replace(pictured, general_feedback=choice(FEEDBACK).stem, images=images)
    exam = make_exam_of_every_kind(session, Entry(name="Secret picture", content=pictured, topic="T"))
    return make_attempt(session, exam=exam)


def walked(browser, address):
    """Follow every link and image of an attempt from its first page on; gives each answer."""
    found, todo = {}, [address, f"/api/v1{address}"]
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found[path] = answer = browser.get(path)
        if answer.mimetype in ("text/html", "application/json"):
            todo += re.findall(rf"{address}[/\w]*", answer.text)
    return found


def test_no_answer_of_an_open_attempt_tells_what_is_right(app, at):
    at(NOON)
    with transaction() as session:
        attempt = made_of_all(session)
        person = attempt.person
    candidate = Candidate(app, person, attempt)
    pages = walked(candidate.browser, candidate.address)
    assert len(pages) > 3 + len(attempt.questions)
    own = {part for asked in attempt.questions for part in asked.shown_ids if len(part) > 3}
    secrets = {*SECRETS, *own - {"right", "wrong", "true", "false"}}
    for path, answer in pages.items():
        if answer.mimetype.startswith("text/") or answer.mimetype.endswith("json"):
            assert not {word for word in secrets if re.search(rf"\b{re.escape(word)}(?!d)", answer.text)}, path
    for asked in attempt.questions:
        text = pages[f"{candidate.address}/questions/{asked.position}"].text
        assert not re.search(rf'value="({"|".join(map(re.escape, asked.shown_ids)) or "-"})"', text)


def test_two_candidates_see_no_id_in_common(app, at):
    at(NOON)
    with transaction() as session:
        exam = make_exam(session, parts=(("", None, 10),))
        attempts = [make_attempt(session, exam=exam) for _one in range(2)]
        people = [one.person for one in attempts]
    ids = []
    for person, attempt in zip(people, attempts, strict=True):
        candidate = Candidate(app, person, attempt)
        pages = [candidate.question(position).text for position in range(1, 11)]
        ids.append({found for page in pages for found in ID.findall(page)})
    assert len(ids[0]) == len(ids[1]) == 30
    assert not ids[0] & ids[1]


def test_an_image_is_shown_to_its_candidate_while_it_is_asked(app, at):
    at(NOON)
    with transaction() as session:
        attempt = made_of_all(session)
        person = attempt.person
    candidate = Candidate(app, person, attempt)
    place = next(one.position for one in attempt.questions if one.question.name == "Secret picture")
    address = re.search(r'src="(/attempts[^"]+)"', candidate.question(place).text).group(1)
    image = candidate.browser.get(address)
    assert (image.data, image.mimetype) == (PNG, "image/png")
    assert "sandbox" in image.headers["Content-Security-Policy"]
    at(NOON + 32 * MINUTE)
    assert candidate.browser.get(address).status_code == 404
