"""What search engines may list, the addresses that pages tell them, and the lists of these."""

import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from sqlalchemy import event

from marketplace.kernel import audit
from marketplace.kernel.database import db, transaction
from marketplace.kernel.translate import languages
from marketplace.site import search_engines
from marketplace.site.search_engines import PICTURES, PUBLIC
from providers.profiles.models import Review
from tests.access import ROWS
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # No address asks the database's kind.

SITE = "http://localhost:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
TOLD = re.compile(
    r'<(?:link rel="(?P<rel>canonical|alternate)"|meta (?:name|property)="(?P<name>[\w:]+)")(?P<rest>[^>]*)>'
)


def attribute(tag, name):
    """Read an attribute of a tag; None where there is none."""
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else None


def head(page):
    """Read what the head of a page tells: its canonical address, the one of each language, and the rest by name."""
    canonical, versions, facts = None, {}, {}
    for found in TOLD.finditer(page.partition("</head>")[0]):
        rest = found["rest"]
        if found["rel"] == "canonical":
            assert canonical is None, "one address only"
            canonical = attribute(rest, "href")
        elif found["rel"] == "alternate":
            versions[attribute(rest, "hreflang")] = attribute(rest, "href")
        else:
            facts.setdefault(found["name"], attribute(rest, "content"))
    return canonical, versions, facts


def versions_of(address):
    """Give the address of a page in each language, and in whichever the reader prefers."""
    sign = "&" if "?" in address else "?"
    return {**{code: f"{address}{sign}lang={code}" for code in languages()}, "x-default": address}


# Which pages


@on_sqlite
@pytest.mark.parametrize("path", [path for method, path, _expected in ROWS if method == "GET"])
def test_only_what_is_public_may_be_listed(app, visits, path):
    address = visits.address(path).partition("?")[0]
    endpoint, _values = app.url_map.bind("localhost").match(address)
    for caller in ("visitor", "customer", "partner", "admin"):
        answer = visits.ask(caller, "GET", path)
        is_there = answer.status_code == 200
        assert ("X-Robots-Tag" not in answer.headers) is (is_there and endpoint in {*PUBLIC, *PICTURES}), caller
        if answer.mimetype != "text/html":
            continue
        canonical, versions, facts = head(answer.text)
        if is_there and endpoint in PUBLIC:
            assert canonical == f"{SITE}{address}"
            assert versions == versions_of(canonical)
            assert facts["og:url"] == canonical
            assert facts["description"]
            assert facts["og:image"].startswith(f"{SITE}/")
        else:
            assert (canonical, versions) == (None, {}), caller
            assert "og:url" not in facts


@on_sqlite
def test_every_public_page_is_in_the_map(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert known >= {*PUBLIC, *PICTURES}


# Addresses


@pytest.fixture
def rates(app):
    with transaction() as session:
        make_rates(session)


@pytest.mark.usefixtures("rates")
@on_sqlite
@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", "/providers"),
        ("utm_source=letter&fbclid=1", "/providers"),
        ("q=&country=", "/providers"),
        ("q=ana&country=ES&language=es", "/providers?language=es&country=ES&q=ana"),
        ("country=ES&x=1&language=sv&q=ana&language=es", "/providers?language=es&language=sv&country=ES&q=ana"),
        ("language=es&language=es", "/providers?language=es"),
        ("q=%22%3E%3Cscript%3E&sort=best", "/providers?q=%22%3E%3Cscript%3E&sort=best"),
        ("lang=xx", "/providers"),
    ],
)
def test_a_list_has_one_address_however_it_is_asked_for(client, query, address):
    answer = client.get(f"/providers?{query}")
    assert answer.status_code == 200
    canonical, versions, _facts = head(answer.text)
    assert canonical == f"{SITE}{address}"
    assert versions == versions_of(canonical)


