"""Attempts at which a person has to look: marked by a rubric, concluded, voided; never by the candidate."""

import pytest

from certification.banks.formats import Entry
from certification.banks.kinds import Essay, say
from certification.exams import commands, queries
from certification.exams.commands.grading import NotAllMarked, OwnAttempt
from certification.exams.rules import AttemptState
from marketplace.kernel.database import db, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import choice, make_attempt, make_exam, make_live
from tests.factories.question_banks import make_bank
from tests.factories.questions import essay
from tests.factories.tracks import make_track


def handed_in(session, content, *, person=None):
    """Hand in an attempt with one text and one choice, which is left open."""
    entries = [Entry(name="Text", content=content), Entry(name="Choice", content=choice())]
    track = make_track(session)
    make_live(session, make_bank(session, track=track, entries=entries))
    exam = make_exam(session, track=track, parts=(("", None, 2),), pass_percent=50)
    attempt = make_attempt(session, exam=exam, person=person)
    facts = {"person_id": attempt.person_id, "sequence": 1, "now": NOON}
    commands.answer(session, attempt.reference, place_of(attempt), posted={"answer": ["I am sorry."]}, **facts)
    return commands.submit(session, attempt.reference, person_id=attempt.person_id, now=NOON)


def place_of(attempt):
    """Tell where the text stands."""
    return next(one.position for one in attempt.questions if one.version.kind == "essay")


def test_a_text_waits_for_a_person_and_its_mark_decides(session):
    attempt, staff = handed_in(session, essay()), make_staff(session)
    assert attempt.state is AttemptState.UNDER_REVIEW
    assert queries.under_review(session) == [attempt]
    with pytest.raises(NotAllMarked):
        commands.conclude(session, attempt, by=staff.id, now=NOON)
    commands.mark_text(
        session, attempt, place_of(attempt), essay().mark_by_rubric({"r1": 3, "r2": 1}), by=staff.id, now=NOON
    )
    commands.conclude(session, attempt, by=staff.id, now=NOON)
    assert (attempt.state, attempt.percent) == (AttemptState.PASSED, 50)
    with pytest.raises(IllegalMove):
        commands.mark_text(session, attempt, place_of(attempt), essay().mark(()), by=staff.id, now=NOON)


def test_only_texts_are_marked_by_a_person(session):
    attempt, staff = handed_in(session, essay()), make_staff(session)
    with pytest.raises(NotFound):
        commands.mark_text(session, attempt, 3 - place_of(attempt), essay().mark(()), by=staff.id, now=NOON)


def test_nobody_decides_about_an_attempt_of_their_own(session):
    staff = make_staff(session)
    attempt = handed_in(session, essay(), person=staff)
    with pytest.raises(OwnAttempt):
        commands.mark_text(session, attempt, place_of(attempt), essay().mark(()), by=staff.id, now=NOON)
    with pytest.raises(OwnAttempt):
        commands.conclude(session, attempt, by=staff.id, now=NOON)
    with pytest.raises(OwnAttempt):
        commands.void(session, attempt, reason="No", by=staff.id, now=NOON)


class Desk:
    """Somebody of the vendor's people, and an attempt that waits."""

    def __init__(self, app, content):
        with transaction() as session:
            attempt = handed_in(session, content, person=make_person(session, name="Secret Candidate"))
            self.position, self.reference = place_of(attempt), attempt.reference
            person = make_staff(session)
        self.browser = app.test_client()
        self.browser.sign_in(person)
        self.address = f"/vendor/certification/reviews/{self.reference}"

    def mark(self, **fields):
        """Send a mark."""
        named = {f"{name.replace('_', f'-{self.position}-')}": value for name, value in fields.items()}
        return self.browser.post(f"{self.address}/marks/{self.position}", data=named)

    def state(self):
        """Tell how far the attempt has come."""
        db.session.rollback()
        return queries.attempt_for_staff(db.session(), self.reference).state


def test_a_text_is_marked_on_a_page_that_does_not_tell_whose_it_is(app):
    desk = Desk(app, essay())
    assert desk.reference in desk.browser.get("/vendor/certification/reviews").text
    page = desk.browser.get(desk.address).text
    assert "I am sorry." in page
    assert "Names the cause" in page
    assert "Secret Candidate" not in page
    for wrong in ({}, {"points_r1": "4", "points_r2": "1"}, {"points_r1": "3", "points_r2": "-1"}, {"points_r1": "3"}):
        answer = desk.mark(**wrong)
        assert answer.status_code == 422
        assert "Give each criterion its points." in answer.text
    assert desk.browser.post(f"{desk.address}/conclude").status_code == 409
    assert desk.mark(points_r1="3", points_r2="1").status_code == 302
    assert desk.browser.post(f"{desk.address}/conclude").status_code == 302
    assert desk.state() is AttemptState.PASSED


def test_without_a_rubric_a_share_is_given(app):
    desk = Desk(app, Essay(stem=say("Answer.", "en")))
    for wrong in ("", "101", "-1", "x", "1000"):
        answer = desk.browser.post(f"{desk.address}/marks/{desk.position}", data={f"percent-{desk.position}": wrong})
        assert answer.status_code == 422
        assert "Write a whole number from 0 to 100." in answer.text
    data = {f"percent-{desk.position}": "50"}
    assert desk.browser.post(f"{desk.address}/marks/{desk.position}", data=data).status_code == 302
    desk.browser.post(f"{desk.address}/conclude")
    assert desk.state() is AttemptState.FAILED


def test_an_attempt_is_voided_with_a_reason(app):
    desk = Desk(app, essay())
    assert desk.browser.post(f"{desk.address}/void", data={"reason": ""}).status_code == 422
    assert desk.browser.post(f"{desk.address}/void", data={"reason": "The power was cut"}).status_code == 302
    assert desk.state() is AttemptState.VOIDED
    assert "The power was cut" in desk.browser.get(desk.address).text
