"""The list as JSON."""

import pytest
import time_machine

from marketplace.kernel.database import transaction
from providers.directory.rules import Condition
from providers.profiles.rules import Cefr
from tests.factories import DAY, NOON
from tests.factories.catalogue import make_niche, make_product, make_rates, make_release
from tests.factories.credentials import make_credential
from tests.factories.directory import make_partner
from tests.factories.profiles import make_provider
from tests.factories.tracks import make_track


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partners(app):
    """Two partners who help with upgrades."""
    with transaction() as session:
        make_rates(session, EUR=1_000_000, JPY=160_000_000)
        niche = make_niche(session, slug="upgrades")
        make_partner(session, niche, slug="ana", name="Ana", languages={"es": Cefr.NATIVE}, ratings=4, stars_sum=19)
        make_partner(session, niche, slug="bo", name="Bo", languages={"sv": Cefr.C1}, price_minor=9000)


def get(client, address):
    return client.get(f"/api/v1{address}")


def test_the_list_has_items_a_total_and_facets(client, partners):
    answer = get(client, "/providers?language=es&level=B2&tz=Europe/London&currency=JPY")
    assert answer.status_code == 200
    assert (answer.json["total"], answer.json["next"]) == (1, None)
    (item,) = answer.json["items"]
    assert item == {
        "slug": "ana",
        "name": "Ana",
        "country": "ES",
        "partner_level": "new",
        "url": item["url"],
        "languages": [{"language": "es", "level": "native", "spoken": "native", "written": "native", "proven": []}],
        "niches": ["upgrades"],
        "layers": ["application"],
        "credentials": item["credentials"],
        "releases": [],
        "price_from": {"amount": 7840, "currency": "JPY"},
        "open_now": True,
        "next_open": "2026-03-10T12:00:00+00:00",
        "break_until": None,
        "accepts_cover": True,
        "overlap_hours": 7.0,
        "figures": {
            "promises_due": 0,
            "promises_kept": 0,
            "kept_percent": None,
            "ratings": 4,
            "stars": 4.8,
            "jobs_done": 0,
            "first_answers": 0,
            "first_answer_minutes": None,
        },
    }
    assert item["url"].endswith("/providers/ana")
    counted = answer.json["facets"]
    assert counted["language"] == {"es": 1, "sv": 1}
    assert counted["niche"] == {"upgrades": 1}
    assert counted["level"]["native"] == 1
    assert (counted["medium"], counted["proven"]) == ({"spoken": 1, "written": 1}, {"yes": 0})
    assert counted["open"] == {"now": 1, "2": 1, "8": 1, "24": 1}
    assert counted["stars"] == {"4.5": 1, "4": 1, "3": 1}
    assert counted["country"] == {"ES": 1}
    assert set(counted) == {one.value for one in Condition} - {"q"} | {"level", "medium", "proven"}


def test_partners_are_found_by_the_release_that_they_are_certified_for(client, app):
    with transaction() as session:
        make_rates(session)
        niche, product = make_niche(session, slug="upgrades"), make_product(session, slug="sample", name="Sample")
        old, new = (
            make_release(session, product=product, version=version, released_on=NOON.date() - days * DAY)
            for version, days in (("4.2", 200), ("5.0", 20))
        )
        track = make_track(session, niche=niche, product=product, release_id=new.id, certifies_since=NOON - 20 * DAY)
        for slug, release in (("ana", old), ("bo", new)):
            partner = make_provider(session, slug=slug)
            person = partner.members[0].person
            make_credential(session, person=person, track=track, release_id=release.id)
    found = {
        asked: [item["slug"] for item in get(client, f"/providers?sort=newest&{asked}").json["items"]]
        for asked in ("release=sample:4.2", "release=sample:5.0", "release=sample:5.0&release=sample:4.2")
    }
    assert [sorted(slugs) for slugs in found.values()] == [["ana", "bo"], ["bo"], ["ana", "bo"]]
    assert get(client, "/providers?release=sample:5.0").json["facets"]["release"] == {"sample:4.2": 2, "sample:5.0": 1}
    assert get(client, "/providers/ana").json["releases"] == ["sample:4.2"]
    page = client.get("/providers?release=sample:5.0").text
    assert "Certified for release" in page
    assert "Sample 5.0" in page
    with time_machine.travel(NOON + 75 * DAY):  # The grace is over: it is still true, and brings no new work.
        assert get(client, "/providers?release=sample:4.2").json["total"] == 1


