"""One's own account, as a browser shows it, and the API by its tokens."""

import re

import pytest

from marketplace.accounts import commands, queries
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.access import Role
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.visits import LANGUAGE_COOKIE
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates

pytestmark = pytest.mark.usefixtures("quick_hashes")

GOOD = "a good long phrase"
NEW = "another good phrase"
SETTINGS = {"name": "Ana Ruiz", "language": "en", "zone": "Asia/Tokyo", "country": "JP", "currency": "JPY"}


def saved_person(**facts):
    with transaction() as session:
        make_rates(session)
        return make_person(session, **{"email": "ana@example.test", "password": GOOD, **facts})


def as_now(person_id):
    with transaction() as session:
        return queries.person(session, person_id)


def issue(person):
    with transaction() as session:
        return commands.issue_token(session, person.id, name="backup", now=utcnow())


@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/tokens"])
def test_an_account_is_shown_to_its_owner_only(client, path):
    assert client.get(path).location == f"/sign-in?next={path}"
    client.sign_in(saved_person())
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"


def test_settings_are_saved(client):
    ana = saved_person()
    client.sign_in(ana)
    assert client.post("/account", data=SETTINGS).location == "/account"
    changed = as_now(ana.id)
    assert {name: getattr(changed, name) for name in SETTINGS} == SETTINGS
    assert client.get_cookie(LANGUAGE_COOKIE).value == "en"
    page = client.get("/account")
    assert 'value="Ana Ruiz"' in page.text
    for value in ("Asia/Tokyo", "JP", "JPY"):
        assert re.search(rf'<option value="{value}"\s+selected', page.text)


def test_the_country_may_be_left_open(client):
    ana = saved_person(country="ES")
    client.sign_in(ana)
    client.post("/account", data={**SETTINGS, "country": ""})
    assert as_now(ana.id).country is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("language", "tlh"),
        ("zone", "Mars/Olympus"),
        ("country", "XX"),
        ("currency", "XTS"),
        ("staff_role", "admin"),
        ("email", "li@example.test"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_saved(client, field, value):
    ana = saved_person(name="Ana")
    client.sign_in(ana)
    page = client.post("/account", data={**SETTINGS, field: value})
    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    unchanged = as_now(ana.id)
    assert (unchanged.name, unchanged.zone, unchanged.staff_role) == ("Ana", "Europe/Madrid", None)


def test_a_new_password_ends_every_other_session(app, client):
    ana = saved_person()
    elsewhere = app.test_client()
    for browser in (client, elsewhere):
        browser.sign_in(ana)
    assert client.post("/account/password", data={"current_password": GOOD, "password": NEW}).location == "/account"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "current_password"),
        ({"current_password": "not this one", "password": NEW}, "current_password"),
        ({"current_password": GOOD, "password": "short"}, "password"),
    ],
)
def test_a_password_is_changed_only_rightly(client, typed, field):
    client.sign_in(saved_person())
    page = client.post("/account/password", data=typed)
    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    assert client.get("/account").status_code == 200


def test_whoever_signs_out_everywhere_is_signed_out_in_every_browser(app, client):
    ana = saved_person()
    with transaction() as session:
        li = make_person(session)
    token, elsewhere, other = issue(ana), app.test_client(), app.test_client()
    for browser, person in ((client, ana), (elsewhere, ana), (other, li)):
        browser.sign_in(person)
    answer = client.post("/account/sign-out", follow_redirects=True)
    assert "You are signed out everywhere." in answer.text
    client.sign_in(ana)  # With the old key, as a thief of the cookie would.
    assert [browser.get("/account").status_code for browser in (client, elsewhere, other)] == [302, 302, 200]
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    client.sign_in(as_now(ana.id))
    assert client.get("/account").status_code == 200


def test_a_token_is_shown_once(client):
    client.sign_in(saved_person())
    page = client.post("/account/tokens", data={"token_name": "backup"})
    token = re.search(r"hr_[A-Za-z0-9]{40}", page.text)[0]
    again = client.get("/account/tokens")
    assert "backup" in again.text
    assert token not in again.text
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines"])
def test_a_token_needs_a_name(client, name):
    client.sign_in(saved_person())
    page = client.post("/account/tokens", data={"token_name": name})
    assert page.status_code == 422
    assert 'href="#field-token_name"' in page.text


def test_a_revoked_token_opens_nothing(client):
    ana = saved_person()
    token = issue(ana)
    client.sign_in(ana)
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    link = re.search(r"/account/tokens/\d+/revoke", client.get("/account/tokens").text)[0]
    assert client.post(link).location == "/account/tokens"
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_token_of_another_does_not_exist(client):
    ana = saved_person()
    token = issue(ana)
    with transaction() as session:
        li = make_person(session)
        token_id = queries.tokens(session, ana.id)[0].id
    client.sign_in(li)
    assert client.post(f"/account/tokens/{token_id}/revoke").status_code == 404
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_the_api_tells_for_whom_a_token_acts(client):
    ana = saved_person(staff_role=StaffRole.FINANCE, name="Ana Ruiz")
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {issue(ana)}"})
    assert answer.json == {
        "id": ana.id,
        "name": "Ana Ruiz",
        "email": "ana@example.test",
        "language": "en",
        "zone": "Europe/Madrid",
        "currency": "EUR",
        "roles": ["finance", "person", "staff"],
    }


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer hr_nothing", "Basic YW5hOnBhc3M="])
def test_without_a_token_the_api_is_closed(client, header):
    client.sign_in(saved_person())  # The cookie of the pages opens nothing here.
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_a_token_opens_no_page(client):
    token = issue(saved_person())
    assert client.get("/account", headers={"Authorization": f"Bearer {token}"}).status_code == 302


ROLES = {
    None: set(),
    StaffRole.ADMIN: {Role.STAFF, Role.ADMIN, Role.SUPPORT, Role.CERTIFICATION, Role.FINANCE},
    StaffRole.SUPPORT: {Role.STAFF, Role.SUPPORT},
    StaffRole.CERTIFICATION: {Role.STAFF, Role.CERTIFICATION},
    StaffRole.FINANCE: {Role.STAFF, Role.FINANCE},
}


@pytest.mark.parametrize("staff_role", [None, *StaffRole], ids=str)
@pytest.mark.parametrize("at_work", [set(), {Role.PARTNER}, {Role.PARTNER, Role.MEMBER}], ids=len)
def test_what_a_person_may_be(session, staff_role, at_work):
    person = make_person(session, staff_role=staff_role)
    expected = {Role.ANYONE, Role.PERSON} | ROLES[staff_role] | at_work
    assert queries.roles_of(person, at_work=at_work) == expected


def test_without_a_confirmed_address_one_is_anyone(session):
    person = make_person(session, staff_role=StaffRole.ADMIN, confirmed_at=None)
    assert queries.roles_of(person, at_work={Role.MEMBER}) == {Role.ANYONE}
