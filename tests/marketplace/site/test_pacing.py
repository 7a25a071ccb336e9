"""How often the API and the directory may be asked, what callers are told of it, and from where a call comes."""

import re
from dataclasses import replace

import pytest
import time_machine

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import ApiToken
from marketplace.kernel.database import db, transaction
from marketplace.site import migrate, pacing
from marketplace.site.app import create_app
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates
from tests.plugins.app import make_settings, prepare

PER_MINUTE = 3
CALLS = ["/api/v1/providers", "/api/v1/catalogue", "/api/openapi.json", "/api/v1/me", "/api/v1/nowhere"]
PAGES = [
    ("/providers", "directory"),
    ("/providers/nobody", "directory"),
    ("/compare", "directory"),
    ("/sitemaps/providers-1.xml", "sitemaps"),
    ("/providers/nobody/card.png", "pictures"),
    ("/calendar/forged.ics", "calendars"),
    *((path, "api") for path in CALLS),
]
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture(scope="module")
def paced_app(tmp_path_factory):
    """Give an application with a small quota, behind one proxy."""
    made = create_app(make_settings(tmp_path_factory.mktemp("paced"), calls_per_minute=PER_MINUTE, proxies=1))
    migrate.upgrade(made)
    prepare(made)
    with made.app_context():
        with transaction() as session:
            make_rates(session)
        yield made
        db.engine.dispose()


@pytest.fixture
def ask(paced_app):
    """Give a function that asks for a page at noon, from somewhere else unless told otherwise; nobody has asked yet."""
    pacing.init_meter(paced_app)

    def ask_for(path, caller=ELSEWHERE, **sent):
        with time_machine.travel(NOON, tick=False):
            return paced_app.test_client().get(path, environ_overrides=caller, **sent)

    return ask_for


def told(answer):
    """Read what the headers tell: name, quota and window, then what is left and when all is there again."""
    policy = re.fullmatch(r'"(\w+)";q=(\d+);w=(\d+)', answer.headers["RateLimit-Policy"])
    standing = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    assert policy[1] == standing[1]
    return (policy[1], *map(int, (policy[2], policy[3], standing[2], standing[3])))


@pytest.mark.parametrize(("path", "name"), PAGES)
def test_every_answer_says_what_is_left_until_there_is_nothing(ask, path, name):
    answers = [ask(path) for _time in range(PER_MINUTE)]
    assert [told(one) for one in answers] == [(name, 3, 60, 2, 20), (name, 3, 60, 1, 40), (name, 3, 60, 0, 60)]
    assert {one.status_code for one in answers}.isdisjoint({429, 500})
    refusal = ask(path)
    assert refusal.status_code == 429
    assert refusal.headers["Retry-After"] == "20"
    assert told(refusal) == (name, 3, 60, 0, 60)
    if name == "api":
        assert refusal.mimetype == "application/problem+json"
        assert refusal.json["type"] == "urn:handrail:TooMany"
    else:
        assert "That was too often" in refusal.text


def test_other_pages_are_not_counted(ask):
    for _time in range(PER_MINUTE + 1):
        answer = ask("/")
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers


def test_a_person_has_the_same_quota_from_everywhere_and_nobody_else_uses_it_up(ask):
    with transaction() as session:
        person = make_person(session)
        session.add(ApiToken(person_id=person.id, digest=accounts.token_digest("hr_x"), name="x", created_at=NOON))
    headers = {"Authorization": "Bearer hr_x"}
    for number in range(PER_MINUTE):
        assert ask("/api/v1/me", {"REMOTE_ADDR": f"198.51.100.{number}"}, headers=headers).status_code == 200
    assert ask("/api/v1/me", {"REMOTE_ADDR": "198.51.100.9"}, headers=headers).status_code == 429
    assert ask("/api/v1/catalogue", {"REMOTE_ADDR": "198.51.100.9"}).status_code == 200


def test_tokens_that_are_guessed_count_for_where_they_come_from(ask):
    answers = [ask("/api/v1/me", headers={"Authorization": f"Bearer hr_{n}"}) for n in range(PER_MINUTE + 1)]
    assert [one.status_code for one in answers] == [401, 401, 401, 429]


def test_the_proxy_is_believed_about_the_last_step_only(ask):
    for number in range(PER_MINUTE):  # What the caller made up stands before what the proxy adds.
        way = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}
        assert ask("/api/v1/catalogue", {"REMOTE_ADDR": "10.0.0.1"}, headers=way).status_code == 200
    last = {"X-Forwarded-For": "203.0.113.99, 198.51.100.7"}
    assert ask("/api/v1/catalogue", {"REMOTE_ADDR": "10.0.0.1"}, headers=last).status_code == 429
    other = {"X-Forwarded-For": "198.51.100.8"}
    assert ask("/api/v1/catalogue", {"REMOTE_ADDR": "10.0.0.1"}, headers=other).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_many_may_call_from_the_machine_itself(ask, address):
    assert told(ask("/api/v1/catalogue", {"REMOTE_ADDR": address}))[1] == PER_MINUTE * pacing.CALLERS_FROM_HERE


def test_the_processes_share_what_is_allowed(ask, paced_app, monkeypatch):
    several = replace(paced_app.extensions["handrail_settings"], web_processes=3)
    monkeypatch.setitem(paced_app.extensions, "handrail_settings", several)
    assert told(ask("/api/v1/catalogue"))[1] == 1
