"""Banks, as those who look after certification fill them: by hand, without leaving the keyboard, and from a file."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from certification.banks.kinds import Kind
from certification.banks.models import Question
from certification.tracks import queries as tracks
from marketplace.kernel.database import reading
from tests.browser import assert_accessible
from tests.journeys.cast import JOANA
from tests.journeys.shots import shoot
from tests.journeys.steps import button, heading, link, words
from tests.plugins.databases import ENGINES

on_both_databases = pytest.mark.parametrize("installation", ENGINES, indirect=True)
STOPS_MAX = 60
TOPIC = "Networks/Ports"
# What is typed for each question, by field, in the order in which the keyboard reaches them.
TEN = [
    (Kind.MULTICHOICE, {"text": "Which port does HTTPS use?", "answer-1": "443", "answer-2": "80", "topic": TOPIC}),
    (Kind.MULTICHOICE, {"text": "Who may see a customer's password?", "answer-1": "Nobody", "answer-2": "The partner"}),
    (Kind.MULTICHOICE, {"text": "Where are backups kept?", **{f"answer-{n}": f"Place {n}" for n in range(1, 7)}}),
    (Kind.TRUE_FALSE, {"text": "A refund takes your rating away."}),
    (Kind.SHORT_ANSWER, {"text": "Which command lists running containers?", "answer-1": "docker ps*"}),
    (Kind.NUMERICAL, {"text": "How many minutes has an hour?", "answer-1": "60", "tolerance-1": "0"}),
    (Kind.MATCHING, {"text": "What speaks what?", "answer-1": "Web", "match-1": "HTTP", "match-2": "SMTP"}),
    (Kind.ORDERING, {"text": "How do you upgrade?", "answer-1": "Back up", "answer-2": "Upgrade"}),
    (Kind.ESSAY, {"text": "Answer somebody who is angry.", "answer-1": "Is calm", "points-1": "3"}),
    (Kind.DESCRIPTION, {"text": "The next questions are about money."}),
]


def tab_to(page, name, value=None):
    """Press Tab until the field or the button of this name has the focus."""
    for _stop in range(STOPS_MAX):
        found = page.evaluate("[document.activeElement.name, document.activeElement.value]")
        if found[0] == name and value in (None, found[1]):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {name}")


def choose_kind(page, kind):
    """Choose the kind, one stop before the text, and wait for its fields."""
    page.keyboard.press("Shift+Tab")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.type(str(kind.label))
    expect(page.locator("#field-kind")).to_have_value(kind.value)
    page.keyboard.press("Tab")


@on_both_databases
def test_ten_questions_are_written_by_keyboard_without_leaving_the_page(installation, open_window):
    slug = installation.ask(lambda: tracks.tracks(reading())[0].slug)
    page = open_window(JOANA)
    page.goto("/vendor/certification")
    page.locator(f"a[href$='/banks/{slug}']").click()
    link(page, "Write a question").click()
    address = page.url
    tab_to(page, "text")
    before = Kind.MULTICHOICE
    for number, (kind, fields) in enumerate(TEN, start=1):
        if kind is not before:
            choose_kind(page, kind)
            before = kind
        for name, typed in fields.items():
            expect(page.locator(f"[name='{name}']")).to_be_attached()  # Room for one more comes while one types.
            tab_to(page, name)
            page.keyboard.type(typed)
        tab_to(page, "step", "next")
        page.keyboard.press("Enter")
        expect(page.locator(".flash")).to_contain_text(fields["text"][:20])
        expect(page.locator("#field-text")).to_be_focused()
        expect(page.locator("#field-text")).to_have_value("")
        expect(page.locator("#field-topic")).to_have_value(TOPIC)
        assert page.url == address, number
    kinds = installation.ask(lambda: reading().scalars(sa.select(Question.kind).filter_by(topic=TOPIC)).all())
    assert sorted(kinds) == sorted(kind for kind, _fields in TEN)


@on_both_databases
def test_while_somebody_writes_they_see_it_and_what_is_asked_already(installation, open_window):
    slug = installation.ask(lambda: tracks.tracks(reading())[0].slug)
    page = open_window(JOANA)
    new = f"/vendor/certification/banks/{slug}/questions/new"
    for text in ("Which port does HTTPS use?", "Which port does HTTPS use by default?"):
        page.goto(new)
        page.locator("#field-text").fill(text)
        page.locator("[name='answer-1']").fill("443")
        expect(page.locator("#preview")).to_contain_text(words("Not ready yet:"))
        page.locator("[name='answer-2']").fill("80")
        expect(page.locator("#preview fieldset")).to_contain_text("80")
        if text.endswith("default?"):
            break
        button(page, "Save and write the next").click()
        expect(page.locator(".flash")).to_be_visible()
    expect(page.locator("#alike")).to_contain_text("Which port does HTTPS use?")
    expect(page.locator("#announcer")).to_contain_text("Which port does HTTPS use?")
    expect(page.locator("#field-text")).to_have_value("Which port does HTTPS use by default?")
    shoot(page, "question-editor")
    assert_accessible(page)


def test_a_file_is_looked_at_before_it_is_imported(installation, open_window):
    slug = installation.ask(lambda: tracks.tracks(reading())[0].slug)
    page = open_window(JOANA)
    page.goto(f"/vendor/certification/banks/{slug}")
    link(page.get_by_role("main"), "Import a file").first.click()
    file = b"::Sum::What is 1 + 1? {=2 ~3}\n\n::Broken::What is this? {=\n"
    page.locator("#field-file").set_input_files({"name": "bank.gift", "mimeType": "text/plain", "buffer": file})
    button(page, "See what it would do").click()
    expect(heading(page)).to_have_text("What the file would do")
    expect(page.get_by_role("table")).to_contain_text("Broken")
    expect(page.get_by_role("radio", name="2", exact=True)).to_be_disabled()
    shoot(page, "import-check")
    button(page, "Import").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was written.")
    page.get_by_label("Leave out the 1 that was refused").check()
    button(page, "Import").click()
    expect(page.locator(".flash")).to_contain_text("1 new question.")
    expect(page.get_by_role("table")).to_contain_text("Sum")
