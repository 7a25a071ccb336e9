"""The pages on which staff grade a question anew: first a look, then the last word, and what was done."""

import re

import pytest
import time_machine

from certification.banks.formats import Entry
from certification.exams import queries_of_regrades as queries
from certification.exams.rules import AttemptState
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.database import reading, transaction
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import make_live, make_reviewed_attempt
from tests.factories.question_banks import make_bank
from tests.factories.questions import short
from tests.factories.regrades import answered, make_graded, make_small_exam
from tests.factories.tracks import make_track

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Pages do not ask the database's kind.
FORM = {"versions": "1", "remedy": "full_marks", "reason": "Nobody could know."}


@pytest.fixture(autouse=True)
def _next_day():
    with time_machine.travel(NOON + DAY, tick=False):
        yield


class Desk:
    """Somebody of the vendor's people, a failed attempt, and a question of it."""

    def __init__(self, client):
        with transaction() as session:
            self.exam_id = make_small_exam(session).id
            attempt = self.fail(session, "Carla Candidate")
            self.question_id, self.reference = answered(attempt).question_id, attempt.reference
            client.sign_in(make_staff(session, StaffRole.CERTIFICATION))
        self.client = client
        self.question = f"/vendor/certification/questions/{self.question_id}"
        self.address = f"{self.question}/regrade"

    def fail(self, session, name):
        """Let somebody fail who would pass with one more right answer."""
        exam = session.get(queries.Exam, self.exam_id)
        return make_graded(session, exam, right=2, person=make_person(session, name=name))

    def post(self, **more):
        """Send the form."""
        return self.client.post(self.address, data={**FORM, **more})

    def state(self):
        """Tell what came of the attempt."""
        reading().rollback()
        return reading().query(queries.ExamAttempt).filter_by(reference=self.reference).one().state


@pytest.fixture
def desk(app, client):
    return Desk(client)


def seen_on(page):
    """Find what the button confirms."""
    return re.search(r'name="seen"\s+value="([0-9a-f]{64})"', page)[1]


def test_it_is_looked_at_first_then_done_and_told(desk):
    assert f'href="{desk.address}"' in desk.client.get(desk.question).text
    assert "Version 1: 1 attempt" in desk.client.get(desk.address).text
    page = desk.post().text
    assert "Carla Candidate" in page
    assert "50%, then 75%" in page
    assert "Passes now" in page
    assert desk.state() is AttemptState.FAILED, "nothing is written by looking"
    answer = desk.post(seen=seen_on(page))
    assert answer.status_code == 302
    assert desk.state() is AttemptState.PASSED
    done = desk.client.get(answer.location).text
    assert "Nobody could know." in done
    assert "50%, then 75%" in done
    assert "The question is still asked as it is." in done
    assert f'href="{answer.location}"' in desk.client.get(desk.question).text


def test_whoever_confirms_what_has_changed_is_shown_what_it_is_now(desk):
    seen = seen_on(desk.post().text)
    with transaction() as session:
        desk.fail(session, "Lena Later")
    answer = desk.post(seen=seen)
    assert answer.status_code == 409
    assert "Something has changed since you looked." in answer.text
    assert "Lena Later" in answer.text
    assert desk.state() is AttemptState.FAILED
    assert desk.post(seen=seen_on(answer.text)).status_code == 302
    assert "No attempt changes by this." in desk.post().text
    assert desk.post(seen=seen).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"versions": ""}, "versions"),
        ({"versions": "2"}, "versions"),  # Never asked.
        ({"remedy": "magic"}, "remedy"),
        ({"fallback": "magic"}, "fallback"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_what_can_not_be_is_named(desk, wrong, field):
    answer = desk.post(**wrong)
    assert answer.status_code == 422
    assert f'href="#field-{field}' in answer.text


def test_what_a_person_has_marked_has_no_key(client):
    with transaction() as session:
        [asked] = make_reviewed_attempt(session).questions
        address = f"/vendor/certification/questions/{asked.question_id}/regrade"
        client.sign_in(make_staff(session, StaffRole.CERTIFICATION))
    assert "newest_key" not in client.get(address).text
    assert client.post(address, data={**FORM, "remedy": "newest_key"}).status_code == 422


def test_what_was_never_asked_is_just_changed(client):
    with transaction() as session:
        track = make_track(session)
        bank = make_bank(session, track=track, entries=[Entry(name="Fresh", content=short())])
        make_live(session, bank)
        client.sign_in(make_staff(session, StaffRole.CERTIFICATION))
        [version] = queries.banks.latest_versions(session, bank.id)
        address = f"/vendor/certification/questions/{version.question_id}"
    assert "If it was wrong" not in client.get(address).text
    assert "Nobody was asked this question" in client.get(f"{address}/regrade").text
    assert client.get("/vendor/certification/questions/0/regrade").status_code == 404
    assert client.get("/vendor/certification/regrades/0").status_code == 404
