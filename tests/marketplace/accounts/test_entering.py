"""The way in, as a browser goes it."""

import re
from datetime import timedelta

import pytest

from marketplace.accounts import queries
from marketplace.accounts.events import PersonSignedUp, ResetAsked, SignUpRepeated
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.visits import LANGUAGE_COOKIE, ZONE_COOKIE
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates

pytestmark = pytest.mark.usefixtures("announced", "quick_hashes")

GOOD = "a good long phrase"
NEW = "another good phrase"
FORM = {
    "name": "Ana Ruiz",
    "email": "ana@example.test",
    "password": GOOD,
    "language": "en",
    "zone": "America/Santiago",
    "currency": "EUR",
}


def saved_person(**facts):
    with transaction() as session:
        return make_person(session, **{"email": "ana@example.test", "password": GOOD, **facts})


def found_person(email="ana@example.test"):
    with transaction() as session:
        return queries.person_by_email(session, email)


def is_signed_in(client):
    return client.get("/account").status_code == 200


def enter(client, email="ana@example.test", password=GOOD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


@pytest.mark.parametrize("path", ["/sign-up", "/sign-up/letter", "/sign-in", "/forgot", "/forgot/letter"])
def test_a_page_on_the_way_in_is_open_to_anyone(client, path):
    assert client.get(path).status_code == 200


# Signing up


def test_a_visitor_signs_up_confirms_the_address_and_signs_in(client, announced):
    response = client.post("/sign-up", data=FORM)
    assert (response.status_code, response.location) == (302, "/sign-up/letter")
    link = f"/confirm/{announced[0].token}"
    page = client.get(link)
    assert "ana@example.test" in page.text
    assert found_person().confirmed_at is None  # Programs that check letters follow links, too.
    assert client.post(link).location == "/sign-in"
    assert "sign in" in client.get(link).text.lower()
    assert enter(client, next="/account").location == "/account"
    assert is_signed_in(client)


def test_who_asks_for_a_known_address_gets_the_answer_of_an_unknown_one(client, announced):
    ana = saved_person()
    known = client.post("/sign-up", data=FORM)
    unknown = client.post("/sign-up", data={**FORM, "email": "li@example.test"})
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert [type(event) for event in announced] == [SignUpRepeated, PersonSignedUp]
    assert announced[0].person_id == ana.id


def selected(page, name):
    options = re.search(rf'<select[^>]*name="{name}".*?</select>', page.text, re.DOTALL)[0]
    return re.findall(r'<option value="([^"]*)"\s+selected', options)


def test_what_can_be_guessed_is_filled_in(client):
    with transaction() as session:
        make_rates(session, EUR=1_000_000, CLP=1_000_000_000)
    client.set_cookie(ZONE_COOKIE, "America/Santiago")
    page = client.get("/sign-up", headers={"Accept-Language": "en-GB"})
    assert selected(page, "language") == ["en"]
    assert selected(page, "zone") == ["America/Santiago"]
    assert selected(page, "currency") == ["CLP"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "write your name"),
        ("name", "x" * 101, "at most 100"),
        ("name", "Ana\x00", "can not be kept"),
        ("name", "Ana\nRuiz", "one line"),
        ("email", "", "write your e-mail"),
        ("email", "ana", "full address"),
        ("email", "ana@example", "full address"),
        ("email", "ana@example.test, li@example.test", "full address"),
        ("email", f"{'x' * 65}@example.test", "full address"),
        ("password", "", "choose a password"),
        ("password", "short", "at least 10 characters"),
        ("password", "Ana Ruiz", "at least 10 characters"),
        ("password", "x y" * 70, "at most 200"),
        ("language", "", "choose a language"),
        ("language", "tlh", "not offered"),
        ("zone", "Mars/Olympus", "not known"),
        ("zone", "../../etc/passwd", "not known"),
        ("currency", "XTS", "can not be used"),
        ("currency", "EURO", "at most 3"),
        ("is_admin", "yes", "no such field"),
    ],
    ids=str,
)
def test_a_wrong_answer_is_named_and_the_others_are_kept(client, announced, field, value, told):
    page = client.post("/sign-up", data={**FORM, field: value})
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    summary = re.search(r'<div class="error-summary".*?</div>', page.text, re.DOTALL)[0]
    assert re.findall(r'href="#field-(\w+)"', summary) == [field]
    assert told.lower() in summary.lower()
    assert announced == []
    for kept in {"name", "email"} - {field}:
        assert f'value="{FORM[kept]}"' in page.text
    assert GOOD not in page.text


def test_an_empty_form_names_every_answer_that_is_needed(client):
    page = client.post("/sign-up", data={})
    summary = re.search(r'<div class="error-summary".*?</div>', page.text, re.DOTALL)[0]
    assert set(re.findall(r'href="#field-(\w+)"', summary)) == set(FORM)
    assert "<bdi>Your name</bdi> – " in summary
    assert (
        page.text.count("Your name") == 2
    )  # In the summary and over the field; the field's own message needs no name.


def test_a_password_may_begin_and_end_with_spaces(client, announced):
    client.post("/sign-up", data={**FORM, "password": "  spaces all around  "})
    client.post(f"/confirm/{announced[0].token}")
    assert enter(client, password="spaces all around").status_code == 422
    assert enter(client, password="  spaces all around  ").status_code == 302


def test_signing_up_is_limited(client):
    answers = [client.post("/sign-up", data=FORM).status_code for _time in range(6)]
    assert answers == [302] * 5 + [429]


# Signing in


