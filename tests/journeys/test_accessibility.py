"""Every page of the journeys is for everybody: in both directions, light and dark, by axe, by keyboard and by size."""

import re

import pytest
from playwright.sync_api import expect
from werkzeug.exceptions import NotFound

from certification.credentials import queries as credentials
from marketplace.accounts import links
from marketplace.accounts.models import Person
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.translate import text_direction, use_locale
from tests.browser import assert_accessible, assert_usable_by_all
from tests.factories import DAY
from tests.journeys.cast import JOANA, MARISOL, NURIA, SAMIR
from tests.journeys.conftest import PATIENCE_MS, WIDE
from tests.journeys.installation import installed
from tests.journeys.lived_in import live_in
from tests.journeys.market import open_market
from tests.journeys.shots import shoot
from tests.journeys.steps import button, sign_in

# Who sees the page, its address, and the button that is pressed on it, so that the form says what is missing.
# What stands in braces is the reference of a request in that state, or something else that differs.
PAGES = """
visitor   /
visitor   /providers
visitor   /providers?language=es&level=C1&open=now
visitor   /providers?q=volcanoes
visitor   /providers?overlap=many
visitor   /providers/vega-duarte
visitor   /credentials/{credential}
visitor   /sign-up
visitor   /sign-up                                             > Create the account
visitor   /sign-up/letter
visitor   /sign-in
visitor   /sign-in                                             > Sign in
visitor   /forgot
visitor   /confirm/{confirm}
visitor   /confirm/forged
visitor   /forgot/letter
visitor   /reset/{reset}
visitor   /reset/{reset}                                       > Set the password
visitor   /mailbox
visitor   /nowhere
customer  /requests
customer  /requests/new
customer  /requests/new/upgrade
customer  /requests/new/upgrade                                > Go on to the partners
customer  /requests/{draft}/edit
customer  /requests/{draft}/partner
customer  /requests/{draft}/check?mode=best_fit&ceiling=1
customer  /requests/{draft}/check?mode=best_fit&ceiling=80
customer  /requests/{draft}/check?mode=chosen&provider=vega-duarte
customer  /requests/{awaiting_payment}
customer  /requests/{asked}
customer  /requests/{unmatched}
customer  /requests/{in_progress}
customer  /requests/{in_progress}                              > Send
customer  /requests/{resolved}
customer  /requests/{closed}
customer  /requests/{closed}                                   > Rate
customer  /requests/{cancelled}
customer  /account
customer  /account/password
customer  /account/tokens
partner   /work
partner   /work/offers/{offer}
partner   /requests/{in_progress}
partner   /requests/{resolved}
staff     /vendor
staff     /vendor/requests
staff     /vendor/requests?status=unmatched
staff     /requests/{unmatched}
staff     /vendor/providers
staff     /vendor/providers/vega-duarte
staff     /vendor/providers/vega-duarte/credentials/{credential}/revoke
staff     /vendor/providers/vega-duarte                        > Suspend
staff     /vendor/money
staff     /vendor/money                                        > Note as paid
"""

# What answers to GET and is no page: health, files, parts of pages, ways that only lead on.
NO_PAGES = {
    "static", "site.alive", "site.ready", "site.robots", "jobs.live", "jobs.file",
    "payments.pay", "payments.back", "jobs.connected",
}  # fmt: skip
# What those pages answer that are about a mistake.
STATUS = {
    "/nowhere": 404,
    "/confirm/forged": 410,
    "/providers?overlap=many": 422,
    "/requests/{draft}/check?mode=best_fit&ceiling=1": 422,
}
ROLES = {"visitor": None, "customer": NURIA, "partner": MARISOL, "staff": JOANA}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give an installation in which much has happened, and what stands in the braces of addresses."""
    folder = tmp_path_factory.mktemp("place")
    with installed(folder / "data", f"sqlite:///{folder / 'handrail.db'}", works=False) as installation:
        installation.ask(lambda: open_market(utcnow()))
        traces = live_in(installation, utcnow())
        installation.gaps = {**traces.requests, "offer": traces.offer_id, **installation.ask(find_addresses)}
        yield installation


def find_addresses():
    """Find what is in the addresses of links and certificates."""
    person = reading().query(Person).filter_by(email=SAMIR.email).one()
    marisol = reading().query(Person).filter_by(email=MARISOL.email).one()
    [credential, *_others] = credentials.valid_credentials(reading(), [marisol.id], utcnow())[marisol.id]
    until = utcnow() + DAY
    tokens = {purpose.value: links.make(purpose, person, until=until) for purpose in links.Purpose}
    return {**tokens, "credential": credential.reference}


def pages_of(role):
    """List the pages that somebody sees, each with the button to press on it."""
    rows = [re.fullmatch(r"(\w+)\s+(\S+)(?:\s+> (.+))?", line).groups() for line in PAGES.strip().splitlines()]
    return [(path, pressed) for who, path, pressed in rows if who == role]


def open_as(new_context, place, role, *, language, scheme):
    """Open a window as somebody, who reads this language and likes it light or dark."""
    context = new_context(base_url=place.url, viewport=WIDE, color_scheme=scheme, timezone_id="Europe/Madrid")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if ROLES[role]:
        sign_in(page, ROLES[role])
    context.add_cookies([{"name": "language", "value": language, "url": place.url}])
    return page


LOOKS = [
    ("en", "light", assert_usable_by_all),
    ("ar", "dark", assert_usable_by_all),
    ("en", "dark", assert_accessible),  # Colours differ; nothing else does.
    ("ar", "light", assert_accessible),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("language", "scheme", "assert_good"), LOOKS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_page_is_usable_by_all(new_context, place, role, language, scheme, assert_good):
    page = open_as(new_context, place, role, language=language, scheme=scheme)
    faults = []
    for number, (path, pressed) in enumerate(pages_of(role)):
        address = path.format(**place.gaps)
        answer = page.goto(address)
        assert (page.url, answer.status) == (place.url + address, STATUS.get(path, 200))
        with use_locale(language):
            if pressed:
                button(page.get_by_role("main"), pressed).first.click()
                expect(page.get_by_role("alert")).to_be_visible()
            assert page.evaluate("document.dir") == text_direction()
        shoot(page, f"{role}-{number:02}-{language}")
        try:
            assert_good(page)
        except AssertionError as fault:
            faults.append(f"{path} {pressed or ''}\n{fault}")
    assert not faults, "\n\n".join(faults)


def test_every_page_is_on_the_list(place):
    routes = place.app.url_map.bind("localhost")
    listed = set()
    for role in ROLES:
        for path, _pressed in pages_of(role):
            try:
                listed.add(routes.match(path.format(**place.gaps).partition("?")[0])[0])
            except NotFound:
                assert path == "/nowhere"
    rules = [rule for rule in place.app.url_map.iter_rules() if "GET" in rule.methods]
    pages = {rule.endpoint for rule in rules if not rule.rule.startswith("/api/")} - NO_PAGES
    assert pages - listed == set()
