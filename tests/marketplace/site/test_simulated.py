"""While payments are simulated, every page of the site says so; with Stripe itself none does."""

import pytest

from marketplace.site import migrate
from marketplace.site.app import create_app
from marketplace.site.settings import STRIPE_API
from tests.access import ROWS
from tests.plugins.app import make_settings, prepare

WORDS = "Payments are simulated here. No money moves."
PAGES = [path for method, path, _expected in ROWS if method == "GET"]
READERS = ("visitor", "customer", "partner", "admin")


def is_page(answer):
    """Tell a whole page from data, files and redirects, and from the parts that a page fetches later."""
    is_html = answer.mimetype == "text/html" and answer.text.lower().startswith("<!doctype html")
    return is_html and not answer.location


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_says_that_payments_are_simulated(visits):
    silent, seen = [], set()
    for path in PAGES:
        for caller in READERS:
            answer = visits.ask(caller, "GET", path)
            if is_page(answer):
                seen.add((path, answer.status_code))
                silent += [] if WORDS in answer.text else [(caller, path)]
    assert silent == []
    assert len({path for path, status in seen if status == 200}) > 30, "the pages are found"
    assert {status for _path, status in seen} >= {200, 403, 404, 410}, "pages of errors are among them"


def test_with_stripe_itself_no_page_says_so(tmp_path):
    app = create_app(make_settings(tmp_path, stripe_api_base=STRIPE_API))
    prepare(app)
    migrate.upgrade(app)
    for path in ("/", "/providers", "/sign-in", "/nowhere"):
        answer = app.test_client().get(path)
        assert is_page(answer)
        assert WORDS not in answer.text
