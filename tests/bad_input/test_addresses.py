"""Odd addresses, questions, headers and cookies: whatever comes, it is answered, and never by a fault of ours."""

import re
from itertools import cycle, islice

import pytest

from marketplace.site.addresses import IdConverter
from providers.directory import asking
from tests.access import ROWS
from tests.factories.forms import sent_to

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Where no database is asked.

ODD_TEXTS = ["%00", "%ff%fe", "x" * 3000, "..%2f..%2fetc%2fpasswd", "%0d%0aX-Odd:%201", "%F0%9F%92%A9'--"]
ODD_NUMBERS = ["-1", "99999999999999999999", "2147483648", "1.5", "abc"]
ODD_VALUES = [*ODD_TEXTS, *ODD_NUMBERS, "", "NaN"]

# What pages and calls ask for by name.
SEARCH = [*asking.PARAMETERS, "cursor"]
QUESTIONS = {
    "/": ["lang", "x"],
    "/sign-in": ["next"],
    "/providers": [*SEARCH, "lang", "x"],
    "/providers/{partner}": ["lang"],
    "/providers/{partner}/card.png": ["lang"],
    "/card.png": ["lang"],
    "/compare": ["partner", "lang", "x"],
    "/favourites": ["lang", "next"],
    "/searches/stop/{stop_token}": ["lang"],
    "/api/v1/providers": SEARCH,
    "/api/v1/providers/{partner}": ["tz", "currency"],
    "/requests/new": ["provider"],
    "/requests/new/{category}": ["provider"],
    "/requests/{draft}/edit": ["provider", "ceiling"],
    "/requests/{draft}/partner": ["provider", "ceiling", "mode"],
    "/requests/{wish}/times": ["day", "provider", "ceiling"],
    "/requests/{booked}/move": ["day"],
    "/api/v1/requests/{booked}/moves/slots": ["timezone", "from", "days"],
    "/api/v1/providers/{partner}/slots": ["category", "language", "level", "timezone", "from", "days"],
    "/requests/{draft}/check": ["provider", "ceiling", "mode", "fall_back"],
    "/account/papers": ["before"],
    "/api/v1/papers": ["before"],
    "/vendor/money/papers": ["q", "kind", "since", "until", "before"],
    "/vendor/money/papers.csv": ["q", "since"],
    "/vendor/money/taxes.csv": ["kind", "until"],
    "/vendor/requests": ["status", "before"],
    "/vendor/providers": ["q", "status", "offset"],
    "/vendor/money/ledger": ["before", "since", "until", "account", "fact", "currency", "payee", "stripe_id"],
    "/vendor/money/ledger.csv": ["since", "until", "payee"],
    "/cover/policies/{policy}/appeal": ["about"],
    "/vendor/cover": ["currency"],
    "/work/hours/why": ["member", "day", "time", "second"],
    "/vendor/cover/policies": ["plan", "offset"],
    "/vendor/cover/what-if/{insured_plan}": ["premium", "limit", "deductible", "claim_limit"],
}
NAMES = sorted({name for names in QUESTIONS.values() for name in names})
LOOKS = sorted({path.partition("?")[0] for method, path, _expected in ROWS if method == "GET"})


def whose(path):
    """Tell who may look at most of what stands at an address."""
    if path.startswith("/vendor"):
        return "admin"
    return "partner" if path.startswith("/work") or "offers" in path else "customer"


def asked(visits, caller, path, **sent):
    """Ask, and hold the answer to what every answer must be."""
    answer = visits.ask(caller, "GET", path, **sent)
    assert answer.status_code < 500, f"{caller} {path}: {answer.status}"
    assert "\r" not in str(answer.headers.get("Location", ""))
    assert "X-Odd" not in answer.headers
    return answer


def odd_addresses(rule):
    """Fill the gaps of a route with what is no name and no number."""
    is_number = [isinstance(rule._converters[name], IdConverter) for name in rule.arguments]
    for values in zip(*(cycle(ODD_NUMBERS) if one else ODD_TEXTS * 2 for one in is_number), strict=False):
        filled = list(values)
        yield re.sub(r"<[^>]+>", lambda _gap: filled.pop(0), rule.rule)  # noqa: B023 - used at once


def test_odd_names_and_numbers_in_addresses_find_nothing(app, visits):
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or not rule.arguments:
            continue
        for path in dict.fromkeys(islice(odd_addresses(rule), len(ODD_TEXTS))):
            answer = visits.ask(whose(path), "GET" if "GET" in rule.methods else "POST", path)
            assert 300 <= answer.status_code < 500, f"{path}: {answer.status}"


@on_sqlite
@pytest.mark.parametrize("path", LOOKS)
def test_odd_questions_are_answered(visits, path):
    for value in ODD_VALUES:
        asked(visits, whose(path), f"{path}?" + "&".join(f"{name}={value}" for name in NAMES))
    asked(visits, whose(path), f"{path}?" + "&".join(f"{name}=1&{name}=2&{name}" for name in NAMES))


@pytest.mark.parametrize("path", QUESTIONS)
def test_each_odd_question_is_answered_on_its_own(visits, path):
    for name in QUESTIONS[path]:
        for value in ODD_VALUES:
            asked(visits, whose(path), f"{path}?{name}={value}")
        asked(visits, whose(path), f"{path}?{name}=1&{name}=2&{name}")


HEADERS = [
    ("Accept-Language", "xx-YY"),
    ("Accept-Language", "é, *;q=nan, " + "a" * 9000),
    ("Accept", "\x01"),
    ("Authorization", "Bearer \xff"),
    ("Authorization", "Digest x"),
    ("If-None-Match", '"unclosed'),
    ("If-None-Match", "*"),
    ("If-Modified-Since", "yesterday"),
    ("Range", "bytes=9-1"),
    ("Referer", "//elsewhere.example"),
    ("Origin", "null"),
    ("Host", "elsewhere.example"),
    ("Host", "a b"),
    ("X-Forwarded-For", "x" * 300),
    ("X-Forwarded-Host", "elsewhere.example"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Length", "many"),
    ("Cookie", "language=tlh; zone=../../etc/passwd; theme=<script>; session=x.y.z"),
    ("Cookie", "session=\xff; ;;=; zone=Factory; language="),
]


@on_sqlite
@pytest.mark.parametrize(("name", "value"), HEADERS)
def test_odd_headers_are_answered(visits, name, value):
    for path in ("/", "/providers", "/sign-in", "/requests", "/api/v1/me", "/api/v1/providers", "/api/openapi.json"):
        for caller in ("visitor", "customer"):
            answer = asked(visits, caller, path, headers={name: value})
            assert "elsewhere.example" not in answer.text
            assert "elsewhere.example" not in answer.headers.get("Location", "")


@on_sqlite
@pytest.mark.parametrize("path", ["/forgot", "/sign-up", "/confirm"])
def test_the_links_of_letters_do_not_follow_the_host_of_the_call(app, visits, work_off, path):
    box = app.extensions["handrail_settings"].data / "mail"
    work_off()
    earlier = set(box.glob("*.eml"))
    sent = {**sent_to(path), "password": "correct horse battery"} if path == "/sign-up" else sent_to(path)
    visits.ask("visitor", "POST", path, data=sent, headers={"Host": "elsewhere.example"})
    work_off()
    letters = [one.read_text() for one in set(box.glob("*.eml")) - earlier]
    assert len(letters) == (0 if path == "/confirm" else 1)
    assert all("elsewhere" not in letter for letter in letters)
