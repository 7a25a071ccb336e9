"""Grading a question anew: scores follow, a fail may become a pass, and no pass is lost by itself."""

import pytest
from sqlalchemy import func, select

from certification.credentials import queries as given
from certification.exams import commands, selfchecks
from certification.exams import queries_of_regrades as queries
from certification.exams.commands import OutdatedDryRun
from certification.exams.commands.grading import OwnAttempt
from certification.exams.models_of_regrades import Regrade
from certification.exams.rules import AttemptState
from certification.exams.rules.doubts import DoubtStatus
from marketplace.kernel import mail
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import RIGHT, answer_all, make_attempt, make_reviewed_attempt
from tests.factories.regrades import (
    FULL_MARKS,
    LEFT_OUT,
    NEWEST_KEY,
    answered,
    make_doubt,
    make_graded,
    make_small_exam,
    regrade,
    turn_key,
)
from tests.plugins.racing import done, in_transaction, on_postgresql, race, refused


@pytest.fixture
def exam(session):
    return make_small_exam(session)


@pytest.fixture(autouse=True)
def _is_sound(app):
    """Look at the end of each test whether results are what marks make of them."""
    yield
    reading().rollback()
    assert [line for check in selfchecks.CHECKS for line in check(reading())] == []


def certificates(session, attempt):
    return given.all_credentials(session, [attempt.person_id]).get(attempt.person_id, [])


def letters(session):
    owed = session.scalars(select(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id))
    return [(one.payload["subject"], " ".join(one.payload["paragraphs"])) for one in owed]


def rows(session, made):
    return {one.attempt_id: one for one in queries.regraded_by(session, made.id)}


def test_who_passes_by_it_gets_all_that_a_pass_brings(session, exam):
    failed = make_graded(session, exam, right=2)
    made = regrade(session, answered(failed).question_id, FULL_MARKS)
    assert (failed.state, failed.percent, failed.graded_at) == (AttemptState.PASSED, 75, NOON + DAY)
    [certificate] = certificates(session, failed)
    assert certificate.issued_at == NOON + DAY
    subject, said = letters(session)[-1]
    assert subject.startswith("You have passed")
    assert "was wrong, so we have graded it anew" in said
    row = rows(session, made)[failed.id]
    assert (row.percent_before, row.percent, row.mark_before, row.mark) == (50, 75, "0", "1")
    actions = session.scalars(select(AuditEntry.action).filter_by(subject_kind="regrade", subject_id=made.id))
    assert list(actions) == ["full_marks"]


def test_the_newest_version_marks_what_was_answered_before_it(session, exam):
    passed, failed = make_graded(session, exam, right=4), make_graded(session, exam, right=2)
    question_id = answered(failed).question_id
    assert passed.percent == 100
    turn_key(session, question_id)
    regrade(session, question_id, NEWEST_KEY)
    assert (passed.state, passed.percent) == (AttemptState.PASSED, 75)
    assert (failed.state, failed.percent) == (AttemptState.PASSED, 75)
    assert len(certificates(session, passed)) == 1
    assert len(letters(session)) == 3  # Two results, and the one that is better now.


def test_an_answer_that_says_something_else_by_now_gets_what_staff_choose(session, exam):
    failed = make_graded(session, exam, right=2)
    question_id = answered(failed).question_id
    turn_key(session, question_id, renamed=["wrong"])
    found = queries.dry_run(session, question_id, NEWEST_KEY, [1])
    [change] = found.changes
    assert (found.not_carried, change.after.mark, change.brings) == (1, 1, True)


def test_a_question_left_out_is_no_part_of_the_score(session, exam):
    failed = make_graded(session, exam, right=2)
    question_id = answered(failed).question_id
    regrade(session, question_id, LEFT_OUT)
    assert (failed.state, failed.percent, failed.possible) == (AttemptState.FAILED, 66, 3)
    regrade(session, question_id, FULL_MARKS, now=NOON + 2 * DAY)  # It counts again.
    assert (failed.state, failed.percent, failed.possible) == (AttemptState.PASSED, 75, 4)


def test_a_pass_is_never_lost_by_itself(session, exam):
    doubt = make_doubt(session, exam)
    attempt = doubt.regraded.attempt
    assert (attempt.state, attempt.percent) == (AttemptState.PASSED, 75)
    assert (doubt.status, doubt.regraded.percent, doubt.regraded.is_passed) == (DoubtStatus.OPEN, 50, False)
    assert [one.revoked_at for one in certificates(session, attempt)] == [None]


def test_nothing_is_done_twice(session, exam):
    doubt = make_doubt(session, exam)
    question_id = doubt.regraded.regrade.question_id
    again = queries.dry_run(session, question_id, NEWEST_KEY, [1])
    assert (again.changes, again.attempts) == ([], 1)
    with pytest.raises(OutdatedDryRun):
        regrade(session, question_id, NEWEST_KEY)
    assert session.scalar(select(func.count(Regrade.id))) == 1


def test_a_later_regrade_settles_a_doubt(session, exam):
    doubt = make_doubt(session, exam)
    regrade(session, doubt.regraded.regrade.question_id, FULL_MARKS, now=NOON + 2 * DAY)
    assert (doubt.status, doubt.decided_by, queries.open_doubts(session)) == (DoubtStatus.SETTLED, None, [])
    assert doubt.regraded.attempt.percent == 75


