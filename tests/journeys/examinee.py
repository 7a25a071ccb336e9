"""What whoever sits an exam of `make_exam` does on its pages."""

from playwright.sync_api import Page, expect

from tests.factories.exams import RIGHT
from tests.journeys.steps import button, heading, words

QUESTIONS = 4


def begin(page: Page, track: str) -> None:
    """Find the exam of a track in the list of them, and begin it."""
    page.goto("/exams")
    begin_here(page, track)


def begin_here(page: Page, track: str) -> None:
    """Go to the exam of a track from a page that names it, state what has to be stated, and start the clock."""
    page.get_by_role("link", name=track, exact=True).click()
    page.get_by_label(words("I state all of this")).check()
    button(page, "Begin, and start the clock").click()
    expect_place(page, 1)


def expect_place(page: Page, number: int) -> None:
    """Wait for a question."""
    expect(heading(page)).to_have_text(words("Question %(n)s of %(of)s", n=number, of=QUESTIONS))


def choose(page: Page, text: str) -> None:
    """Choose an answer by its words, which are the vendor's in every language."""
    page.get_by_label(text, exact=True).check()


def answer_all(page: Page, text: str = RIGHT) -> None:
    """Give the same answer to every question, and hand in."""
    for number in range(1, QUESTIONS):
        choose(page, text)
        button(page, "Save and go on").click()
        expect_place(page, number + 1)
    choose(page, text)
    button(page, "Save and look at all").click()
    button(page, "Hand in").click()
