"""The pages on which help is asked for: what they offer in words, and what goes along from one to the next."""

from html import unescape

import pytest

from providers.profiles.rules import Cefr
from tests.factories.forms import sent_to

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # No page asks the database's kind.

WISHES = "provider=partner&ceiling=81.5"


def test_every_level_says_what_it_means(visits):
    page = visits.ask("customer", "GET", "/requests/new/{category}").text
    for level in Cefr:
        assert f">{level.label} or better: {level.meaning}<" in page or level is Cefr.NATIVE
    assert ">B1 or better: everyday conversation<" in page
    assert ">Native: grew up with it<" in page


@pytest.mark.parametrize(
    ("path", "onward"),
    [
        ("/requests/{draft}/partner?", "/edit?"),
        ("/requests/{draft}/edit?", "/partner?"),
        ("/requests/{draft}/check?mode=best_fit&", "/partner?"),
        ("/requests/{draft}/check?mode=best_fit&", "/edit?"),
    ],
)
def test_what_was_said_of_the_partner_goes_along_to_the_next_page(visits, path, onward):
    page = visits.ask("customer", "GET", path + WISHES)
    assert page.status_code == 200
    assert f"{onward}{WISHES}" in unescape(page.text)


def test_what_was_said_of_the_partner_outlives_a_change_of_the_request(visits):
    path = "/requests/{draft}/edit"
    answer = visits.ask("customer", "POST", f"{path}?{WISHES}", data=sent_to(path))
    assert answer.location.endswith(f"/partner?{WISHES}")
