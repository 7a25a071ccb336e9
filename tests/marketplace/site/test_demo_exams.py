"""What the demo asks in its exams, and what its people answer."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from certification.banks.formats import FileFormat, read, write
from certification.banks.kinds import Kind
from certification.credentials.models import Credential
from certification.exams.models import ExamAttempt
from certification.exams.rules import AttemptState, own_ids
from certification.exams.selfchecks import CHECKS
from marketplace.kernel.translate import use_reader
from marketplace.site.demo import exams, rows
from marketplace.site.demo.answering import respond
from marketplace.site.demo.content.exam_of_upgrades import ON_TRIAL, QUESTIONS
from marketplace.site.demo.exams import EXAMS
from tests.factories import NOON
from tests.factories.accounts import make_person

LANGUAGES = {"en", "es", "ar"}

each_question = pytest.mark.parametrize("entry", QUESTIONS, ids=lambda one: one.idnumber)


@each_question
def test_each_question_can_be_asked_in_every_language(entry):
    assert entry.content.check() == {}
    assert entry.content.notices() == []
    assert all(set(text.words) == LANGUAGES for text in entry.content.texts() if text)


def test_questions_are_of_every_kind_that_a_machine_marks():
    assert {one.content.KIND for one in QUESTIONS} == set(Kind) - {Kind.ESSAY, Kind.DESCRIPTION}
    assert len({one.idnumber for one in QUESTIONS}) == len(QUESTIONS)
    assert ON_TRIAL in {one.idnumber for one in QUESTIONS}


def test_a_file_of_them_can_be_read_again():
    written = write(QUESTIONS, FileFormat.CSV, language="en")
    assert written.left_out == []
    assert read(written.data, FileFormat.CSV, language="en").entries == list(QUESTIONS)


@each_question
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_who_knows_earns_everything_and_who_does_not_earns_nothing(app, entry, language):
    luck = Random(1)
    ids = dict(own_ids(entry.content.part_ids(), luck))
    with use_reader(language, "UTC"):
        for is_right in (True, False):
            posted = entry.content.write_response(respond(entry.content, luck, is_right=is_right), ids)
            assert entry.content.mark(entry.content.read_response(posted, ids)) == is_right


@pytest.mark.parametrize("row", EXAMS.values(), ids=lambda one: f"{one.minutes} minutes")
def test_there_are_more_questions_than_an_exam_asks(row):
    scored = [one.topic for one in QUESTIONS if one.idnumber != ON_TRIAL]
    assert all(scored.count(topic) > count for topic, count in row.parts.items())


def test_some_pass_and_some_do_not(app, session):
    staff, holder, other = (make_person(session) for _one in range(3))
    rows.add_vendor(session, NOON.date())
    exams.publish(session, by=staff.id, now=NOON - exams.SINCE)
    for level in EXAMS:
        exams.certify(session, level, person_id=holder.id, now=NOON)
    exams.fail(session, other.id, ago=timedelta(), now=NOON)
    attempts = session.scalars(select(ExamAttempt)).all()
    passed = {(one.person_id, one.track_id) for one in attempts if one.state is AttemptState.PASSED}
    held = [(one.person_id, one.track_id) for one in session.scalars(select(Credential))]
    assert sorted(held) == sorted(passed)
    assert len(passed) == len(EXAMS)
    assert {one.person_id for one in attempts if one.state is AttemptState.FAILED} >= {other.id}
    assert [problem for check in CHECKS for problem in check(session)] == []
