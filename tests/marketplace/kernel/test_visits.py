"""What a visitor keeps from page to page."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from marketplace.kernel.visits import own_path, remember, without


@pytest.mark.parametrize("target", ["/", "/providers?language=es&page=2#top", "/requests/año", "/a//b", "/@x:y"])
def test_a_path_of_this_site_is_kept(target):
    assert own_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "providers",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "https://evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\u2028/evil.example",
    ],
    ids=ascii,
)
def test_whatever_leads_elsewhere_becomes_the_home_page(target):
    assert own_path(target) == "/"


@given(st.text(st.sampled_from("/\\a.:@?#\t\r\n "), max_size=12))
def test_a_browser_never_reads_another_host_in_it(target):
    # What browsers do before they look for a host: leave out tabs and line breaks, and take \ for /.
    seen = own_path(target).translate({ord(char): None for char in "\t\r\n"}).replace("\\", "/")
    assert seen.startswith("/")
    assert not seen.startswith("//")


@pytest.mark.parametrize("secure", [False, True])
def test_a_choice_is_kept_for_a_year_out_of_reach_of_scripts(secure):
    app, response = Flask("test"), Response()
    app.config["SESSION_COOKIE_SECURE"] = secure
    with app.app_context():
        remember(response, "language", "es")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("language=es;")
    assert "Max-Age=31536000" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("/", "/"),
        ("/?lang=ar", "/"),
        ("/providers?q=a+b&lang=ar&open=", "/providers?q=a+b&open="),
        ("/providers?language=es&language=sv&lang=ar&lang=es", "/providers?language=es&language=sv"),
        ("/?langs=1&x=%26lang%3D2", "/?langs=1&x=%26lang%3D2"),
    ],
)
def test_a_parameter_is_left_out_of_a_path(path, rest):
    assert without(path, "lang") == rest


@given(st.text(st.sampled_from("/\\a.:@?#&=[]%lang "), max_size=16))
def test_a_path_without_a_parameter_stays_ours(target):
    rest = without(own_path(target), "lang")
    assert own_path(rest) == rest