def test_pages_follow_each_other(client):
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session)
        for number in range(45):
            make_partner(session, niche, slug=f"partner-{number}")
    slugs, cursor = [], ""
    while cursor is not None:
        page = get(client, f"/providers?sort=soonest&cursor={cursor}").json
        assert page["total"] == 45
        slugs += [item["slug"] for item in page["items"]]
        cursor = page["next"]
    assert sorted(slugs) == sorted(f"partner-{number}" for number in range(45))


def test_when_nobody_fits_it_says_what_to_ask_for_instead(client, partners):
    answer = get(client, "/providers?language=sv&price_max=5000&currency=EUR").json
    assert answer["items"] == []
    assert answer["relax"] == [
        {"parameter": "price_max", "value": "10000", "total": 1},
        {"parameter": "language", "value": None, "total": 1},
    ]
    unproven = get(client, "/providers?language=sv&proven=yes").json["relax"]
    assert unproven[0] == {"parameter": "proven", "value": "no", "total": 1}


def test_where_no_change_is_enough_it_says_what_to_leave_out(client, partners):
    answer = get(client, "/providers?language=sv:native&proven=yes&q=nobody").json
    assert (answer["items"], answer["relax"]) == ([], [])
    assert answer["nearest"] == {"parameters": ["proven", "level", "q"], "total": 1}
    assert get(client, "/providers?language=sv&proven=yes").json["nearest"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("language=xx", "language"),
        ("tongue=es", "tongue"),
        ("overlap=25", "overlap"),
        ("price_max=-1", "price_max"),
        ("tz=Mars/Olympus", "tz"),
        ("currency=XXX", "currency"),
        ("niche=nothing", "niche"),
        ("overlap=1&overlap=2", "overlap"),
        ("open=169", "open"),
        ("kind=gift", "kind"),
        ("country=Spain", "country"),
        ("partner_level=best", "partner_level"),
        ("stars=4.9", "stars"),
        ("release=4.2", "release"),
        ("cover=no", "cover"),
        ("urgency=0", "urgency"),
        ("&".join(["niche=upgrades"] * 500), "niche"),
        ("q=" + "x" * 10_000, "q"),
        ("cursor=nothing", "cursor"),
    ],
)
def test_what_can_not_be_asked_is_a_problem(client, partners, query, field):
    answer = get(client, f"/providers?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json["errors"]) == {field}


def test_the_language_of_the_answer_is_no_unknown_parameter(client, partners):
    assert get(client, "/providers?lang=es").status_code == 200


def test_a_provider_is_told_whole(client, partners):
    told = get(client, "/providers/ana?currency=JPY").json
    assert told["name"] == "Ana"
    assert told["about"] == "Helps."
    assert told["hours"][0] == {"start": "2026-03-10T12:00:00+00:00", "end": "2026-03-10T16:00:00+00:00"}
    (service,) = told["services"]
    assert service["price"] == {"amount": 7840, "currency": "JPY"}
    assert service["own_price"] == {"amount": 4900, "currency": "EUR"}
    (certificate,) = told["certificates"]
    assert certificate["niche"] == "upgrades"
    assert certificate["url"].endswith(f"/credentials/{certificate['reference']}")
    assert told["reviews"] == []


@pytest.mark.parametrize(("address", "status"), [("/providers/nobody", 404), ("/providers/ana?tz=Mars", 422)])
def test_what_is_not_there_is_a_problem(client, partners, address, status):
    answer = get(client, address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
