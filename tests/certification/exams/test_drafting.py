"""Preparing the next edition of an exam: commands, and the pages of the vendor's people."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine

from certification.banks.models import Question
from certification.banks.rules import Difficulty, QuestionState
from certification.exams import commands, queries
from certification.exams.models import Exam
from certification.exams.models_of_angoff import AngoffEstimate
from certification.exams.rules import FRESH, Candidate, ExamState, Part, topics_of
from certification.exams.rules.drafts import MAX_PARTS, read_waits
from certification.tracks import queries as tracks
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.exams import hand_in, make_attempt, make_choices, make_exam, make_live
from tests.factories.question_banks import make_bank
from tests.factories.tracks import make_track

EXAMS = "/vendor/certification/exams"
TERMS = replace(FRESH, parts=(Part("Basics", Difficulty.EASY, 3), Part("Backups", None, 2)))
TYPED = {
    "topic_1": "Basics",
    "difficulty_1": "",
    "questions_1": "4",
    "minutes": "45",
    "pass_percent": "80",
    "valid_days": "365",
    "waits_days": "1, 14",
    "tries_max": "5",
    "window_days": "90",
}


# Rules


@pytest.mark.parametrize(
    ("text", "waits"), [("", ()), ("7", (7,)), ("7, 30", (7, 30)), ("0;1 2", (0, 1, 2)), ("٧، ٣٠", (7, 30))]
)
def test_waits_are_read_as_people_type_them(text, waits):
    assert read_waits(text) == waits


@pytest.mark.parametrize("text", ["soon", "7.5", "-1", "731", "1," * 11, "9" * 5000, "²"])
def test_what_is_no_list_of_days_is_refused(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        read_waits(text)


def test_topics_come_with_all_that_they_are_within():
    asked = [
        Candidate(number, number, "multichoice", topic, Difficulty.EASY, QuestionState.LIVE)
        for number, topic in enumerate(["Net/TCP//IP/Ports", "Net", ""])
    ]
    assert topics_of(asked) == ["Net", "Net/TCP//IP", "Net/TCP//IP/Ports"]


# Commands


def test_the_next_edition_begins_as_a_copy_of_the_last_one_or_with_nothing(session):
    exam, staff = make_exam(session), make_staff(session)
    copy = commands.make_draft(session, exam.track.slug, is_fresh=False, by=staff.id, now=NOON)
    assert (copy.edition, copy.state, copy.terms) == (2, ExamState.DRAFT, exam.terms)
    assert commands.make_draft(session, exam.track.slug, is_fresh=True, by=staff.id, now=NOON) is copy
    commands.publish(session, copy.id, by=staff.id, now=NOON)
    fresh = commands.make_draft(session, exam.track.slug, is_fresh=True, by=staff.id, now=NOON)
    assert (fresh.edition, fresh.terms) == (3, FRESH)


def test_a_track_without_an_exam_begins_with_nothing(session):
    track, staff = make_track(session), make_staff(session)
    draft = commands.make_draft(session, track.slug, is_fresh=False, by=staff.id, now=NOON)
    assert (draft.edition, draft.terms) == (1, FRESH)
    with pytest.raises(NotFound):
        commands.make_draft(session, "none", is_fresh=False, by=staff.id, now=NOON)


def test_a_draft_is_decided_anew_and_a_published_exam_never(session):
    exam, staff = make_exam(session, publish=False), make_staff(session)
    commands.change_draft(session, exam.id, TERMS, by=staff.id, now=NOON)
    session.expire_all()
    assert exam.terms == TERMS
    fewer = replace(TERMS, parts=TERMS.parts[1:], minutes=5)
    commands.change_draft(session, exam.id, fewer, by=staff.id, now=NOON)
    assert exam.terms == fewer
    published = make_exam(session)
    with pytest.raises(IllegalMove):
        commands.change_draft(session, published.id, TERMS, by=staff.id, now=NOON)


# Pages


@pytest.fixture
def staff(app, client):
    """A browser in which somebody is signed in who looks after certification, at noon."""
    with transaction() as session:
        person = make_staff(session, "certification", name="Cleo Certifies")
        track = make_track(session, slug="hosting-1", names={"en": "Hosting, level 1"})
        make_live(session, make_bank(session, track=track, entries=make_choices(10)))
    with time_machine.travel(NOON, tick=False):
        client.sign_in(person)
        yield client


def prepare(staff):
    """Begin a draft, and give its address."""
    return staff.post("/vendor/certification/tracks/hosting-1/exams").location


def only_exam():
    reading().rollback()
    return reading().scalars(sa.select(Exam)).one()


def test_an_exam_is_prepared_saved_and_published(staff):
    assert f'href="{EXAMS}"' in staff.get("/vendor/certification").text
    assert "Prepare one" in staff.get(EXAMS).text
    address = prepare(staff)
    page = staff.get(address).text
    assert "It asks nothing yet. Add a part." in page
    assert "10 live questions fit." in page
    assert staff.post(address, data=TYPED).location == address
    assert only_exam().terms.parts == (Part("Basics", None, 4),)
    assert only_exam().waits_days == [1, 14]
    assert "nothing stands in the way" in staff.get(address).text
    staff.post(f"{address}/publish")
    assert only_exam().state is ExamState.PUBLISHED
    assert "80%" in staff.get(address).text
    staff.post(f"{address}/withdraw")
    assert only_exam().state is ExamState.RETIRED


def test_what_is_missing_is_a_list_and_stands_in_the_way(staff):
    address = prepare(staff)
    staff.post(address, data={**TYPED, "questions_1": "11", "topic_2": "", "questions_2": "1"})
    answer = staff.post(f"{address}/publish")
    assert answer.status_code == 409
    assert "“Basics” asks 11 questions, and has 10." in answer.text
    assert "Two parts could ask the same question" in answer.text
    assert only_exam().state is ExamState.DRAFT


def test_a_part_is_added_without_a_script_and_what_was_typed_stays(staff):
    address = prepare(staff)
    page = staff.post(address, data={**TYPED, "minutes": "4 hours", "add_row": "yes"}).text
    assert 'name="questions_2"' in page
    assert 'value="4 hours"' in page
    assert only_exam().terms == FRESH
    full = {f"questions_{number}": "1" for number in range(1, MAX_PARTS + 1)}
    assert "Add a part" not in staff.post(address, data={**TYPED, **full}).text


def test_a_mistake_is_said_and_what_was_typed_stays(staff):
    address = prepare(staff)
    wrong = {"minutes": "4", "waits_days": "soon", "questions_1": "none", "topic_1": "Basics"}
    answer = staff.post(address, data={**TYPED, **wrong})
    assert answer.status_code == 422
    for name in ("minutes", "waits_days", "questions_1"):
        assert f'href="#field-{name}"' in answer.text
    assert 'value="soon"' in answer.text
    assert only_exam().terms == FRESH


def test_attempts_are_counted_beside_their_track(staff):
    with transaction() as session:
        exam = make_exam(session, track=tracks.track_by_slug(session, "hosting-1"))
        for right in (4, 3, 0):
            hand_in(session, make_attempt(session, exam=exam), right=right)
    assert "2 of 3" in staff.get(EXAMS).text
    assert sum(queries.counts(reading())[exam.track_id].values()) == 3


def test_a_draft_is_thrown_away_and_the_next_one_can_begin(staff):
    address = prepare(staff)
    assert f'href="{address}/discard"' in staff.get(address).text
    staff.post(address, data=TYPED)
    with transaction() as session:
        asked, judge = session.scalars(sa.select(Question)).first(), make_staff(session)
        facts = {"question_id": asked.id, "judge_id": judge.id, "percent": 60, "at": NOON}
        session.add(AngoffEstimate(exam_id=int(address.rpartition("/")[2]), **facts))
    assert "never published" in staff.get(f"{address}/discard").text
    assert staff.post(f"{address}/discard").location == EXAMS
    reading().rollback()
    assert reading().scalars(sa.select(Exam)).all() == []
    staff.post(f"{prepare(staff)}", data=TYPED)
    assert only_exam().edition == 1


def test_what_was_published_is_not_thrown_away(session):
    exam = make_exam(session)
    with pytest.raises(IllegalMove):
        commands.discard_draft(session, exam.id, by=make_staff(session).id, now=NOON)
