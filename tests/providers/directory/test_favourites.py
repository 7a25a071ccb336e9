"""Saving partners: from the list and from their pages, and looking at them again."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.kernel.database import insert_new, reading, transaction
from marketplace.kernel.errors import NotFound
from providers.directory import commands, queries, selfchecks
from providers.directory.models import Favourite
from providers.directory.rules import MAX_FAVOURITES, TooManyFavourites
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus
from tests.factories import HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner
from tests.factories.profiles import make_provider


@pytest.fixture
def reader(app):
    """Somebody who looks at a list of three partners."""
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session, slug="upgrades", names={"en": "Upgrades"})
        for slug in ("ana", "bo", "chen"):
            make_partner(session, niche, slug=slug, name=f"{slug.title()} Ruiz")
        return make_person(session)


@pytest.fixture
def signed_in(client, reader):
    client.sign_in(reader)
    return client


def words(page):
    """Give what stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def titles(page):
    """Name the partners in the rows of a page."""
    return re.findall(r"<bdi>(\w+ Ruiz)</bdi>", page.partition("<main")[2])


def buttons(page):
    """Give where the buttons that save and drop lead, by what they say."""
    found = re.findall(r'formaction="([^"]+)"\s+aria-label="([^"]+)"', page)
    return {unescape(label): unescape(url) for url, label in found}


def save(person, *slugs, now=NOON):
    with transaction() as session:
        for number, slug in enumerate(slugs):
            commands.save_provider(session, person.id, slug, now=now + number * HOUR)


def suspend(slug):
    with transaction() as session:
        provider = session.query(Provider).filter_by(slug=slug).one()
        provider.status, provider.suspended_reason = ProviderStatus.SUSPENDED, "Complaints."


def saved_by(person):
    reading().rollback()
    return [one.slug for one in queries.favourites(reading(), person.id)]


def test_a_partner_is_saved_from_the_list_and_dropped_again(signed_in, reader):
    page = signed_in.get("/providers?niche=upgrades&q=bo").text
    [(label, url)] = buttons(page).items()
    assert label == "Save Bo Ruiz"
    answer = signed_in.post(url)
    assert answer.location == "/providers?niche=upgrades&q=bo"
    assert saved_by(reader) == ["bo"]
    page = signed_in.get(answer.location).text
    assert "Bo Ruiz is among your saved partners." in words(page)
    [(label, url)] = buttons(page).items()
    assert label == "On your list: Bo Ruiz. Press to remove."
    assert signed_in.post(url).location == "/providers?niche=upgrades&q=bo"
    assert saved_by(reader) == []


def test_a_partner_is_saved_from_its_own_page(signed_in, reader):
    [(label, url)] = buttons(signed_in.get("/providers/ana").text).items()
    assert label == "Save Ana Ruiz"
    assert signed_in.post(url).location == "/providers/ana"
    assert list(buttons(signed_in.get("/providers/ana").text)) == ["On your list: Ana Ruiz. Press to remove."]


def test_who_has_saved_nobody_is_told_where_to_begin(signed_in):
    page = signed_in.get("/favourites").text
    assert "Nobody is saved yet" in page
    assert 'href="/providers"' in page.partition("<main")[2]


def test_the_latest_stand_first_with_what_the_list_says_of_them(signed_in, reader):
    save(reader, "ana", "chen", "bo")
    page = signed_in.get("/favourites").text
    assert titles(page) == ["Bo Ruiz", "Chen Ruiz", "Ana Ruiz"]
    assert "from €49" in words(page)
    assert "Not listed any more" not in page


def test_who_has_left_the_list_is_named_and_can_be_removed(signed_in, reader):
    save(reader, "ana", "bo")
    suspend("ana")
    page = signed_in.get("/favourites").text
    assert titles(page) == ["Bo Ruiz", "Ana Ruiz"]
    assert "Ana Ruiz" in words(page.partition("Not listed any more")[2])
    assert "/providers/ana" not in re.findall(r'href="([^"]+)"', page)
    signed_in.post(buttons(page)["On your list: Ana Ruiz. Press to remove."])
    assert saved_by(reader) == ["bo"]


def test_everybody_sees_only_their_own(client, signed_in, reader):
    save(reader, "ana")
    with transaction() as session:
        other = make_person(session)
    client.sign_in(other)
    assert titles(client.get("/favourites").text) == []
    client.post("/providers/ana/drop")
    assert saved_by(reader) == ["ana"]


def test_a_visitor_is_led_to_the_sign_in_and_back(client, reader):
    page = client.get("/providers?q=bo").text
    assert buttons(page) == {}
    [way] = re.findall(r'href="([^"]+)"\s+aria-label="Save Bo Ruiz"', page)
    assert way == "/sign-in?next=/providers?q%3Dbo"
    assert 'value="/providers?q=bo"' in client.get(unescape(way)).text
    assert client.post("/providers/bo/save").location.startswith("/sign-in")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_the_way_back_stays_on_this_site(signed_in, target):
    assert signed_in.post("/providers/bo/save", query_string={"next": target}).location == "/"


def test_saving_twice_changes_nothing(reader):
    save(reader, "ana", now=NOON)
    save(reader, "ana", now=NOON + HOUR)
    assert reading().scalars(sa.select(Favourite.saved_at)).all() == [NOON]


@pytest.mark.parametrize("slug", ["nobody", "ana"])
def test_only_who_is_listed_can_be_saved(reader, slug):
    suspend("ana")
    with pytest.raises(NotFound):
        save(reader, slug)


def fill(session, person, count):
    """Let somebody have saved so many."""
    for _number in range(count):
        provider = make_provider(session, has_bank_account=False, commission_percent=None)
        insert_new(session, Favourite, person_id=person.id, provider_id=provider.id, saved_at=NOON)


def test_nobody_saves_more_than_can_be_saved(reader):
    with transaction() as session:
        fill(session, reader, MAX_FAVOURITES - 1)
    save(reader, "ana")
    with pytest.raises(TooManyFavourites):
        save(reader, "bo")
    save(reader, "ana")  # Is saved already.
    assert selfchecks.favourites_beyond_the_limit(reading()) == []


def test_more_than_can_be_saved_are_noticed(reader):
    with transaction() as session:
        fill(session, reader, MAX_FAVOURITES + 1)
    assert selfchecks.favourites_beyond_the_limit(reading()) == [f"person {reader.id} has saved 101 providers"]


def test_one_row_for_each_partner(reader):
    save(reader, "ana")
    with transaction() as session:
        saved = session.scalars(sa.select(Favourite)).one()
        again = {"person_id": saved.person_id, "provider_id": saved.provider_id, "saved_at": NOON}
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.insert(Favourite).values(**again))
