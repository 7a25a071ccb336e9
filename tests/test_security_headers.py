"""What every answer tells the browser, and what a cookie, a file and a way back may be.

The routes come from the table in `tests/access.py`, which another test holds equal to the map of the application.
"""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed

from marketplace.accounts import links
from marketplace.accounts import queries as accounts
from marketplace.kernel import storage
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.storage import ENDINGS, Upload
from marketplace.site import migrate
from marketplace.site.app import create_app
from marketplace.site.settings import STRIPE_API
from marketplace.support_requests.models import RequestFile, SupportRequest
from tests.access import ROWS
from tests.factories import DAY
from tests.factories.accounts import make_person
from tests.factories.forms import body_of
from tests.factories.world import CALLERS, PASSWORD
from tests.plugins.app import NOWHERE, SignedInClient, make_settings, prepare

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # No header asks the database's kind.

SITE = "https://support.example.test"
YEAR_S = 365 * 24 * 60 * 60
PAGE_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'", NOWHERE],  # Where Stripe is in the tests.
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SEALED = {"default-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"], "frame-ancestors": ["'none'"]}
SANDBOX = SEALED | {"sandbox": []}
PICTURE = SANDBOX | {"style-src": ["'unsafe-inline'"]}  # The page that a browser makes up around it has a style.
LISTED_PHOTO = "/providers/{partner}/photo/{partner_photo}"
KEPT_A_DAY = "private, max-age=86400, immutable"  # Another photo has another address.
# The same for everybody, and read so often that it is kept for a while.
FOR_ALL = ("/badge.svg", "/status/1", "/card.png")


def policy_of(answer):
    """Read the content security policy, by directive."""
    [line] = answer.headers.getlist("Content-Security-Policy")
    directives = [part.split() for part in line.split(";")]
    assert len({name for name, *_ in directives}) == len(directives), "a browser reads the first of two only"
    return {name: sources for name, *sources in directives}


def assert_guarded(answer, *, is_safe=False, is_embedded=False):
    """Hold an answer to what all have: whatever it is, a browser may do little with it."""
    told = answer.headers
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "same-origin"
    assert told["X-Frame-Options"] == "DENY"
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["Cross-Origin-Resource-Policy"] == ("cross-origin" if is_embedded else "same-origin")
    assert set(told["Permissions-Policy"].split(", ")) >= {"camera=()", "microphone=()", "geolocation=()"}
    assert "Access-Control-Allow-Origin" not in told
    assert ("Strict-Transport-Security" in told) is is_safe
    assert "frame-ancestors" in policy_of(answer)
    for cookie in told.getlist("Set-Cookie"):
        name, *marks = cookie.split("; ")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(marks), name
        assert ("Secure" in marks) is is_safe, name


def assert_typed(answer):
    """Hold an answer to saying what it is, and in which characters."""
    if answer.mimetype.startswith("text/"):
        assert answer.headers["Content-Type"] == f"{answer.mimetype}; charset=utf-8"
    elif answer.mimetype == "application/octet-stream":
        assert answer.headers["Content-Disposition"].startswith("attachment;")
    elif answer.data:
        assert answer.mimetype in {
            *("application/json", "application/problem+json", "application/xml", "image/svg+xml"),
            *ENDINGS,
        }


@on_sqlite
@pytest.mark.parametrize(("method", "path", "_expected"), ROWS, ids=[f"{method} {path}" for method, path, _ in ROWS])
def test_every_answer_of_every_route_is_guarded(visits, method, path, _expected):
    for caller in CALLERS:
        answer = visits.ask(caller, method, path, **body_of(method, path))
        is_preview = path.endswith("/card.png") and answer.status_code == 200
        assert_guarded(answer, is_embedded=is_preview or path.endswith("/badge.svg"))
        assert_typed(answer)
        if is_preview or (("/images/" in path or "/photo/" in path) and answer.status_code == 200):
            assert policy_of(answer) == PICTURE
        elif "/files/" not in path or answer.status_code != 200:
            assert policy_of(answer) == PAGE_POLICY
        if path == LISTED_PHOTO:
            assert answer.headers["Cache-Control"] == KEPT_A_DAY, caller
        elif caller != "visitor" and not path.endswith(("/sign-out", *FOR_ALL)):
            assert answer.headers["Cache-Control"] == "private, no-store", caller


