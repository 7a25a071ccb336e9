"""A question was wrong: staff look at who would change, and the candidate finds a certificate."""

import re

from playwright.sync_api import expect

from marketplace.accounts.models import Person
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from tests.factories.exams import RIGHT
from tests.factories.regrades import answered, make_graded, make_small_exam, turn_key
from tests.factories.tracks import make_track
from tests.journeys.cast import JOANA, MARISOL, NURIA
from tests.journeys.steps import button, field, heading, link, look_at


def fail_and_pass():
    """Let Nuria fail by an answer whose key was wrong, and Marisol pass by it; give question and attempt."""
    now = utcnow()
    with transaction() as session:
        by_email = {one.email: one for one in session.query(Person)}
        exam = make_small_exam(session, track=make_track(session, slug="keyed", names={"en": "Keys"}))
        failed = make_graded(session, exam, right=2, person=by_email[NURIA.email], now=now)
        question_id = answered(failed).question_id
        passed = make_graded(session, exam, right=3, person=by_email[MARISOL.email], now=now)
        assert next(one.response for one in passed.questions if one.question_id == question_id) == [RIGHT]
        turn_key(session, question_id, now=now)
        return question_id, failed.reference


def test_a_wrong_key_is_put_right(installation, open_window):
    question_id, reference = installation.ask(fail_and_pass)
    staff = open_window(JOANA)
    grade_anew(staff, question_id)
    candidate = open_window(NURIA)
    candidate.goto(f"/attempts/{reference}")
    expect(heading(candidate)).to_have_text("Passed")
    link(candidate, "See your certificate").click()
    expect(candidate).to_have_url(re.compile("/credentials/"))
    let_stand(staff)
    installation.check()


def grade_anew(staff, question_id):
    """See who would change, and confirm it."""
    staff.goto(f"/vendor/certification/questions/{question_id}")
    link(staff, "Grade it anew").click()
    expect(heading(staff)).to_have_text("Grade a question anew")
    look_at(staff, "regrade-form")
    field(staff, "What was wrong?").fill("The key named the wrong choice.")
    button(staff, "See who would change").click()
    expect(staff.get_by_role("row", name=re.compile(NURIA.name))).to_contain_text("50%, then 75%")
    expect(staff.get_by_role("row", name=re.compile(MARISOL.name))).to_contain_text("In doubt")
    look_at(staff, "regrade-dry-run")
    button(staff, "Grade it anew").click()
    expect(heading(staff)).to_have_text("Graded anew")


def let_stand(staff):
    """Find the pass in doubt, and decide about it."""
    staff.goto("/vendor/certification")
    link(staff, "Passes in doubt").click()
    link(staff, MARISOL.name).click()
    look_at(staff, "pass-in-doubt")
    staff.get_by_label("Let the pass stand").check()
    field(staff, "Why?").fill("She could not know it.")
    button(staff, "Decide").click()
    expect(staff.get_by_text("The pass stands")).to_be_visible()
