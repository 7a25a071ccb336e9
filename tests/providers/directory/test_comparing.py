"""Partners side by side."""

import re
from html import unescape

import pytest
import time_machine

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.database import transaction
from providers.profiles.models import Provider
from providers.profiles.rules import Cefr, ProviderStatus
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner
from tests.factories.services import make_service

SLUGS = ("ana", "bo", "chen", "dara", "eli")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partners(app):
    """Five partners; only Bo sells hours, has been rated, has promised and answered."""
    with transaction() as session:
        make_rates(session, EUR=1_000_000, JPY=160_000_000)
        niche = make_niche(session, slug="upgrades", names={"en": "Upgrades"})
        counted = {"ratings": 4, "stars_sum": 18, "promises_due": 9, "promises_kept": 8, "jobs_done": 3}
        counted |= {"first_answers": 3, "first_answer_minutes_sum": 90}
        facts = {"ana": {"languages": {"es": Cefr.NATIVE}}, "bo": counted, "chen": {"zone": "Asia/Taipei"}}
        for slug in SLUGS:
            made = make_partner(session, niche, slug=slug, name=f"{slug.title()} Ruiz", **facts.get(slug, {}))
            if slug == "bo":
                hours = {"kind": ServiceKind.HOURLY, "cap_minutes": 120, "price_minor": 6000}
                make_service(session, provider=made, niche=niche, currency="EUR", **hours)


def words(html):
    """Give what stands there, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace("\u202f", " ")


def columns(page):
    """Name who stands side by side."""
    return re.findall(r'<th scope="col">.*?<bdi>(.*?)</bdi>', page, re.DOTALL)


def rows(page):
    """Give what each row of the table says, by its heading."""
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    return {
        words(heading): [words(cell) for cell in re.findall(r"<td>(.*?)</td>", cells, re.DOTALL)]
        for heading, cells in found
    }


def compare(client, *slugs):
    return client.get("/compare", query_string=[("partner", slug) for slug in slugs])


def test_partners_stand_side_by_side_in_the_order_in_which_they_are_named(client, partners):
    page = compare(client, "bo", "ana")
    assert page.status_code == 200
    assert columns(page.text) == ["Bo Ruiz", "Ana Ruiz"]
    said = rows(page.text)
    assert said["Languages"] == ["English C1", "Español Native"]
    assert said["Open"] == ["Open now", "Open now"]
    assert said["Fixed price per request"] == ["from €49 per request"] * 2
    assert said["By the hour, up to a limit"] == ["from €60 per hour, €120 at most", "Not offered"]
    assert said["Level"] == ["New partner"] * 2
    assert said["What customers say"] == ["Rating out of 5: 4.5 4 ratings", "No ratings yet"]
    assert said["Promised updates"] == ["8 of 9 promised updates in time", "No promises due yet"]
    assert said["First answer"] == ["30 minutes average of 3 requests", "No requests yet"]
    assert said["What next"][0] == "Ask Person Save Compare without"


def test_hours_and_prices_are_the_readers(client, partners):
    with transaction() as session:
        client.sign_in(make_person(session, currency="JPY", zone="Asia/Taipei"))
    said = rows(compare(client, "chen", "ana").text)
    assert said["Fixed price per request"] == ["from ¥7,840 per request"] * 2
    assert said["Shared with your day, 9 to 17"][0] == "8 hours a day"
    assert said["Shared with your day, 9 to 17"][1] == "1 hour a day"  # Nine in Madrid is four in the afternoon there.
    assert said["Hours today"][0].startswith("Taipei (UTC+08:00)")


def test_kinds_that_none_of_them_sells_have_no_row(client, partners):
    assert "By the hour, up to a limit" not in rows(compare(client, "ana", "chen").text)


@pytest.mark.parametrize("slugs", [SLUGS, [f"nobody-{number}" for number in range(200)]])
def test_more_than_four_are_refused_and_can_be_chosen_among(client, partners, slugs):
    page = compare(client, *slugs)
    assert page.status_code == 422
    assert 'href="#field-partner"' in page.text
    assert 'id="field-partner"' in page.text
    assert columns(page.text) == []


def test_those_who_were_chosen_stay_chosen(client, partners):
    page = compare(client, *SLUGS)
    assert "Only 4 can be compared at a time. Choose fewer." in words(page.text)
    assert re.findall(r'type="checkbox"\s+value="(\w+)"\s+checked', page.text) == list(SLUGS)


def test_the_same_one_named_twice_is_one(client, partners):
    page = compare(client, "ana", "bo", "ana", "ana", "bo")
    assert columns(page.text) == ["Ana Ruiz", "Bo Ruiz"]


def test_who_is_not_listed_is_named_beside_the_others(client, partners):
    with transaction() as session:
        provider = session.query(Provider).filter_by(slug="bo").one()
        provider.status, provider.suspended_reason = ProviderStatus.SUSPENDED, "Complaints."
    page = compare(client, "ana", "bo", "nobody")
    assert page.status_code == 200
    assert columns(page.text) == ["Ana Ruiz"]
    assert "Nobody is listed as “ bo ”." in words(page.text)
    assert "Nobody is listed as “ nobody ”." in words(page.text)
    assert compare(client, "bo").status_code == 404


@pytest.mark.parametrize("query", ["", "partner=", "partner=&partner=%20", "x=y"])
def test_who_chose_nobody_is_led_to_the_list(client, query):
    page = client.get(f"/compare?{query}")
    assert page.status_code == 200
    assert "Nobody is chosen" in page.text


def test_the_way_to_the_others_leaves_one_out(client, partners):
    page = compare(client, "ana", "bo", "chen").text
    ways = re.findall(r'href="([^"]+)"\s+aria-label="Compare without Bo Ruiz"', page)
    assert [unescape(way) for way in ways] == ["/compare?partner=ana&partner=chen"]
    assert "Compare without" not in compare(client, "ana").text


def test_who_is_on_a_break_is_not_to_be_asked(client, partners):
    with transaction() as session:
        session.query(Provider).filter_by(slug="ana").one().break_until = NOON + 9 * DAY
    assert rows(compare(client, "ana", "bo").text)["What next"] == [
        "Save Compare without",
        "Ask Person Save Compare without",
    ]


def test_the_list_and_the_saved_ones_lead_here(client, partners):
    page = client.get("/providers").text
    assert re.findall(r'name="partner"\s+type="checkbox"\s+value="(\w+)"\s+form="compare"', page).count("ana") == 1
    assert re.search(r'<form id="compare"\s+method="get"\s+action="/compare">', page)
    with transaction() as session:
        client.sign_in(make_person(session))
    client.post("/providers/ana/save")
    assert re.findall(r'value="(\w+)"\s+form="compare"', client.get("/favourites").text) == ["ana"]


def test_the_page_is_kept_out_of_search_engines(client, partners):
    assert compare(client, "ana", "bo").headers["X-Robots-Tag"] == "noindex"
