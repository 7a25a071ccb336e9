"""Ways back: wherever an address says to go next, it is a page of ours."""

import html
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marketplace.accounts import passwords
from marketplace.accounts.passwords import Proof
from tests.factories.world import PASSWORD

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # No way back asks the database's kind.

ODD = st.text(st.sampled_from("/\\.:;@?#%&=\t\r\n\0 \x7f\u2028\u202eaevil.example／＼。：é💩"), max_size=20)
BEGINNINGS = [
    "",
    "/",
    "//",
    "///",
    "/\\",
    "\\\\",
    "\\/",
    "https:",
    "https://",
    "http:/",
    "javascript:",
    "data:",
    "/\t/",
    " //",
]
TARGETS = st.builds(str.__add__, st.sampled_from(BEGINNINGS), ODD)
ODD_TARGETS = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https:/evil.example",
    "/\t/evil.example", "/%09/evil.example", "/\r\nLocation: //evil.example", "\x01//evil.example", "／／evil.example",
    "/／evil.example", "//evil。example", "/.//evil.example", "/..//evil.example", "//user@evil.example",
    "////evil.example", "/\u2028/evil.example", "javascript:alert(1)", "/ /evil.example",
]  # fmt: skip


def lands_at(target):
    """Tell where a browser goes that reads `target` on a page of the site, as the URL standard has it."""
    seen = target.strip("".join(map(chr, range(0x21)))).translate({ord(char): None for char in "\t\r\n"})
    seen = seen.replace("\\", "/")
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", seen)
    if scheme:
        return seen
    return f"http:{seen}" if seen.startswith("//") else f"http://localhost{seen}"


def assert_stays(answer):
    """Hold an answer to this site; it may also be a refusal, which leads nowhere."""
    if answer.status_code in {400, 422}:
        assert "Location" not in answer.headers
        return
    assert answer.status_code == 302
    [location] = answer.headers.getlist("Location")
    assert location.isascii()
    assert location.isprintable()
    assert lands_at(location).startswith("http://localhost/")


def with_odd_targets(test):
    """Run a test with many odd ways back, and with each of those that are known for having worked elsewhere."""
    for target in ODD_TARGETS:
        test = example(target=target)(test)
    return settings(suppress_health_check=[HealthCheck.function_scoped_fixture])(given(target=TARGETS)(test))


@on_sqlite
@with_odd_targets
def test_who_is_signed_in_already_is_never_led_off_site(visits, target):
    assert_stays(visits.ask("customer", "GET", "/sign-in", query_string={"next": target}))


@on_sqlite
@with_odd_targets
def test_a_choice_never_leads_off_site(visits, target):
    for path, choice in (("/language", {"language": "es"}), ("/theme", {"theme": "dark"})):
        assert_stays(visits.ask("visitor", "POST", path, data={**choice, "next": target}))


@on_sqlite
@with_odd_targets
def test_signing_in_never_leads_off_site(visits, monkeypatch, target):
    monkeypatch.setattr(passwords, "check", lambda _typed, kept: Proof(kept, kept))  # Or each try would take its time.
    sent = {"email": "customer@example.test", "password": PASSWORD, "next": target}
    assert_stays(visits.ask("visitor", "POST", "/sign-in", data=sent))


@on_sqlite
@with_odd_targets
def test_the_form_to_sign_in_keeps_no_way_off_site(visits, target):
    page = visits.ask("visitor", "GET", "/sign-in", query_string={"next": target}).text
    for kept in re.findall(r'name="next" value="([^"]*)"', page):
        assert lands_at(html.unescape(kept)).startswith("http://localhost/")


@on_sqlite
@pytest.mark.parametrize("path", ["//evil.example/requests", "/\\evil.example/requests"])
def test_an_odd_address_is_never_led_off_site(app, visits, monkeypatch, path):
    answer = visits.client("visitor").get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path})
    assert answer.status_code == 404
    monkeypatch.setitem(app.config, name="WTF_CSRF_ENABLED", value=True)
    refusal = visits.client("visitor").post("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path})
    assert refusal.status_code == 400
    [target] = re.findall(r'<form class="form" method="post" action="([^"]*)"', refusal.text)
    assert lands_at(html.unescape(target)).startswith("http://localhost/")
