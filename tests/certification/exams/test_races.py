"""Two at once with the guard off: what it promises breaks. With it on, see the tests of attempts and of drafts."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from certification.exams import commands, queries
from certification.exams.commands import AttemptEnded
from certification.exams.models import Exam
from certification.exams.rules import ExamState
from marketplace.kernel.database import reading, transaction
from tests.certification.exams.test_attempts import begun
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import RIGHT, TRACES, make_exam, shown
from tests.plugins.racing import crashed, done, each_round, in_transaction, on_postgresql, race, refused


@on_postgresql
def test_without_the_lock_of_the_person_a_start_runs_into_the_other(app, guards):
    with transaction() as session:
        slug, person_id = make_exam(session).track.slug, make_person(session).id
    guards.locks_off("person", meets=False)
    guards.meet_at("exam_attempt")

    def begin(session):
        return commands.start(session, slug, person_id=person_id, traces=TRACES, now=NOON).reference

    outcomes = race(app, in_transaction(begin), in_transaction(begin))
    assert len(done(outcomes)) == 1
    assert [type(one) for one in crashed(outcomes)] == [IntegrityError]


@on_postgresql
def test_without_the_lock_of_the_attempt_handing_in_twice_is_refused_once(app, guards):
    reference, person_id = begun(right=4)
    guards.locks_off("exam_attempt")

    def hand_it_in(session):
        return commands.submit(session, reference, person_id=person_id, now=NOON).state

    assert len(refused(race(app, in_transaction(hand_it_in), in_transaction(hand_it_in)))) == 1


@on_postgresql
def test_without_the_lock_of_the_attempt_an_answer_is_saved_and_not_graded(app, guards):
    reference, person_id = begun(right=0)
    asked = queries.asked(reading(), queries.attempt(reading(), reference, person_id).id, 1)
    facts = {"posted": shown(asked, RIGHT), "sequence": asked.sequence + 1, "now": NOON}
    guards.locks_off("exam_attempt", meets=False)
    guards.meet_at("asked_question")

    def answer_late(session):
        return commands.answer(session, reference, 1, person_id=person_id, **facts).id

    def hand_it_in(session):
        return commands.submit(session, reference, person_id=person_id, now=NOON).id

    saved, _ended = race(app, in_transaction(answer_late), in_transaction(hand_it_in))
    asked = queries.asked(reading(), queries.attempt(reading(), reference, person_id).id, 1)
    assert not isinstance(saved, AttemptEnded)
    assert asked.mark == "0", "though the answer that was saved is right"


def drafts():
    """Give what begins a draft, twice at once."""
    with transaction() as session:
        slug, staff_id = make_exam(session).track.slug, make_staff(session).id

    def begin(session):
        return commands.make_draft(session, slug, is_fresh=False, by=staff_id, now=NOON).id

    return [in_transaction(begin)] * 2


@each_round
def test_two_that_prepare_at_once_prepare_one_draft(app, at_once, nth):
    del app, nth
    assert len(set(at_once(*drafts()))) == 1
    assert reading().scalar(select(func.count()).select_from(Exam).filter_by(state=ExamState.DRAFT)) == 1


@on_postgresql
def test_without_the_lock_of_the_track_one_of_two_drafts_runs_into_the_other(app, guards):
    both = drafts()
    guards.locks_off("track", meets=False)
    guards.meet_at("exam")
    assert [type(one) for one in crashed(race(app, *both))] == [IntegrityError]


def test_a_track_has_one_draft(session):
    exam = make_exam(session, publish=False)
    with pytest.raises(IntegrityError, match=r"uq_exam_draft|exam\.track_id"):
        make_exam(session, track=exam.track, publish=False, edition=2)
    session.rollback()
