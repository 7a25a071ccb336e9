"""What pages of the list tell machines, and the picture that other sites show beside a link to a provider."""

import json
import re
from io import BytesIO

import pytest
import time_machine
from PIL import Image

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel import previews
from marketplace.kernel.database import transaction
from providers.directory.linked_data import SUMMARY_LENGTH
from providers.profiles.rules import Cefr
from tests.factories import NOON
from tests.factories.availability import make_hours
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner
from tests.factories.profiles import make_provider
from tests.factories.services import make_service

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # No picture asks the database's kind.

SITE = "http://localhost:8000"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
HOSTILE = "</script><script>alert(1)</script><!-- ' \" & \u2028"
ARABIC = "شركة محمد عبد الرحمن السعدي للدعم"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def niche(app):
    with transaction() as session:
        make_rates(session)
        return make_niche(session, slug="upgrades", names={"en": "Upgrades", "es": "Actualizaciones"})


def make(niche, **facts):
    """List a partner and give the address of its page."""
    with transaction() as session:
        return f"/providers/{make_partner(session, niche, **facts).slug}"


def told(page):
    """Read what a page tells machines."""
    [block] = BLOCK.findall(page)
    return json.loads(block)


# In the words of schema.org


def test_a_provider_is_described_as_a_service(client, niche):
    languages = {"es": Cefr.NATIVE, "pt-BR": Cefr.B2}
    path = make(niche, slug="ana", name="Ana Ruiz", languages=languages, ratings=3, stars_sum=13)
    assert told(client.get(path).text) == {
        "@context": "https://schema.org",
        "@type": "ProfessionalService",
        "@id": f"{SITE}/providers/ana",
        "url": f"{SITE}/providers/ana",
        "name": "Ana Ruiz",
        "description": "Helps.",
        "image": [f"{SITE}/providers/ana/card.png"],
        "address": {"@type": "PostalAddress", "addressCountry": "ES"},
        "knowsLanguage": ["es", "pt-BR"],
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": 4.3,
            "ratingCount": 3,
            "bestRating": 5,
            "worstRating": 1,
        },
        "priceRange": "€49",
        "makesOffer": [
            {
                "@type": "Offer",
                "itemOffered": {
                    "@type": "Service",
                    "name": "Upgrades",
                    "serviceType": "Application",
                    "description": "One problem, solved.",
                },
                "price": "49.00",
                "priceCurrency": "EUR",
            }
        ],
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
                "opens": "09:00",
                "closes": "17:00",
            }
        ],
    }


def test_of_what_nothing_is_known_nothing_is_said(client, niche):
    with transaction() as session:
        make_provider(session, slug="new", name="New", abouts={}, languages={"en": Cefr.C1})
    assert set(told(client.get("/providers/new").text)) == {
        *("@context", "@type", "@id", "url", "name", "image", "address", "knowsLanguage")
    }


def test_prices_are_told_as_they_are_set_and_for_what(client, niche):
    with transaction() as session:
        partner = make_partner(session, niche, slug="ana", price_minor=900, currency="JPY")
        hourly = {"kind": ServiceKind.HOURLY, "price_minor": 6000, "cap_minutes": 120}
        make_service(session, provider=partner, niche=niche, currency="JPY", layer="platform", **hourly)
    described = told(client.get("/providers/ana").text)
    assert described["priceRange"] == "¥900–¥6,000"
    fixed, by_the_hour = described["makesOffer"]
    assert (fixed["price"], fixed["priceCurrency"]) == ("900", "JPY")
    assert by_the_hour["priceSpecification"] == {
        "@type": "UnitPriceSpecification",
        "price": "6000",
        "priceCurrency": "JPY",
        "referenceQuantity": {"@type": "QuantitativeValue", "value": 60, "unitCode": "MIN"},
    }


def test_prices_in_several_currencies_have_no_range(client, niche):
    with transaction() as session:
        partner = make_partner(session, niche, slug="ana")
        make_service(session, provider=partner, niche=niche, currency="JPY", layer="platform")
    assert "priceRange" not in told(client.get("/providers/ana").text)


def test_a_night_ends_with_the_day_and_begins_with_the_next(client, niche):
    with transaction() as session:
        owner = make_provider(session, slug="owl").members[0]
        make_hours(session, owner, weekdays=[6], start_minute=22 * 60, end_minute=30 * 60)
    hours = told(client.get("/providers/owl").text)["openingHoursSpecification"]
    assert [(one["dayOfWeek"], one["opens"], one["closes"]) for one in hours] == [
        (["Monday"], "00:00", "06:00"),
        (["Sunday"], "22:00", "23:59"),
    ]


def test_the_list_names_who_is_on_the_page(client, niche):
    make(niche, slug="ana", name="Ana Ruiz")
    make(niche, slug="bo", name="Bo Lund")
    described = told(client.get("/providers").text)
    assert described["@type"] == "ItemList"
    assert described["numberOfItems"] == 2
    listed = described["itemListElement"]
    assert [one["position"] for one in listed] == [1, 2]
    assert {(one["name"], one["url"]) for one in listed} == {
        ("Ana Ruiz", f"{SITE}/providers/ana"),
        ("Bo Lund", f"{SITE}/providers/bo"),
    }
    assert BLOCK.findall(client.get("/providers?overlap=many").text) == []