def test_the_session_begins_anew_and_lasts_12_hours(client, time_machine):
    saved_person()
    with client.session_transaction() as begun:
        begun["left by somebody else"] = True
    enter(client)
    with client.session_transaction() as now:
        assert "left by somebody else" not in now
    start = utcnow()
    time_machine.move_to(start + timedelta(hours=11, minutes=59), tick=False)
    assert is_signed_in(client)
    time_machine.move_to(start + timedelta(hours=25), tick=False)
    assert not is_signed_in(client)


def test_the_language_of_the_pages_follows_the_account(client):
    saved_person(language="en")
    client.set_cookie(LANGUAGE_COOKIE, "es")
    enter(client)
    assert client.get_cookie(LANGUAGE_COOKIE).value == "en"


@pytest.mark.parametrize("target", ["/account", "/requests/abc?page=2#end", "/"])
def test_one_goes_on_to_where_one_was_going(client, target):
    saved_person()
    assert enter(client, next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
    ids=repr,
)
def test_nobody_is_led_elsewhere(client, target):
    saved_person()
    assert f'name="next" value="{target}"' not in client.get("/sign-in", query_string={"next": target}).text
    assert enter(client, next=target).location == "/"


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("ana@example.test", "not the right one", "password"),
        ("nobody@example.test", GOOD, "password"),
        ("ana", GOOD, "email"),
        ("ana@example.test", "", "password"),
        ("ana@example.test", "x" * 201, "password"),
    ],
)
def test_without_the_right_password_nobody_comes_in(client, email, password, field):
    saved_person()
    page = enter(client, email, password, next="/account")
    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    assert f'value="{email}"' in page.text
    assert 'name="next" value="/account"' in page.text
    assert not is_signed_in(client)


def test_an_address_is_typed_once_on_the_way_in_and_forgotten_inside(client):
    saved_person()
    enter(client, password="not the right one")
    for path in ("/sign-in", "/forgot", "/sign-up"):
        assert 'value="ana@example.test"' in client.get(path).text
    enter(client)
    client.post("/sign-out")
    assert "ana@example.test" not in client.get("/sign-in").text


def test_an_unknown_address_and_a_wrong_password_look_the_same(client):
    saved_person()
    known, unknown = enter(client, password="not the right one"), enter(client, "li@example.test", "not the right one")
    shown = [re.sub(r'name="csrf_token" value="[^"]+"', "", page.text) for page in (known, unknown)]
    assert shown[0].replace("ana@example.test", "li@example.test") == shown[1]


def test_after_ten_wrong_passwords_one_has_to_wait(client, time_machine):
    saved_person()
    start = utcnow()
    time_machine.move_to(start, tick=False)
    assert {enter(client, password=f"not the right one {n}").status_code for n in range(10)} == {422}
    refusal = enter(client)
    assert refusal.status_code == 429
    assert refusal.headers["Retry-After"] == "300"
    time_machine.move_to(start + timedelta(minutes=5), tick=False)
    assert enter(client).status_code == 302


def test_who_is_not_confirmed_can_have_the_letter_again(client, announced):
    ana = saved_person(confirmed_at=None)
    page = enter(client)
    assert page.status_code == 403
    assert not is_signed_in(client)
    email = re.search(r'name="email" value="([^"]*)"', page.text)[1]
    assert client.post("/confirm", data={"email": email}).location == "/sign-up/letter"
    assert announced == [PersonSignedUp(ana.id, announced[0].token, at=announced[0].at)]


def test_who_is_signed_in_is_not_asked_again(client):
    client.sign_in(saved_person())
    assert client.get("/sign-in?next=/account").location == "/account"


def test_signing_out_ends_the_session(client):
    client.sign_in(saved_person())
    assert is_signed_in(client)
    assert client.post("/sign-out").location == "/"
    assert not is_signed_in(client)


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(app, client):
    saved_person()
    enter(client)
    elsewhere, copy = app.test_client(), app.test_client()
    enter(elsewhere)
    copy.set_cookie("session", client.get_cookie("session").value)
    assert is_signed_in(copy)
    client.post("/sign-out")
    assert not is_signed_in(copy)
    assert is_signed_in(elsewhere), "another session of the same person goes on"
    copy.post("/sign-out")
    enter(client)
    assert is_signed_in(client)


def test_a_form_from_elsewhere_is_refused(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    saved_person()
    assert enter(client).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/sign-in").text)[1]
    assert enter(client, csrf_token=token).status_code == 302


# A forgotten password


def test_a_forgotten_password_is_replaced_by_a_letter(client, announced):
    ana = saved_person()
    client.sign_in(ana)
    assert client.post("/forgot", data={"email": "ana@example.test"}).location == "/forgot/letter"
    assert announced == [ResetAsked(ana.id, announced[0].token, at=announced[0].at)]
    link = f"/reset/{announced[0].token}"
    assert "ana@example.test" in client.get(link).text
    refusal = client.post(link, data={"password": "short"})
    assert refusal.status_code == 422
    assert 'href="#field-password"' in refusal.text
    assert client.post(link, data={"password": NEW}).location == "/sign-in"
    assert not is_signed_in(client)
    assert enter(client, password=GOOD).status_code == 422
    assert enter(client, password=NEW).status_code == 302
    assert client.get(link).status_code == 410


def test_a_forgotten_password_tells_nothing_about_the_address(client, announced):
    saved_person()
    known, unknown = (client.post("/forgot", data={"email": f"{name}@example.test"}) for name in ("ana", "li"))
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert len(announced) == 1


def test_letters_to_one_address_are_limited(client, announced):
    saved_person()
    answers = [client.post("/forgot", data={"email": "ana@example.test"}).status_code for _time in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(announced) == 5


@pytest.mark.parametrize("path", ["/confirm/{}", "/reset/{}"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_over_says_where_to_get_another(client, path, method):
    page = getattr(client, method)(path.format("no-link-of-ours"), data={"password": NEW})
    assert page.status_code == 410
    assert 'href="/forgot"' in page.text