@pytest.mark.usefixtures("rates")
@on_sqlite
def test_a_page_in_a_language_is_its_own(client):
    canonical, versions, facts = head(client.get("/providers?lang=ar&q=ana").text)
    assert canonical == f"{SITE}/providers?q=ana&lang=ar"
    assert versions == versions_of(f"{SITE}/providers?q=ana")
    assert facts["og:url"] == canonical
    assert facts["og:locale"] == "ar_EG"
    assert facts["og:image"] == f"{SITE}/card.png?lang=ar"


@pytest.mark.usefixtures("rates")
@on_sqlite
@pytest.mark.parametrize(
    ("path", "status"), [("/providers?cursor=", 200), ("/providers?overlap=many", 422), ("/providers/nobody", 404)]
)
def test_what_goes_on_and_what_went_wrong_is_not_listed(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert head(answer.text)[:2] == (None, {})


@on_sqlite
@pytest.mark.parametrize(
    ("language", "territory"),
    [("en", "en_US"), ("es", "es_ES"), ("ar", "ar_EG"), ("pt-BR", "pt_BR"), ("zh-Hant", "zh_TW"), ("tlh", "tlh")],
)
def test_a_language_has_its_territory(app, language, territory):
    assert search_engines.territorial(language) == territory


# Reading in a language


@on_sqlite
def test_a_page_is_read_in_the_language_of_its_address(client):
    client.set_cookie("language", "es")
    page = client.get("/?lang=ar", headers={"Accept-Language": "en"})
    assert '<html lang="ar" dir="rtl"' in page.text
    assert page.headers["Content-Language"] == "ar"
    assert '<html lang="es"' in client.get("/").text, "nothing is kept of it"


@on_sqlite
def test_a_choice_of_language_outdoes_the_address(client):
    answer = client.post("/language", data={"language": "es", "next": "/providers?q=a+b&lang=ar&open="})
    assert answer.location == "/providers?q=a+b&open="
    assert '<html lang="es"' in client.get("/contact").text


@on_sqlite
def test_a_choice_of_colours_keeps_the_language_of_the_address(client):
    assert client.post("/theme", data={"theme": "dark", "next": "/?lang=ar"}).location == "/?lang=ar"


# Lists


def entries(answer, tag="url"):
    """Read the entries of a list: the address of each, when it changed, and the addresses by language."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    return {
        one.findtext("s:loc", namespaces=NAMES): (
            one.findtext("s:lastmod", namespaces=NAMES),
            {link.get("hreflang"): link.get("href") for link in one.findall("x:link", NAMES)},
        )
        for one in ET.fromstring(answer.text).findall(f"s:{tag}", NAMES)  # noqa: S314 - our own
    }


@on_sqlite
def test_robots_are_told_where_to_begin(client):
    assert f"\nSitemap: {SITE}/sitemap.xml\n" in client.get("/robots.txt").text


@on_sqlite
def test_robots_may_read_whatever_is_public(app, client):
    forbidden = re.findall(r"^Disallow: (\S+)$", client.get("/robots.txt").text, re.MULTILINE)
    assert forbidden
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in {*PUBLIC, *PICTURES}]
    assert [rule.rule for rule in rules if rule.rule.startswith(tuple(forbidden))] == []


@on_sqlite
def test_every_public_page_without_a_name_is_in_the_list_of_pages(app, client):
    found = entries(client.get("/sitemaps/pages.xml"))
    with app.test_request_context():
        assert set(found) == {f"{SITE}{app.url_for(one)}" for one in PUBLIC if one != "directory.show"}
    for address, (changed, versions) in found.items():
        assert changed is None
        assert versions == versions_of(address)
        assert client.get(address.removeprefix(SITE)).status_code == 200


@pytest.fixture
def small_lists(monkeypatch):
    monkeypatch.setattr(search_engines, "IDS_PER_LIST", 10)


@pytest.mark.usefixtures("small_lists")
def test_every_listed_provider_is_in_the_list_of_its_range(client):
    with transaction() as session:
        for number, slug in ((1, "ana"), (10, "bo"), (11, "chen"), (35, "dee")):
            make_provider(session, id=number, slug=slug)
        make_provider(session, id=2, slug="hidden", status="suspended", suspended_reason="Complaints.")
        make_provider(session, id=25, slug="applying", status="applying")
        make_provider(session, id=12, slug="desk", is_vendor_desk=True)
    lists = entries(client.get("/sitemap.xml"), "sitemap")
    numbers = (1, 2, 4)  # Nobody of the third range is listed.
    providers = [f"{SITE}/sitemaps/providers-{number}.xml" for number in numbers]
    assert list(lists) == [f"{SITE}/sitemaps/pages.xml", *providers]
    found = [entries(client.get(address.removeprefix(SITE))) for address in providers]
    assert [list(one) for one in found] == [
        [f"{SITE}/providers/ana", f"{SITE}/providers/bo"],
        [f"{SITE}/providers/chen"],
        [f"{SITE}/providers/dee"],
    ]
    assert found[2][f"{SITE}/providers/dee"] == (None, versions_of(f"{SITE}/providers/dee"))


@pytest.mark.usefixtures("small_lists")
@pytest.mark.parametrize("number", ["0", "3", "214748364", "214748365", "2147483647", "2147483648", "-1", "x"])
def test_there_is_no_list_where_nobody_is_listed(client, number):
    with transaction() as session:
        make_provider(session, id=1)
        make_provider(session, id=25, status="applying")
    assert client.get(f"/sitemaps/providers-{number}.xml").status_code == 404


def test_an_empty_market_has_a_list_of_pages_only(client):
    assert list(entries(client.get("/sitemap.xml"), "sitemap")) == [f"{SITE}/sitemaps/pages.xml"]
    assert client.get("/sitemaps/providers-1.xml").status_code == 404


def test_the_latest_word_on_a_provider_is_when_its_page_changed(client):
    with transaction() as session:
        described = make_provider(session, slug="described")
        reviewed = make_provider(session, slug="reviewed")
        person = make_person(session)
        for one, at in ((described, NOON - DAY), (described, NOON - HOUR), (reviewed, NOON - 2 * DAY)):
            audit.record(session, one, "describe", by=None, at=at)
        audit.record(session, person, "sign_in", by=None, at=NOON)  # Somebody else of perhaps the same number.
        request_id = make_request(session).id
        facts = {"request_id": request_id, "author_name": "Nuria", "stars": 5, "language": "es"}
        session.add(Review(provider_id=reviewed.id, at=NOON - DAY, **facts))
    found = entries(client.get("/sitemaps/providers-1.xml"))
    assert found[f"{SITE}/providers/described"][0] == "2026-03-10T11:00:00+00:00"
    assert found[f"{SITE}/providers/reviewed"][0] == "2026-03-09T12:00:00+00:00"


def test_a_list_is_read_with_as_many_statements_however_long_it_is(client):
    def asked(count):
        seen = []
        with transaction() as session:
            for _number in range(count):
                make_provider(session)

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        listed = entries(client.get("/sitemaps/providers-1.xml"))
        event.remove(db.engine, "before_cursor_execute", note)
        return len(listed), len(seen)

    (few, statements), (many, more_statements) = asked(1), asked(8)
    assert few < many
    assert statements == more_statements


def test_names_in_addresses_are_written_as_xml(client, monkeypatch, app):
    monkeypatch.setitem(app.config, "BASE_URL", "http://a&b<c>.example")
    assert "http://a&b<c>.example/contact" in entries(client.get("/sitemaps/pages.xml"))


# The picture of the site


@on_sqlite
def test_the_picture_of_the_site_is_kept_by_who_has_it(client):
    drawn = client.get("/card.png?lang=es")
    assert drawn.mimetype == "image/png"
    again = client.get("/card.png?lang=es", headers={"If-None-Match": drawn.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/card.png?lang=ar").headers["ETag"] != drawn.headers["ETag"]