@pytest.mark.parametrize("path", ["/providers", "/providers/mallory"])
def test_a_hostile_name_stays_a_name(client, niche, path):
    make(niche, slug="mallory", name=HOSTILE, abouts={"en": HOSTILE})
    page = client.get(path).text
    assert "<script>alert" not in page
    described = told(page)
    named = described.get("itemListElement", [described])[0]
    assert named["name"] == HOSTILE
    [block] = BLOCK.findall(page)
    assert not re.search(r"[<>&'\u2028]", block)


# In search results


def described_as(client, path):
    return re.search(r'<meta name="description" content="([^"]*)">', client.get(path).text)[1]


def test_a_provider_is_shown_in_a_line_or_two(client, niche):
    assert described_as(client, make(niche, abouts={"en": " I mend\n\nupgrades. "})) == "I mend upgrades."
    long = described_as(client, make(niche, abouts={"en": "word " * 100}))
    assert long.endswith("word…")
    assert SUMMARY_LENGTH - 5 <= len(long) <= SUMMARY_LENGTH
    assert described_as(client, make(niche, abouts={})).startswith("Certified people")


# The picture


def drawn(answer):
    """Open a picture that must be a whole one."""
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    with Image.open(BytesIO(answer.data)) as picture:
        picture.load()
        return picture.convert("RGB")


def test_the_picture_of_a_provider_has_the_size_that_sites_ask_for(client, niche):
    path = make(niche, slug="ana", name="Ana Ruiz")
    page = client.get(path).text
    shown = re.search(r'property="og:image" content="([^"]*)"', page)[1]
    assert shown == f"{SITE}/providers/ana/card.png?lang=en"
    picture = drawn(client.get(shown.removeprefix(SITE)))
    assert picture.size == (previews.WIDTH, previews.HEIGHT)
    assert f'property="og:image:width" content="{previews.WIDTH}"' in page
    assert f'property="og:image:height" content="{previews.HEIGHT}"' in page


@pytest.mark.parametrize(
    "name",
    [
        HOSTILE,
        '#panic() #read("/etc/passwd") $x$ *_`\\',
        "W" * 100,
        "word " * 20,
        ARABIC,
        "陳大文 देवनागरी שלום 👩‍💻",
        "\u202eevil",
        "\u0301",
    ],
    ids=["html", "typst", "one long word", "long", "arabic", "scripts", "direction", "accent"],
)
@pytest.mark.parametrize("language", ["en", "es", "ar"])
@on_sqlite
def test_whatever_a_provider_is_called_there_is_a_picture(client, niche, name, language):
    spoken = dict.fromkeys(("ar", "de", "en", "es", "fr", "hi", "pt-BR", "zh-Hant"), Cefr.C1)
    path = make(niche, name=name, languages=spoken, ratings=1, stars_sum=5)
    picture = drawn(client.get(f"{path}/card.png?lang={language}"))
    assert picture.size == (previews.WIDTH, previews.HEIGHT)
    assert len(set(picture.get_flattened_data())) > 10, "something is written on it"


@on_sqlite
def test_what_changes_on_the_picture_changes_its_mark(client, niche):
    plain = client.get(f"{make(niche, slug='a', name='Ana')}/card.png").headers["ETag"]
    same = client.get(f"{make(niche, slug='b', name='Ana')}/card.png").headers["ETag"]
    others = {
        client.get(f"{make(niche, name='Ana', **facts)}/card.png").headers["ETag"]
        for facts in (
            {"country": "CL"},
            {"ratings": 1, "stars_sum": 5},
            {"languages": {"es": Cefr.C1}},
            {"zone": "America/Lima"},
        )
    }
    assert plain == same
    assert len(others | {plain}) == 5


@on_sqlite
def test_who_has_the_picture_is_not_sent_it_again_and_nobody_draws_it(client, niche, monkeypatch):
    path = f"{make(niche, slug='ana')}/card.png"
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    monkeypatch.setattr(previews, "set_picture", None)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path).data == first.data, "it was drawn once"


@on_sqlite
def test_the_picture_is_the_same_on_another_day(client, niche):
    path = f"{make(niche, slug='ana')}/card.png"
    marks = set()
    for day in (1, 4, 7, 200):
        with time_machine.travel(NOON.replace(day=1) + day * (NOON - NOON.replace(day=9)), tick=False):
            marks.add(client.get(path).headers["ETag"])
    assert len(marks) == 1


@on_sqlite
@pytest.mark.parametrize(
    "facts", [{"status": "applying"}, {"status": "suspended", "suspended_reason": "No."}, {"is_vendor_desk": True}]
)
def test_who_is_not_listed_has_no_picture(client, facts):
    with transaction() as session:
        make_provider(session, slug="hidden", **facts)
    assert client.get("/providers/hidden/card.png").status_code == 404