def test_what_is_in_progress_is_graded_so_when_it_ends(session, exam):
    failed, running = make_graded(session, exam, right=2), make_attempt(session, exam=exam)
    answer_all(session, running, right=2)
    question_id = answered(failed).question_id
    wrong_there = next(one.response for one in running.questions if one.question_id == question_id) != [RIGHT]
    regrade(session, question_id, FULL_MARKS, now=NOON + HOUR / 12)
    assert queries.dry_run(session, question_id, FULL_MARKS, [1]).changes == []
    facts = {"person_id": running.person_id, "now": NOON + HOUR / 6}
    commands.submit(session, running.reference, **facts)
    assert running.percent == (75 if wrong_there else 50)
    later = make_graded(session, exam, right=0, now=NOON + DAY)
    assert later.percent == 0, "who begins afterwards is asked the question as it is"


def test_what_is_under_review_gets_its_mark_and_waits_on(session):
    attempt = make_reviewed_attempt(session)
    [asked] = attempt.questions
    regrade(session, asked.question_id, FULL_MARKS)
    assert (attempt.state, asked.mark, asked.is_scored) == (AttemptState.UNDER_REVIEW, "1", True)
    commands.conclude(session, attempt, by=make_staff(session).id, now=NOON + DAY)
    assert attempt.state is AttemptState.PASSED


def test_where_nothing_else_counts_leaving_out_brings_the_full_mark(session):
    attempt = make_reviewed_attempt(session)
    [asked] = attempt.questions
    regrade(session, asked.question_id, LEFT_OUT)
    assert (asked.mark, asked.is_scored) == ("1", True)


def test_who_has_passed_since_gets_a_letter_and_keeps_the_certificate(session, exam):
    failed = make_graded(session, exam, right=2)
    since = make_graded(session, exam, right=4, person=failed.person, now=NOON + 10 * DAY)
    [before] = certificates(session, failed)
    regrade(session, answered(failed).question_id, FULL_MARKS, now=NOON + 11 * DAY)
    assert (failed.state, since.state) == (AttemptState.PASSED, AttemptState.PASSED)
    assert certificates(session, failed) == [before]
    assert letters(session)[-1][0].startswith("An earlier try counts as passed")


def test_two_tries_that_become_passes_bring_one_certificate(session, exam):
    person = make_person(session)
    tries = [make_graded(session, exam, right=2, person=person, now=NOON + days * DAY) for days in (0, 50)]
    wrong = [{one.question_id for one in attempt.questions if one.response != [RIGHT]} for attempt in tries]
    both = sorted(wrong[0] & wrong[1]) or pytest.fail("the draw is another one by now")
    regrade(session, both[0], FULL_MARKS, now=NOON + 60 * DAY)
    assert [one.state for one in tries] == [AttemptState.PASSED] * 2
    assert len(certificates(session, tries[0])) == 1


def test_only_the_versions_that_were_wrong_are_graded_anew(session, exam):
    first = make_graded(session, exam, right=0)
    question_id = first.questions[0].question_id
    turn_key(session, question_id)
    second = make_graded(session, exam, right=0)
    assert queries.asked_versions(session, question_id) == {1: 1, 2: 1}
    regrade(session, question_id, FULL_MARKS, versions=[1])
    assert first.percent == 25
    assert second.percent == 25  # By the new key, that answer was right.
    assert queries.dry_run(session, question_id, FULL_MARKS, [1, 2]).changes == []


def test_nobody_grades_their_own_attempt_anew(session, exam):
    staff = make_staff(session)
    failed = make_graded(session, exam, right=2, person=staff)
    with pytest.raises(OwnAttempt):
        regrade(session, answered(failed).question_id, FULL_MARKS, by=staff.id)


def test_what_was_not_seen_is_not_done(session, exam):
    failed = make_graded(session, exam, right=2)
    question_id, staff = answered(failed).question_id, make_staff(session)
    seen = queries.dry_run(session, question_id, FULL_MARKS, [1]).seen
    make_graded(session, exam, right=0)
    facts = {"versions": [1], "reason": "Wrong.", "seen": seen, "by": staff.id, "now": NOON}
    with pytest.raises(OutdatedDryRun):
        commands.regrade(session, question_id, FULL_MARKS, **facts)
    assert failed.state is AttemptState.FAILED


# Two at once


def two_confirm(app, *, right=1):
    """Let two confirm the same dry run, by which a score changes, and give what came of it."""
    with transaction() as session:
        failed = make_graded(session, make_small_exam(session), right=right)
        question_id, people = answered(failed).question_id, [make_staff(session).id for _number in range(2)]
        session.flush()
        seen = queries.dry_run(session, question_id, FULL_MARKS, [1]).seen
    facts = {"versions": [1], "reason": "Wrong.", "seen": seen, "now": NOON + DAY}

    def confirm(by):
        return in_transaction(lambda session: commands.regrade(session, question_id, FULL_MARKS, **facts, by=by).id)

    outcomes = race(app, *map(confirm, people))
    reading().rollback()
    return outcomes, reading().scalar(select(func.count(Regrade.id)))


def test_of_two_that_confirm_at_once_one_does_it(app):
    outcomes, made = two_confirm(app, right=2)
    assert (len(done(outcomes)), len(refused(outcomes)), made) == (1, 1, 1), outcomes


@on_postgresql
def test_without_its_locks_it_would_be_done_twice(app, guards, monkeypatch):
    """Twin: neither waits for the other, and the score is not held to what was seen."""
    guards.locks_off("question", "exam_attempt")
    monkeypatch.setattr("certification.exams.commands.regrading._grade", lambda *_arguments, **_facts: None)
    outcomes, made = two_confirm(app)
    assert (len(done(outcomes)), made) == (2, 2), outcomes
    _settle(reading())


def _settle(session):
    """Bring the score to its marks again, which the twin has kept from happening."""
    session.rollback()
    with transaction() as writing:
        for row in writing.scalars(select(queries.RegradedAttempt)):
            row.attempt.earned, row.attempt.possible = row.earned, row.possible
