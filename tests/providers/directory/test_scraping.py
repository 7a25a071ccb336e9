"""Taking the whole list as fast as one can: slowed down politely, told how long to wait, and in the end everybody."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine

from marketplace.kernel.database import db, reading, transaction
from marketplace.site import migrate, pacing, seeding
from marketplace.site.app import create_app
from providers.profiles import queries as profiles
from tests.factories import MINUTE, NOON
from tests.factories.accounts import make_person
from tests.plugins.app import make_settings, prepare

PER_MINUTE = 40
PARTNERS = 250
SCRAPER, SOMEBODY_ELSE = "198.51.100.7", "203.0.113.9"
JSON = "application/problem+json"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give a marketplace with a few hundred partners, where one caller may ask some forty times a minute."""
    made = create_app(make_settings(tmp_path_factory.mktemp("scraped"), calls_per_minute=PER_MINUTE))
    migrate.upgrade(made)
    prepare(made)
    with made.app_context():
        with time_machine.travel(NOON, tick=False):
            seeding.fill(PARTNERS, 7, tell=lambda _count: None)
        reading().rollback()
        yield made
        db.engine.dispose()


@pytest.fixture
def everybody(site):
    """Give the slugs of all who are listed; nobody has asked for anything yet."""
    pacing.init_meter(site)
    found = {one.slug for one in profiles.listed_between(reading(), 1, 10 * PARTNERS)}
    assert len(found) == PARTNERS
    return found


class Robot:
    """Asks as fast as it can; when it is told to wait, it does."""

    def __init__(self, site, clock, place=SCRAPER):
        self.client, self.clock, self.place = site.test_client(), clock, {"REMOTE_ADDR": place}
        self.asked, self.refusals, self.waited = 0, [], timedelta()

    def ask(self, path, **headers):
        """Ask once, whatever comes."""
        return self.client.get(path, environ_overrides=self.place, headers=headers)

    def take(self, path, **headers):
        """Ask, and once more after the wait that is told: then it is answered."""
        self.asked += 1
        answer = self.ask(path, **headers)
        if answer.status_code == 429:
            self.refusals.append(answer)
            wait = timedelta(seconds=int(answer.headers["Retry-After"]))
            self.waited += wait
            self.clock.shift(wait)
            answer = self.ask(path, **headers)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return answer

    def was_slowed_down(self):
        """See that it had no more than it is allowed, and was told so each time in the way that programs read."""
        assert self.asked <= PER_MINUTE * (1 + self.waited / MINUTE)
        assert self.refusals
        for refusal in self.refusals:
            assert 0 < int(refusal.headers["Retry-After"]) <= 60
            name = re.match('"[a-z]+"', refusal.headers["RateLimit"])[0]
            assert refusal.headers["RateLimit-Policy"] == f"{name};q={PER_MINUTE};w=60"
            assert re.fullmatch(rf"{name};r=0;t=\d+", refusal.headers["RateLimit"])
            assert refusal.headers["X-Robots-Tag"] == "noindex"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def test_who_walks_through_the_pages_is_slowed_down_and_sees_everybody(site, everybody, clock):
    robot, found, path = Robot(site, clock), [], "/providers?sort=newest"
    while path:
        page = robot.take(path).text
        found += re.findall(r'class="row-title"[^<]*<a href="/providers/([^"]+)"', page.replace("\n", " "))
        following = re.search(r'<a[^>]*rel="next"[^>]*>', page)
        path = unescape(re.search('href="([^"]+)"', following[0])[1]) if following else None
    assert sorted(found) == sorted(everybody)
    for slug in found:
        robot.take(f"/providers/{slug}")
    robot.was_slowed_down()
    assert {one.mimetype for one in robot.refusals} == {"text/html"}


