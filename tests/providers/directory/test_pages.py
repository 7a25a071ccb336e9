"""The page of the list and the page of a provider."""

import re
from html import unescape

import pytest
import time_machine

from marketplace.kernel.database import transaction
from providers.profiles.models import Review
from providers.profiles.rules import Cefr
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partners(app):
    """Three partners who help with two kinds of work."""
    with transaction() as session:
        make_rates(session, EUR=1_000_000, JPY=160_000_000)
        upgrades = make_niche(session, slug="upgrades", names={"en": "Upgrades"})
        themes = make_niche(session, slug="themes", names={"en": "Themes"})
        ana = make_person(session, name="Ana Ruiz")
        make_partner(session, upgrades, slug="ana", name="Ana Ruiz", person=ana, languages={"es": Cefr.NATIVE})
        make_partner(session, upgrades, slug="bo", name="Bo Lund", languages={"sv": Cefr.C1}, price_minor=9000)
        make_partner(session, themes, slug="chen", name="Chen Wei", languages={"es": Cefr.B1}, zone="Asia/Taipei")


def names(page):
    rows = re.findall(r'class="row-title".*?<a[^>]*><bdi>(.*?)</bdi></a>', page, re.DOTALL)
    return [unescape(name).strip() for name in rows]


def words(page):
    """Give what stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
        ("language=es", {"Ana Ruiz", "Chen Wei"}),
        ("language=es&level=B2", {"Ana Ruiz"}),
        ("language=es:B2&language=sv", {"Ana Ruiz", "Bo Lund"}),
        ("niche=upgrades&price_max=5000", {"Ana Ruiz"}),
        ("overlap=4&tz=Europe/Madrid", {"Ana Ruiz", "Bo Lund"}),
        ("open=now", {"Ana Ruiz", "Bo Lund"}),
        ("layer=application&q=wei", {"Chen Wei"}),
        ("utm_source=letter", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
        ("language=&q=&price_max=", {"Ana Ruiz", "Bo Lund", "Chen Wei"}),
    ],
)
def test_the_list_shows_who_meets_what_is_asked(client, partners, query, found):
    answer = client.get(f"/providers?{query}")
    assert answer.status_code == 200
    assert set(names(answer.text)) == found
    assert f"{len(found)} partner" in words(answer.text)


def test_a_row_says_what_is_true_of_the_partner(client, partners):
    row = words(client.get("/providers?q=ana").text)
    for said in (
        "Ana Ruiz",
        "Español Native",
        "Spain",
        "Upgrades",
        "from €49",
        "No ratings yet",
        "No promises due yet",
    ):
        assert said in row, said
    assert "Open 8:00 AM–4:00 PM your time; open now" in row.replace("\u202f", " ")


def test_what_is_chosen_can_be_taken_back(client, partners):
    page = client.get("/providers?language=es&level=B2&niche=upgrades&niche=themes").text
    assert 'href="/providers?language=es&amp;level=B2&amp;niche=themes"' in page
    assert 'href="/providers?level=B2&amp;niche=upgrades&amp;niche=themes"' in page


def test_counts_stand_beside_what_can_be_chosen(client, partners):
    page = words(client.get("/providers?niche=upgrades").text)
    assert "Upgrades 2" in page
    assert "Themes 1" in page
    assert "Spanish 1" in page  # Chen does themes.


def test_when_nobody_fits_the_page_says_what_to_drop(client, partners):
    page = words(client.get("/providers?language=sv&niche=themes").text)
    assert "Nobody meets all of this" in page
    assert "Without Swedish: 1 partner" in page
    assert "Without Themes: 1 partner" in page


def test_how_many_there_are_decides_the_word_for_them(client, partners):
    page = words(client.get("/providers?language=sv&niche=themes&lang=ar").text)
    assert "شريك واحد عند إزالة: السويدية" in page


def test_when_nothing_helps_the_page_leads_elsewhere(client, partners):
    page = client.get("/providers?language=fr&q=nobody").text
    assert "Nobody meets this, even with one condition less" in page
    assert 'href="/requests/new"' in page


def test_an_empty_list_leads_somewhere(client):
    page = client.get("/providers").text
    assert "Nobody is listed yet" in page
    assert 'href="/requests/new"' in page


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("language=xx", "language"),
        ("language=es:D1", "language"),
        ("&".join(f"language=es&x={number}" for number in range(500)), "language"),
        ("level=D1", "level"),
        ("niche=nothing", "niche"),
        ("niche=" + "x" * 10_000, "niche"),
        ("layer=earth", "layer"),
        ("credential=nothing", "credential"),
        ("tz=Mars/Olympus", "tz"),
        ("tz=" + "x" * 10_000, "tz"),
        ("tz=../../etc/passwd", "tz"),
        ("currency=XXX", "currency"),
        ("currency=EUR&currency=JPY", "currency"),
        ("overlap=25", "overlap"),
        ("overlap=-1", "overlap"),
        ("overlap=many", "overlap"),
        ("&".join(["overlap=2"] * 500), "overlap"),
        ("open=later", "open"),
        ("price_max=-1", "price_max"),
        ("price_max=1e3", "price_max"),
        ("price_max=" + "9" * 5000, "price_max"),
        ("q=" + "x" * 10_000, "q"),
        ("sort=random", "sort"),
        ("cursor=nothing", "cursor"),
        ("cursor=WyJiZXN0IixbXV0", "cursor"),
    ],
)
def test_what_can_not_be_asked_is_said_at_its_field(client, partners, query, field):
    answer = client.get(f"/providers?{query}")
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    assert names(answer.text) == []


def test_what_was_asked_well_is_kept_beside_what_was_not(client, partners):
    page = client.get("/providers?language=sv&q=themes+please&overlap=25").text
    assert re.search(r'value="sv"\s+checked', page)
    assert 'value="themes please"' in page
    assert words(page).startswith("Error:")


def test_pages_of_the_list_follow_each_other(client):
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session)
        for number in range(25):
            make_partner(session, niche, name=f"Partner {number:02}", created_at=NOON - number * DAY)
    first = client.get("/providers?sort=newest&language=en").text
    (following,) = re.findall(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', first)
    second = client.get(unescape("".join(following))).text
    assert names(first) + names(second) == [f"Partner {number:02}" for number in range(25)]


def test_prices_are_shown_in_the_currency_of_the_account(client, partners):
    with transaction() as session:
        reader = make_person(session, currency="JPY", zone="Asia/Tokyo")
    client.sign_in(reader)
    page = words(client.get("/providers?q=ana").text)
    assert "¥7,840" in page
    assert "Tokyo (UTC+09:00)" in page
    assert "Open 12:00 AM–1:00 AM and 5:00 PM–12:00 AM your time" in page.replace("\u202f", " ")


def test_a_partner_has_a_page(client, partners):
    page = words(client.get("/providers/ana").text)
    for said in ("Ana Ruiz", "Open now", "Upgrades", "€49", "Ask Ana", "Tuesday, March 10, 2026", "No reviews yet"):
        assert said in page, said
    assert 'href="/requests/new?provider=ana"' in client.get("/providers/ana").text


def test_a_converted_price_shows_the_original_too(client, partners):
    with transaction() as session:
        reader = make_person(session, currency="JPY")
    client.sign_in(reader)
    page = words(client.get("/providers/ana").text)
    assert "¥7,840" in page
    assert "set as €49" in page


def test_a_provider_that_is_not_listed_has_no_page(client, partners):
    assert client.get("/providers/nobody").status_code == 404


def test_texts_of_others_are_shown_as_texts(client):
    with transaction() as session:
        make_rates(session)
        nasty = "<script>alert(1)</script>"
        make_partner(session, make_niche(session, names={"en": nasty}), slug="x", name=nasty, abouts={"en": nasty})
    for address in ("/providers", "/providers/x", "/providers?q=%3Cscript%3E&overlap=25"):
        assert "<script>" not in client.get(address).text.replace('<script type="module"', "")


def test_reviews_show_first_names_only():
    assert Review(author_name="Ana Ruiz").author_first_name == "Ana"
    assert Review(author_name="").author_first_name == ""
