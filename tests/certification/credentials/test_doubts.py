"""Passes in doubt: each stands until somebody who is not the candidate decides, once and with a reason."""

import pytest
import time_machine

from certification.credentials import commands, queries
from certification.credentials.rules import CredentialState
from certification.exams import queries_of_regrades as regrades
from certification.exams.commands.grading import OwnAttempt
from certification.exams.rules import AttemptState
from certification.exams.rules.doubts import DoubtDecision, DoubtStatus, PassesAllTheSame
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.regrades import FULL_MARKS, answered, make_doubt, regrade
from tests.plugins.racing import broken_checks, done, in_transaction, on_postgresql, race, refused

KEEP, TAKE_BACK = DoubtDecision.KEEP, DoubtDecision.TAKE_BACK
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Pages do not ask the database's kind.


def decide(session, doubt, decision, *, by=None, now=NOON + DAY):
    facts = {"decision": decision, "answer": "Because.", "by": by or make_staff(session).id, "now": now}
    commands.decide_doubt(session, doubt.id, **facts)
    session.expire_all()


def test_what_is_kept_stays_as_it_is(session):
    doubt = make_doubt(session)
    attempt = doubt.regraded.attempt
    decide(session, doubt, KEEP)
    assert (doubt.status, doubt.answer, doubt.ended_at) == (DoubtStatus.KEPT, "Because.", NOON + DAY)
    assert (attempt.state, attempt.percent) == (AttemptState.PASSED, 75)
    assert queries.brought_by(session, attempt).state(NOON + DAY) is CredentialState.VALID


def test_what_is_taken_back_fails_and_its_certificate_is_revoked(session):
    doubt = make_doubt(session)
    attempt = doubt.regraded.attempt
    decide(session, doubt, TAKE_BACK)
    assert (doubt.status, attempt.state, attempt.percent) == (DoubtStatus.TAKEN_BACK, AttemptState.FAILED, 50)
    certificate = queries.brought_by(session, attempt)
    assert (certificate.revoked_at, certificate.revoked_reason) == (NOON + DAY, "Because.")


def test_it_is_decided_once(session):
    doubt = make_doubt(session)
    decide(session, doubt, KEEP)
    for decision in DoubtDecision:
        with pytest.raises(IllegalMove):
            decide(session, doubt, decision)


def test_what_was_revoked_meanwhile_is_not_revoked_again(session):
    doubt, staff = make_doubt(session), make_staff(session)
    certificate = queries.brought_by(session, doubt.regraded.attempt)
    commands.revoke(session, certificate.id, reason="Copied.", by=staff.id, now=NOON + DAY)
    decide(session, doubt, TAKE_BACK, now=NOON + 2 * DAY)
    assert (certificate.revoked_reason, doubt.regraded.attempt.state) == ("Copied.", AttemptState.FAILED)


def test_what_would_be_a_pass_by_now_is_not_taken_back(session):
    doubt = make_doubt(session)
    other = answered(doubt.regraded.attempt)  # The one that was wrong.
    regrade(session, other.question_id, FULL_MARKS)
    with pytest.raises(PassesAllTheSame):
        decide(session, doubt, TAKE_BACK)


def test_nobody_decides_about_their_own(session):
    staff = make_staff(session)
    doubt = make_doubt(session, person=staff)
    for decision in DoubtDecision:
        with pytest.raises(OwnAttempt):
            decide(session, doubt, decision, by=staff.id)
    with pytest.raises(NotFound):
        commands.decide_doubt(session, 0, decision=KEEP, answer="No.", by=staff.id, now=NOON)


def decide_twice(app):
    """Let one keep and another take back at once, and give what came of it."""
    with transaction() as session:
        doubt_id = make_doubt(session).id
        people = [make_staff(session).id for _number in range(2)]

    def decide_so(decision, by):
        facts = {"decision": decision, "answer": "Because.", "by": by, "now": NOON + DAY}
        return in_transaction(lambda session: commands.decide_doubt(session, doubt_id, **facts))

    outcomes = race(app, *map(decide_so, (KEEP, TAKE_BACK), people))
    reading().rollback()
    return outcomes, regrades.doubt(reading(), doubt_id)


def test_of_two_that_decide_at_once_one_does(app):
    outcomes, doubt = decide_twice(app)
    assert (len(done(outcomes)), len(refused(outcomes))) == (1, 1), outcomes
    is_kept = doubt.status is DoubtStatus.KEPT
    assert doubt.regraded.attempt.state is (AttemptState.PASSED if is_kept else AttemptState.FAILED)
    assert not broken_checks()


@on_postgresql
def test_without_the_condition_both_would_decide(app, guards, monkeypatch):
    """Twin: neither waits for the other, and the statement that ends a doubt asks nothing."""
    guards.locks_off("exam_attempt")
    monkeypatch.setattr("certification.exams.commands.doubts.end_doubt", lambda *_arguments, **_facts: None)
    outcomes, doubt = decide_twice(app)
    assert len(done(outcomes)) == 2, outcomes
    assert (doubt.status, doubt.regraded.attempt.state) == (DoubtStatus.OPEN, AttemptState.FAILED)
    assert "doubts_about_what_is_no_pass" in broken_checks()


@on_sqlite
@time_machine.travel(NOON + DAY, tick=False)
def test_staff_find_it_look_at_it_and_decide(client):
    with transaction() as session:
        doubt = make_doubt(session, person=make_person(session, name="Dora Doubt"))
        address, doubt_id = f"/vendor/certification/doubts/{doubt.id}", doubt.id
        client.sign_in(make_staff(session, StaffRole.CERTIFICATION))
    assert "/vendor/certification/doubts" in client.get("/vendor/certification").text
    assert "1 pass would be none since a question was graded anew." in client.get("/vendor").text
    assert f'href="{address}"' in client.get("/vendor/certification/doubts").text
    page = client.get(address).text
    assert "Dora Doubt" in page
    assert "The key was wrong." in page
    assert client.post(address, data={"decision": "take_back", "answer": " "}).status_code == 422
    after = client.post(address, data={"decision": "take_back", "answer": "Sorry."}, follow_redirects=True).text
    assert "It is decided." in after
    assert "Sorry." in client.get(address).text
    reading().rollback()
    assert regrades.doubt(reading(), doubt_id).status is DoubtStatus.TAKEN_BACK
    assert client.post(address, data={"decision": "keep", "answer": "Once more."}).status_code == 409


@on_sqlite
def test_a_candidate_finds_no_form(client):
    with transaction() as session:
        staff = make_staff(session, StaffRole.CERTIFICATION)
        address = f"/vendor/certification/doubts/{make_doubt(session, person=staff).id}"
        client.sign_in(staff)
    assert "This is your own attempt." in client.get(address).text
    assert client.post(address, data={"decision": "keep", "answer": "Mine."}).status_code == 403
