"""Taking an exam in the browser: in three languages, without JavaScript, with the network cut, on two devices."""

import re

import pytest
from playwright.sync_api import expect

from certification.exams import queries
from certification.exams.models import ExamAttempt
from certification.exams.rules import AttemptState
from marketplace.accounts.models import Person
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import use_locale
from tests.factories import DAY
from tests.factories.exams import RIGHT, WRONG, make_exam
from tests.factories.tracks import make_track
from tests.journeys.cast import NURIA, SAMIR
from tests.journeys.examinee import QUESTIONS, answer_all, begin, choose, expect_place
from tests.journeys.steps import button, choose_language, heading, link, look_at, words

TRACK = "Careful upgrades"


def publish(**facts):
    """Publish an exam of four questions, each with one right answer."""
    with transaction() as session:
        made = make_exam(session, track=make_track(session, slug="careful", names={"en": TRACK}), **facts)
        return made.id


def saved(page):
    """Find what is said of saving."""
    return page.locator("#saved")


def attempt_of(installation, somebody):
    """Give the latest attempt of somebody, as it stands now."""

    def find():
        person = reading().query(Person).filter_by(email=somebody.email).one()
        found = queries.attempts_of(reading(), person.id)[-1]
        return found.state, [one.response for one in found.questions]

    return installation.ask(find)


@pytest.mark.parametrize(("somebody", "language"), [(NURIA, "en"), (NURIA, "es"), (SAMIR, "ar")])
def test_an_exam_is_taken_and_passed(installation, open_window, somebody, language):
    installation.ask(publish)
    with use_locale(language):
        page = open_window(somebody, locale=language)
        if language != "en":
            choose_language(page, language, now="en")
        begin(page, TRACK)
        look_at(page, f"exam-question-{language}")
        for number in range(1, QUESTIONS):
            choose(page, "right")
            expect(saved(page)).to_have_attribute("data-state", "saved")
            button(page, "Save and go on").click()
            expect_place(page, number + 1)
        choose(page, "wrong")
        button(page, "Save and look at all").click()
        expect(page.get_by_text(words("All questions are answered."))).to_be_visible()
        look_at(page, f"exam-overview-{language}")
        button(page, "Hand in").click()
        expect(heading(page)).to_have_text(words("Passed"))
        look_at(page, f"exam-result-{language}")
        link(page, "See your certificate").click()
        expect(page).to_have_url(re.compile("/credentials/"))
    assert attempt_of(installation, somebody)[0] is AttemptState.PASSED
    installation.check()


def test_an_exam_is_taken_without_javascript(installation, open_window):
    installation.ask(publish)
    page = open_window(NURIA, java_script_enabled=False)
    begin(page, TRACK)
    for number in range(1, QUESTIONS):
        choose(page, "wrong")
        button(page, "Save and go on").click()
        expect_place(page, number + 1)
    button(page, "Back").click()
    expect_place(page, QUESTIONS - 1)
    expect(page.get_by_label("wrong", exact=True)).to_be_checked()
    expect(saved(page)).to_contain_text("Saved at")
    button(page, "All questions").click()
    expect(page.get_by_text("1 question has no answer yet.")).to_be_visible()
    button(page, "Hand in").click()
    expect(heading(page)).to_have_text("Not passed")
    expect(page.get_by_text("You may try again from")).to_be_visible()
    installation.check()


def test_who_has_failed_waits_and_tries_again(installation, open_window):
    installation.ask(publish)
    page = open_window(NURIA)
    begin(page, TRACK)
    answer_all(page, WRONG)
    expect(heading(page)).to_have_text("Not passed")
    page.goto("/exams/careful")
    expect(page.get_by_text("You may try again from")).to_be_visible()
    expect(button(page, "Begin, and start the clock")).to_have_count(0)
    installation.ask(let_the_wait_go_by)
    begin(page, TRACK)
    answer_all(page, RIGHT)
    expect(heading(page)).to_have_text("Passed")
    installation.check()


def let_the_wait_go_by():
    """Move all attempts back by more than the first wait."""
    with transaction() as session:
        for one in session.query(ExamAttempt):
            for moment in ("started_at", "deadline_at", "ended_at", "graded_at"):
                setattr(one, moment, getattr(one, moment) - 8 * DAY)


def test_a_cut_network_loses_nothing_and_says_so(installation, open_window):
    installation.ask(publish)
    page = open_window(NURIA)
    begin(page, TRACK)
    choose(page, "wrong")
    expect(saved(page)).to_have_attribute("data-state", "saved")
    page.context.set_offline(True)
    choose(page, "right")
    expect(saved(page)).to_have_text(re.compile("Not saved"))
    button(page, "Save and go on").click()
    expect_place(page, 1)
    expect(page.get_by_label("right", exact=True)).to_be_checked()
    page.context.set_offline(False)
    expect(saved(page)).to_have_text(re.compile("Saved at"))
    page.reload()
    expect(page.get_by_label("right", exact=True)).to_be_checked()
    assert ["right"] in attempt_of(installation, NURIA)[1]


def test_two_devices_never_overwrite_each_other_silently(installation, open_window):
    installation.ask(publish)
    desk, phone = open_window(NURIA), open_window(NURIA)
    begin(desk, TRACK)
    phone.goto("/exams/careful")
    link(phone, "Go on").click()
    phone.get_by_role("link", name="Question 1", exact=True).click()
    choose(desk, "wrong")
    expect(saved(desk)).to_have_attribute("data-state", "saved")
    choose(phone, "right")
    expect(phone.get_by_text("You have answered this question in another window")).to_be_visible()
    assert ["wrong"] in attempt_of(installation, NURIA)[1]
    button(phone, "Save and go on").click()
    expect_place(phone, 2)
    assert ["right"] in attempt_of(installation, NURIA)[1]