def test_who_walks_through_the_calls_is_slowed_down_and_gets_everybody(site, everybody, clock):
    robot, found, cursor = Robot(site, clock), [], ""
    while cursor is not None:
        page = robot.take(f"/api/v1/providers?sort=price&cursor={cursor}").json
        assert page["total"] == PARTNERS
        found += [one["slug"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(found) == sorted(everybody)
    for slug in found:
        assert robot.take(f"/api/v1/providers/{slug}").json["slug"] == slug
    robot.was_slowed_down()
    assert {one.mimetype for one in robot.refusals} == {JSON}
    assert {one.json["type"] for one in robot.refusals} == {"urn:handrail:TooMany"}


def test_lists_pages_and_comparisons_are_counted_together(site, everybody, clock):
    robot, slugs = Robot(site, clock), sorted(everybody)
    paths = [
        "/providers",
        f"/providers/{slugs[0]}",
        f"/compare?partner={slugs[1]}&partner={slugs[2]}",
        "/providers?q=x",
    ]
    answers = [robot.ask(paths[number % len(paths)]).status_code for number in range(PER_MINUTE + len(paths))]
    assert answers == [200] * PER_MINUTE + [429] * len(paths)


@pytest.mark.parametrize("path", ["/providers", "/api/v1/providers"])
def test_nobody_else_is_held_up(site, everybody, clock, path):
    with transaction() as session:
        person = make_person(session)
    robot, other, neighbour = Robot(site, clock), Robot(site, clock, SOMEBODY_ELSE), Robot(site, clock)
    neighbour.client.sign_in(person)  # From the same place, by name.
    for _time in range(3 * PER_MINUTE):
        robot.ask(path)
    assert robot.ask(path).status_code == 429
    assert other.ask(path).status_code == 200
    if not path.startswith("/api/"):  # Calls know people by their tokens only.
        assert neighbour.ask(path).status_code == 200
    assert robot.ask("/").status_code == 200
    assert robot.ask("/contact").status_code == 200


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "A little slower, please"), ("es", "Un poco más despacio"), ("ar", "يُرجى التمهل قليلًا")],
)
def test_the_refusal_is_polite_and_in_the_language_of_the_reader(site, everybody, clock, language, said):
    robot = Robot(site, clock)
    for _time in range(PER_MINUTE):
        robot.ask("/providers")
        robot.ask("/api/v1/providers")
    page = robot.ask("/providers", **{"Accept-Language": language})
    assert page.status_code == 429
    assert re.search(rf'<html[^>]* lang="{language}"', page.text)
    assert f"<h1>{said}</h1>" in page.text
    assert 'href="/"' in page.text
    problem = robot.ask("/api/v1/providers", **{"Accept-Language": language})
    assert (problem.status_code, problem.mimetype) == (429, JSON)
    assert (problem.json["title"], problem.headers["Content-Language"]) == (said, language)


def test_a_search_engine_reaches_everybody(site, everybody, clock):
    """It begins with what robots are told, keeps out of what they are asked to, and waits when it is told to."""
    engine = Robot(site, clock)
    told = engine.take("/robots.txt").text
    closed = tuple(re.findall(r"^Disallow: (\S+)$", told, re.MULTILINE))
    index = urlsplit(re.search(r"^Sitemap: (\S+)$", told, re.MULTILINE)[1]).path
    lists = [urlsplit(one).path for one in re.findall("<loc>([^<]+)</loc>", engine.take(index).text)]
    pages = [urlsplit(unescape(one)) for one in _addresses(engine, lists)]
    assert {f"/providers/{slug}" for slug in everybody} <= {one.path for one in pages}
    for page in pages:
        assert not page.path.startswith(closed)
        answer = engine.take(page.path)
        assert "X-Robots-Tag" not in answer.headers
        assert re.search(rf'<link rel="canonical"[^>]*href="[^"]*{re.escape(page.path)}"', answer.text)
    assert engine.refusals
    assert engine.asked > PARTNERS


def _addresses(engine, lists):
    return [one for path in lists for one in re.findall("<loc>([^<]+)</loc>", engine.take(path).text)]
