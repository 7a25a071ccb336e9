"""Beginning, answering and handing in, by the clock of the server."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from certification.banks import commands as banks
from certification.banks.formats import Entry
from certification.credentials import queries as credentials
from certification.exams import commands, effects, queries, selfchecks
from certification.exams.commands import AnsweredElsewhere, AttemptEnded
from certification.exams.models import Allowance, ExamAttempt
from certification.exams.rules import AttemptState, CannotPublish, TooEarly
from certification.exams.rules.states import ExamState
from marketplace.kernel.database import db, transaction
from marketplace.kernel.errors import IllegalMove, InvalidInput, NotFound
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import (
    RIGHT,
    TRACES,
    WRONG,
    answer_all,
    choice,
    hand_in,
    make_attempt,
    make_exam,
    make_exam_of_every_kind,
    shown,
)
from tests.plugins.racing import each_round, in_transaction

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DEADLINE = NOON + 30 * MINUTE


@pytest.fixture
def attempt(session):
    """Give an attempt that has just begun, with four questions and 30 minutes."""
    return make_attempt(session)


def answer(session, attempt, position=1, *, own=RIGHT, sequence=1, now=NOON, person_id=None):
    asked = attempt.questions[position - 1]
    return commands.answer(
        session,
        attempt.reference,
        position,
        person_id=attempt.person_id if person_id is None else person_id,
        posted=shown(asked, own),
        sequence=sequence,
        now=now,
    )


def submit(session, attempt, now=NOON):
    return commands.submit(session, attempt.reference, person_id=attempt.person_id, now=now)


# Beginning


def test_an_attempt_has_its_own_draw_and_its_own_deadline(session, attempt):
    assert attempt.deadline_at == DEADLINE
    assert [one.position for one in attempt.questions] == [1, 2, 3, 4]
    assert len({one.question_id for one in attempt.questions}) == 4
    assert all(set(one.shown_ids) == {"right", "wrong", "odd"} for one in attempt.questions)
    other = make_attempt(session, exam=attempt.exam, luck=Random(2))
    assert [one.question_id for one in other.questions] != [one.question_id for one in attempt.questions]
    assert not {one for asked in other.questions for one in asked.shown_ids.values()} & {
        one for asked in attempt.questions for one in asked.shown_ids.values()
    }


def test_whoever_begins_again_goes_on(session, attempt):
    again = commands.start(
        session, attempt.exam.track.slug, person_id=attempt.person_id, traces=TRACES, now=NOON + 5 * MINUTE
    )
    assert again is attempt
    assert again.deadline_at == DEADLINE


def test_an_attempt_keeps_the_version_that_it_asked(session, attempt):
    asked = attempt.questions[0]
    said = asked.version.content
    entry = Entry(name=asked.question.name, content=choice("Another one?"), topic=asked.question.topic)
    banks.import_questions(session, asked.question.bank_id, [entry], by=None, now=NOON)
    session.expire_all()
    assert attempt.questions[0].version.content == said
    assert make_attempt(session, exam=attempt.exam).exam_id == attempt.exam_id


def test_a_second_attempt_asks_what_was_not_asked_before(session):
    exam, person = make_exam(session, waits_days=[], parts=(("", None, 5),)), make_person(session)
    first = hand_in(session, make_attempt(session, exam=exam, person=person), right=0)
    second = make_attempt(session, exam=exam, person=person, now=NOON + DAY)
    assert not {one.question_id for one in first.questions} & {one.question_id for one in second.questions}


def test_without_an_exam_there_is_nothing_to_begin(session):
    exam = make_exam(session, publish=False)
    with pytest.raises(NotFound):
        make_attempt(session, exam=exam)


# Waiting


def test_the_wait_runs_from_the_end_to_the_second(session):
    exam, person = make_exam(session), make_person(session)
    hand_in(session, make_attempt(session, exam=exam, person=person), right=0)
    opens = NOON + 10 * MINUTE + 7 * DAY
    with pytest.raises(TooEarly):
        make_attempt(session, exam=exam, person=person, now=opens - SECOND)
    assert make_attempt(session, exam=exam, person=person, now=opens).is_open


def test_leaving_an_attempt_open_moves_no_wait(session):
    exam, person = make_exam(session), make_person(session)
    left = make_attempt(session, exam=exam, person=person)
    with pytest.raises(TooEarly):
        make_attempt(session, exam=exam, person=person, now=DEADLINE + 7 * DAY - SECOND)
    assert make_attempt(session, exam=exam, person=person, now=DEADLINE + 7 * DAY).is_open
    assert (left.state, left.ended_at) == (AttemptState.FAILED, DEADLINE)


def test_tries_count_across_languages(session):
    exam, person = make_exam(session), make_person(session, language="es")
    assert hand_in(session, make_attempt(session, exam=exam, person=person), right=0).language == "es"
    person.language = "ar"
    with pytest.raises(TooEarly):
        make_attempt(session, exam=exam, person=person, now=NOON + DAY)


def test_what_does_not_count_stands_in_nobodys_way(session):
    exam, person = make_exam(session), make_person(session)
    failed = hand_in(session, make_attempt(session, exam=exam, person=person), right=0)
    commands.void(session, failed, reason="The power was cut", by=make_staff(session).id, now=NOON + DAY)
    assert (failed.state, failed.void_reason) == (AttemptState.VOIDED, "The power was cut")
    assert make_attempt(session, exam=exam, person=person, now=NOON + DAY).is_open


def allow(session, attempt, **overrides):
    facts = {"extra_percent": 0, "may_try_from": None, "reason": "Reads with her fingers", "at": NOON, **overrides}
    staff = make_staff(session)
    session.add(Allowance(person_id=attempt.person_id, track_id=attempt.track_id, by_person_id=staff.id, **facts))
    session.flush()


def test_staff_can_allow_one_more_try(session):
    exam, person = make_exam(session), make_person(session)
    failed = hand_in(session, make_attempt(session, exam=exam, person=person), right=0)
    allow(session, failed, may_try_from=NOON + DAY, at=NOON + DAY)
    with pytest.raises(TooEarly):
        make_attempt(session, exam=exam, person=person, now=NOON + DAY - SECOND)
    hand_in(session, make_attempt(session, exam=exam, person=person, now=NOON + DAY), right=0, now=NOON + DAY)
    with pytest.raises(TooEarly):
        make_attempt(session, exam=exam, person=person, now=NOON + DAY + MINUTE)


def test_extra_time_stands_in_the_deadline(session):
    exam, person = make_exam(session, waits_days=[]), make_person(session)
    first = hand_in(session, make_attempt(session, exam=exam, person=person), right=0)
    allow(session, first, extra_percent=25)
    assert make_attempt(session, exam=exam, person=person, now=NOON + DAY).deadline_at == NOON + DAY + 38 * MINUTE


# Answering


def test_an_answer_is_saved_as_it_is_given(session, attempt):
    asked = answer(session, attempt)
    assert (asked.response, asked.sequence, asked.answered_at) == (["right"], 1, NOON)


def test_the_same_answer_twice_is_one(session, attempt):
    answer(session, attempt)
    assert answer(session, attempt, now=NOON + MINUTE).answered_at == NOON


def test_an_answer_from_an_older_look_never_wins_silently(session, attempt):
    answer(session, attempt, own=WRONG, sequence=1)
    answer(session, attempt, own=RIGHT, sequence=2)
    for sequence in (1, 2):
        with pytest.raises(AnsweredElsewhere):
            answer(session, attempt, own=WRONG, sequence=sequence)
    assert attempt.questions[0].response == ["right"]
    assert answer(session, attempt, own=WRONG, sequence=3).response == ["wrong"]


def test_an_answer_can_be_taken_back(session, attempt):
    answer(session, attempt)
    asked = commands.answer(session, attempt.reference, 1, person_id=attempt.person_id, posted={}, sequence=2, now=NOON)
    assert (asked.response, asked.is_answered) == ([], False)


def test_what_was_not_shown_can_not_be_chosen(session, attempt):
    asked = attempt.questions[0]
    for posted in ({"answer": ["right"]}, {"answer": [attempt.questions[1].shown_ids["right"]]}):
        with pytest.raises(InvalidInput):
            commands.answer(
                session, attempt.reference, 1, person_id=attempt.person_id, posted=posted, sequence=1, now=NOON
            )
    assert (asked.response, asked.sequence) == ([], 0)


def test_an_attempt_of_another_does_not_exist(session, attempt):
    stranger = make_person(session)
    with pytest.raises(NotFound):
        answer(session, attempt, person_id=stranger.id)
    with pytest.raises(NotFound):
        commands.submit(session, attempt.reference, person_id=stranger.id, now=NOON)
    with pytest.raises(NotFound):
        answer(session, attempt, person_id=attempt.person_id, position=1, now=NOON) and queries.asked(
            session, attempt.id, 5
        )


# The end


@pytest.mark.parametrize("late", [-SECOND, timedelta(0), 59 * SECOND, 60 * SECOND])
def test_what_arrives_in_time_or_a_minute_later_counts(session, attempt, late):
    for position in (1, 2, 3):
        answer(session, attempt, position, now=DEADLINE + late)
    ended = submit(session, attempt, DEADLINE + late)
    assert (ended.state, ended.percent) == (AttemptState.PASSED, 75)
    assert ended.ended_at == min(DEADLINE, DEADLINE + late)


def test_later_nothing_is_taken_but_what_was_saved_is_graded(session, attempt):
    for position in (1, 2, 3):
        answer(session, attempt, position, now=DEADLINE)
    with pytest.raises(AttemptEnded):
        answer(session, attempt, 4, now=DEADLINE + 61 * SECOND)
    assert attempt.is_open
    ended = submit(session, attempt, DEADLINE + 61 * SECOND)
    assert (ended.state, ended.percent, ended.ended_at) == (AttemptState.PASSED, 75, DEADLINE)


@pytest.mark.parametrize(("late", "state"), [(60 * SECOND, "in_progress"), (61 * SECOND, "passed")])
def test_the_worker_ends_what_people_leave(app, late, state):
    with transaction() as session:
        attempt = make_attempt(session)
        answer_all(session, attempt, right=4)
    effects.end_overdue(DEADLINE + late)
    db.session.expire_all()
    assert db.session.get(ExamAttempt, attempt.id).state == state
    effects.end_overdue(DEADLINE + late)  # Once more changes nothing.
    assert db.session.get(ExamAttempt, attempt.id).state == state


def test_handing_in_twice_gives_one_result(session, attempt):
    answer_all(session, attempt, right=3)
    first = submit(session, attempt, NOON + MINUTE)
    assert submit(session, attempt, NOON + DAY).graded_at == NOON + MINUTE
    assert len(credentials.all_credentials(session, [first.person_id])[first.person_id]) == 1
    with pytest.raises(AttemptEnded):
        answer(session, attempt, sequence=9, now=NOON + 2 * MINUTE)


@pytest.mark.parametrize(("right", "state"), [(2, AttemptState.FAILED), (3, AttemptState.PASSED)])
def test_a_pass_brings_a_certificate_and_nothing_else_does(session, attempt, right, state):
    ended = hand_in(session, attempt, right=right)
    assert ended.state is state
    held = credentials.all_credentials(session, [attempt.person_id]).get(attempt.person_id, [])
    assert [(one.track_id, one.valid_until) for one in held] == (
        [(attempt.track_id, ended.graded_at + 730 * DAY)] if right == 3 else []
    )
    assert selfchecks.results_that_are_not_the_sum_of_their_marks(session) == []
    assert selfchecks.attempts_that_ask_nothing(session) == []


def test_the_checks_see_a_result_that_was_changed_by_hand(session, attempt):
    ended = hand_in(session, attempt, right=3)
    ended.earned = "4"
    session.flush()
    assert selfchecks.results_that_are_not_the_sum_of_their_marks(session) == [f"attempt {ended.id}"]


def test_results_of_a_reviewed_exam_wait_for_a_person(session):
    attempt = make_attempt(session, exam=make_exam(session, is_reviewed=True))
    held = hand_in(session, attempt, right=4)
    assert (held.state, held.percent) == (AttemptState.UNDER_REVIEW, None)
    assert credentials.all_credentials(session, [attempt.person_id]) == {}
    commands.conclude(session, held, by=make_staff(session).id, now=NOON + DAY)
    assert (held.state, held.percent) == (AttemptState.PASSED, 100)
    with pytest.raises(IllegalMove):
        commands.conclude(session, held, by=make_staff(session).id, now=NOON + DAY)


def test_every_kind_of_question_can_be_asked_and_left_unanswered(session):
    ended = submit(session, make_attempt(session, exam=make_exam_of_every_kind(session)), NOON + MINUTE)
    assert (ended.state, ended.percent) == (AttemptState.FAILED, 0)


def test_what_was_passed_is_not_taken_back_here(session, attempt):
    passed = hand_in(session, attempt, right=4)
    with pytest.raises(IllegalMove):
        commands.void(session, passed, reason="No", by=make_staff(session).id, now=NOON)


# Publishing


def test_a_pool_that_is_too_small_is_not_published(session):
    exam = make_exam(session, parts=(("", None, 11),), publish=False)
    with pytest.raises(CannotPublish) as refused:
        commands.publish(session, exam.id, by=make_staff(session).id, now=NOON)
    assert "asks 11 questions, and has 10" in refused.value.text
    assert exam.state is ExamState.DRAFT


def test_a_new_edition_takes_the_place_of_the_one_before(session):
    first = make_exam(session)
    running = make_attempt(session, exam=first)
    second = make_exam(session, track=first.track, edition=2)
    session.refresh(first)
    assert (first.state, second.state) == (ExamState.RETIRED, ExamState.PUBLISHED)
    assert hand_in(session, running, right=4).state is AttemptState.PASSED
    assert make_attempt(session, exam=second).exam_id == second.id
    with pytest.raises(IllegalMove):
        commands.publish(session, first.id, by=make_staff(session).id, now=NOON)


def test_a_withdrawn_exam_is_not_begun(session):
    exam = make_exam(session)
    commands.withdraw(session, exam.id, by=make_staff(session).id, now=NOON)
    with pytest.raises(NotFound):
        make_attempt(session, exam=exam)


# At the same time: what a side needs is read before, since a session belongs to one thread


@each_round
def test_starts_at_the_same_time_give_one_attempt(app, at_once, nth):
    del app, nth
    with transaction() as session:
        slug, person_id = make_exam(session).track.slug, make_person(session).id

    def begin(session):
        return commands.start(session, slug, person_id=person_id, traces=TRACES, now=NOON).reference

    assert len(set(at_once(*[in_transaction(begin)] * 6))) == 1
    assert len(db.session.scalars(select(ExamAttempt)).all()) == 1


@each_round
def test_handing_in_at_the_same_time_gives_one_grade(app, at_once, nth):
    del app, nth
    reference, person_id = begun(right=4)

    def hand_it_in(session):
        return commands.submit(session, reference, person_id=person_id, now=NOON).state

    assert set(at_once(*[in_transaction(hand_it_in)] * 6)) == {AttemptState.PASSED}
    assert len(credentials.all_credentials(db.session(), [person_id])[person_id]) == 1


@each_round
def test_an_answer_at_the_moment_of_the_end_is_graded_or_refused(app, at_once, nth):
    del app, nth
    reference, person_id = begun(right=0)

    def answer_late(session):
        asked = queries.asked(session, queries.attempt(session, reference, person_id).id, 1)
        facts = {"posted": shown(asked, RIGHT), "sequence": asked.sequence + 1, "now": NOON}
        return commands.answer(session, reference, 1, person_id=person_id, **facts).id

    def hand_it_in(session):
        return commands.submit(session, reference, person_id=person_id, now=NOON).id

    saved, _ended = at_once(in_transaction(answer_late), in_transaction(hand_it_in))
    asked = queries.asked(db.session(), queries.attempt(db.session(), reference, person_id).id, 1)
    assert asked.mark == ("0" if isinstance(saved, AttemptEnded) else "1")


def begun(*, right):
    """Begin an attempt and answer all of it; gives its reference and whose it is."""
    with transaction() as session:
        attempt = make_attempt(session)
        answer_all(session, attempt, right=right)
        return attempt.reference, attempt.person_id