@on_sqlite
@pytest.mark.parametrize("purpose", links.Purpose)
def test_no_browser_keeps_the_page_of_a_link_from_a_letter(visits, purpose):
    person = accounts.person(reading(), visits.world.people["customer"].id)
    token = links.make(purpose, person, until=utcnow() + DAY)
    answer = visits.ask("visitor", "GET", f"/{purpose}/{token}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert_guarded(answer)


# Errors

MISTAKES = [
    ("visitor", "GET", "/nowhere", 404),
    ("visitor", "GET", "/api/v1/nowhere", 404),
    ("visitor", "GET", "/static/nowhere.css", 404),
    ("visitor", "GET", "/?x=%00", 400),
    ("customer", "GET", "/vendor", 403),
    ("customer", "GET", "/api/v1/offers", 403),
    ("visitor", "GET", "/api/v1/me", 401),
    ("visitor", "GET", "/confirm/forged", 410),
    ("visitor", "POST", "/theme", 422),
    ("visitor", "GET", "/providers?overlap=many", 422),
    ("customer", "POST", "/api/v1/requests", 422),
]


@on_sqlite
@pytest.mark.parametrize(("caller", "method", "path", "status"), MISTAKES)
def test_the_answer_to_a_mistake_is_guarded(visits, caller, method, path, status):
    answer = visits.ask(caller, method, path)
    assert answer.status_code == status
    assert_guarded(answer)
    assert_typed(answer)
    assert policy_of(answer) == PAGE_POLICY


@on_sqlite
def test_the_answer_to_a_wrong_method_is_guarded(app, visits):
    adapter = app.url_map.bind("localhost")
    for path in {visits.address(path).partition("?")[0] for _method, path, _expected in ROWS}:
        with pytest.raises(MethodNotAllowed):
            adapter.match(path, method="DELETE")
        for caller in ("visitor", "customer"):
            answer = visits.ask(caller, "DELETE", path)
            assert answer.status_code == 405
            assert_guarded(answer)
            assert_typed(answer)


@open_to(Role.ANYONE)
def break_down(**_arguments):
    """Fail, as no view should."""
    raise ZeroDivisionError


class Bystander(SignedInClient):
    """A browser that takes what it gets: no document describes how a broken house answers."""

    def open(self, *args, **kwargs):
        """Ask for a page."""
        with self.application.app_context():
            return FlaskClient.open(self, *args, **kwargs)


def asked_of_a_broken_house(app, visits, monkeypatch, path):
    """Ask for something as a visitor meets the site: what breaks in it is shown as an answer."""
    monkeypatch.setitem(app.config, name="TESTING", value=False)
    monkeypatch.setattr(app, "test_client_class", Bystander)
    answer = visits.ask("customer", "GET", path)
    assert answer.status_code == 500
    assert_guarded(answer)
    assert_typed(answer)
    return answer


@on_sqlite
@pytest.mark.parametrize("path", ["/", "/api/v1/me"])
def test_the_answer_of_a_broken_house_is_guarded(app, visits, monkeypatch, path):
    endpoint, _values = app.url_map.bind("localhost").match(path)
    monkeypatch.setitem(app.view_functions, endpoint, break_down)
    answer = asked_of_a_broken_house(app, visits, monkeypatch, path)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ZeroDivisionError" not in answer.text


@on_sqlite
@pytest.mark.parametrize("path", ["/", "/requests", "/api/v1/me"])
def test_a_database_that_fails_is_told_on_a_page_that_does_not_need_it(app, visits, monkeypatch, path):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME TO nobody")
    answer = asked_of_a_broken_house(app, visits, monkeypatch, path)
    assert "Something broke on our side" in answer.text
    assert "no such table" not in answer.text


@on_sqlite
def test_an_error_at_the_door_is_in_the_language_of_who_meets_it(visits):
    visits.ask("visitor", "GET", "/", headers={"Accept-Language": "es"})
    refusal = visits.ask("visitor", "GET", "/?x=%00", headers={"Accept-Language": "ar"})
    assert refusal.status_code == 400
    assert '<html lang="ar"' in refusal.text


# Files

SAMPLES = {
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(24),
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(24),
    "image/gif": b"GIF89a" + bytes(24),
    "image/webp": b"RIFF\x18\0\0\0WEBPVP8 " + bytes(16),
    "application/pdf": b"%PDF-1.7\n",
    "text/plain": b"<script>alert(1)</script>",
}


def attach(reference, content_type):
    """Put a file into a request, as if somebody had sent it."""
    upload = Upload(f"sent{min(ENDINGS[content_type])}", content_type, SAMPLES[content_type])
    with transaction() as session:
        owner = session.query(SupportRequest).filter_by(reference=reference).one()
        stored = storage.save(session, upload, owner_id=owner.customer_id, now=utcnow())
        session.add(RequestFile(request_id=owner.id, file_id=stored.id))
        return stored.id


@on_sqlite
@pytest.mark.parametrize("content_type", ENDINGS)
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_file_that_somebody_sent_is_never_run(visits, content_type, prefix):
    file_id = attach(visits.world.names["matching"], content_type)
    answer = visits.ask("partner", "GET", f"{prefix}/requests/{{matching}}/files/{file_id}")
    assert answer.data == SAMPLES[content_type]
    assert answer.mimetype == content_type
    assert_guarded(answer)
    assert_typed(answer)
    is_shown = content_type.startswith("image/") and not prefix
    assert answer.headers["Content-Disposition"].partition(";")[0] == ("inline" if is_shown else "attachment")
    assert policy_of(answer) == (PICTURE if is_shown else SANDBOX)


STATIC_TYPES = {".css": 'text/css; charset="utf-8"', ".js": 'text/javascript; charset="utf-8"', ".svg": "image/svg+xml"}


@on_sqlite
def test_the_files_of_the_house_are_for_its_own_pages(app, visits):
    folder = Path(app.static_folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        answer = visits.ask("customer", "GET", f"/static/{path.relative_to(folder)}")
        assert answer.data == path.read_bytes()
        assert answer.headers["Content-Type"] == STATIC_TYPES[path.suffix]
        assert policy_of(answer) == SEALED
        assert_guarded(answer)
        assert "Set-Cookie" not in answer.headers
        answer.close()


# Where the site is at home on https


@pytest.fixture(scope="module")
def safe_app(tmp_path_factory):
    """Give an application as it runs for real: its address is https, and Stripe is Stripe."""
    folder = tmp_path_factory.mktemp("safe")
    made = create_app(make_settings(folder, base_url=SITE, stripe_api_base=STRIPE_API, stripe_secret_key="sk_live_x"))
    migrate.upgrade(made)
    prepare(made)
    yield made
    with made.app_context():
        db.engine.dispose()


def test_on_https_every_cookie_is_for_this_host_and_never_leaves_in_the_clear(safe_app):
    with safe_app.app_context(), transaction() as session:
        facts = {"name": "Ada", "email": "ada@example.test", "zone": "UTC", "language": "en", "currency": "EUR"}
        person = make_person(session, password=PASSWORD, **facts)
        key = person.session_key
    browser = safe_app.test_client()
    answers = [browser.get(path, base_url=SITE) for path in ("/", "/sign-in", "/nowhere", "/api/v1/me", "/healthz")]
    sent = {"email": "ada@example.test", "password": PASSWORD, "next": "/account"}
    answers.append(browser.post("/sign-in", base_url=SITE, data=sent))
    assert answers[-1].location == "/account"
    answers.append(browser.get("/account", base_url=SITE))
    assert "Ada" in answers[-1].text
    answers.append(browser.get("/static/css/base.css", base_url=SITE, buffered=True))
    for answer in answers:
        assert_guarded(answer, is_safe=True)
        age, *scope = answer.headers["Strict-Transport-Security"].split("; ")
        assert int(age.removeprefix("max-age=")) >= YEAR_S
        assert scope == ["includeSubDomains"]
    with browser.session_transaction(base_url=SITE) as cookie:
        assert cookie["_user_id"] == key
    assert browser.get_cookie("__Host-session", domain="support.example.test") is not None


def test_a_form_leads_to_the_pages_of_stripe_and_nowhere_else(safe_app):
    answer = safe_app.test_client().get("/", base_url=SITE)
    stripe = ["https://checkout.stripe.com", "https://connect.stripe.com"]
    assert policy_of(answer) == PAGE_POLICY | {"form-action": ["'self'", *stripe]}
