"""The language that suits a browser, from whatever it says of itself."""

import pytest

from marketplace.kernel import negotiation
from marketplace.kernel.negotiation import negotiate


@pytest.fixture(autouse=True)
def _languages(monkeypatch):
    monkeypatch.setattr(negotiation, "languages", lambda: ("en", "ar", "es", "zh", "zh-Hant"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-CL,es;q=0.9,en;q=0.8", "es"),
        ("ar-EG", "ar"),
        ("en;q=0.5, ar;q=0.9", "ar"),
        ("fi, es;q=0.1", "es"),
        ("es_MX", "es"),
        ("ES", "es"),
        ("fi, sv", "en"),
        ("es;q=0, ar;q=0.1", "ar"),
        ("zh-CN", "zh"),
        ("zh-TW, zh;q=0.9", "zh-Hant"),
    ],
)
def test_the_language_wanted_most_that_there_is(header, language):
    assert negotiate(header) == language


@pytest.mark.parametrize(
    "header",
    ["*", "-", ";;,;q", "xx", "xx-YY", "i-klingon", "x-pirate", "é", "a" * 5000, "es-" * 2000, "en;q=nan", "en;q=é"],
)
def test_what_nobody_understands_is_read_as_nothing(header):
    assert negotiate(header) in {"en", "es"}


def test_a_language_that_nobody_knows_does_not_hide_the_next():
    assert negotiate("xx-YY, tlh;q=0.9, es;q=0.8") == "es"
