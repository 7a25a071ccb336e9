"""Telling people when somebody fits what they have searched for."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from marketplace.insights import queries as insights
from marketplace.kernel import mail
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import OutboxMessage
from providers.directory import commands, effects, links, queries, rules, selfchecks
from providers.directory.models import KnownFit, SavedSearch
from providers.directory.rules import MAX_SEARCHES, SHORT_LIST, Condition, Demand, KeptSearch, TooManySearches
from providers.profiles.models import MemberLanguage, Provider
from providers.profiles.rules import Cefr, ProviderStatus
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.directory import make_partner, make_saved_search
from tests.factories.profiles import make_provider

FRENCH = KeptSearch("language=fr", "Europe/Madrid", "EUR")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reader(app):
    """Somebody who looks at a list of partners, of whom one speaks Spanish and none French."""
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session, slug="upgrades", names={"en": "Upgrades"})
        make_partner(session, niche, slug="ana", name="Ana Ruiz", languages={"es": Cefr.NATIVE})
        for number in range(SHORT_LIST):
            make_partner(session, niche, slug=f"bo-{number}", name=f"Bo {number}", languages={"sv": Cefr.C1})
        return make_person(session, email="reader@example.test")


@pytest.fixture
def signed_in(client, reader):
    client.sign_in(reader)
    return client


def words(page):
    """Give what stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def kept():
    """List what is saved, as it is kept."""
    reading().rollback()
    rows = sa.select(SavedSearch.query, SavedSearch.zone, SavedSearch.currency).order_by(SavedSearch.id)
    return [tuple(row) for row in reading().execute(rows)]


def letters():
    """List what the site owes by mail."""
    reading().rollback()
    owed = sa.select(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)
    return [message.payload for message in reading().scalars(owed)]


def learn(language, slug="ana"):
    """Let a partner speak one more language."""
    with transaction() as session:
        provider = session.query(Provider).filter_by(slug=slug).one()
        session.add(
            MemberLanguage(member_id=provider.members[0].id, language=language, spoken=Cefr.C1, written=Cefr.C1)
        )


def save(person, search=FRENCH, fit=(), now=NOON):
    with transaction() as session:
        commands.save_search(session, person.id, search, fit, now=now)


# Saving


def test_a_search_that_brings_nobody_is_saved_where_it_stands(signed_in, reader):
    page = signed_in.get("/providers?language=fr:B2&niche=upgrades&sort=price&cursor=").text
    [url] = re.findall(r'formaction="(/searches[^"]*)"', page)
    answer = signed_in.post(unescape(url))
    assert answer.location == "/providers?language=fr:B2&niche=upgrades&sort=price"
    assert kept() == [("language=fr%3AB2&niche=upgrades", "Europe/Madrid", "EUR")]
    page = signed_in.get(answer.location).text
    assert "Saved. You get a letter when somebody fits." in words(page)
    assert "Tell me when somebody fits" not in page


def test_what_means_the_same_is_saved_once(signed_in):
    for query in (
        "language=fr&language=de",
        "language=de&language=fr&language=de&sort=price&q=",
        "utm_source=x&language=de&language=fr",
    ):
        assert signed_in.post(f"/searches?{query}").status_code == 302
    assert [query for query, _zone, _currency in kept()] == ["language=de&language=fr"]


def test_for_whom_hours_and_prices_are_worked_out_is_kept(signed_in):
    signed_in.post("/searches?price_max=100&tz=Asia/Tokyo&currency=EUR")
    signed_in.post("/searches?price_max=100")
    assert kept() == [("price_max=100", "Asia/Tokyo", "EUR"), ("price_max=100", "Europe/Madrid", "EUR")]


@pytest.mark.parametrize(
    ("query", "offered"), [("language=fr", True), ("language=es", True), ("language=sv", True), ("", False)]
)
def test_only_short_lists_offer_it(signed_in, query, offered):
    assert ("Tell me when somebody fits" in signed_in.get(f"/providers?{query}").text) is offered


def test_nobody_waits_where_enough_fit(signed_in):
    assert signed_in.post("/searches").status_code == 409
    assert kept() == []


@pytest.mark.parametrize(
    "query",
    [
        "language=xx",
        "niche=nothing",
        "overlap=many",
        "overlap=1&overlap=2",
        "tz=Mars/Olympus",
        "price_max=-1",
        "q=" + "x" * 300,
    ],
)
def test_what_can_not_be_asked_is_not_saved(signed_in, query):
    assert signed_in.post(f"/searches?{query}").status_code == 422
    assert kept() == []


def test_what_asks_for_too_much_is_not_saved(signed_in):
    query = "&".join(
        f"language={code}:C2" for code in ("fr", "de", "it", "pt", "nl", "pl", "cs", "da", "fi", "el", "hu")
    )
    assert signed_in.post(f"/searches?{query}&q={'%F0%9F%92%A9' * 90}").status_code == 409
    assert kept() == []


def test_a_visitor_is_led_to_the_sign_in_and_back(client, reader):
    page = client.get("/providers?language=fr").text
    assert 'href="/sign-in?next=/providers?language%3Dfr"' in page.partition('id="waiting"')[2]
    assert client.post("/searches?language=fr").location.startswith("/sign-in")
    assert kept() == []


def test_nobody_saves_more_than_can_be_saved(reader):
    with transaction() as session:
        for number in range(MAX_SEARCHES):
            make_saved_search(session, person=reader, query=f"q={number}")
    with pytest.raises(TooManySearches):
        save(reader)
    save(reader, KeptSearch("q=1", "Europe/Madrid", "EUR"))  # Is saved already.
    assert selfchecks.searches_beyond_the_limit(reading()) == []
    with transaction() as session:
        make_saved_search(session, person=reader)
    assert selfchecks.searches_beyond_the_limit(reading()) == [f"person {reader.id} has saved 21 searches"]


def test_the_database_refuses_a_second_one_and_one_that_is_too_long(reader):
    save(reader)
    for query in ("language=fr", "q=" + "x" * 999):
        with pytest.raises(sa.exc.DBAPIError), transaction() as session:
            make_saved_search(session, person=reader, query=query)


def test_what_is_saved_stands_with_the_saved_partners_and_can_be_removed(signed_in, reader):
    save(reader, KeptSearch("language=fr%3AB2&level=C1&niche=upgrades", "Asia/Tokyo", "EUR"))
    page = signed_in.get("/favourites").text
    assert "French (B2), C1 or better, and Upgrades" in words(page)
    assert "?language=fr%3AB2&amp;level=C1&amp;niche=upgrades&amp;tz=Asia%2FTokyo&amp;currency=EUR" in page
    [url] = re.findall(r'formaction="(/searches/\d+/drop)"', page)
    assert signed_in.post(url).location == "/favourites"
    assert kept() == []
    assert signed_in.post(url).status_code == 404


def test_nobody_removes_what_others_have_saved(reader):
    save(reader)
    with transaction() as session, pytest.raises(NotFound):
        commands.drop_search(session, make_person(session).id, session.scalars(sa.select(SavedSearch.id)).one())
    assert len(kept()) == 1


# Telling


def test_who_fits_is_told_in_one_letter_and_once(reader):
    save(reader)
    effects.tell_who_fits(NOON)
    assert letters() == []
    learn("fr")
    learn("fr", "bo-1")
    effects.tell_who_fits(NOON + HOUR)
    [letter] = letters()
    assert letter["to"] == "reader@example.test"
    told = " ".join(letter["paragraphs"])
    assert "For “French”: Ana Ruiz and Bo 1." in told or "For “French”: Bo 1 and Ana Ruiz." in told
    assert letter["action"][1].endswith("/providers?language=fr&tz=Europe%2FMadrid&currency=EUR")
    effects.tell_who_fits(NOON + 2 * HOUR)
    assert len(letters()) == 1
    learn("fr", "bo-2")
    effects.tell_who_fits(NOON + 3 * HOUR)
    assert "For “French”: Bo 2." in letters()[1]["paragraphs"]


def test_who_fitted_when_it_was_saved_is_not_told(signed_in, reader):
    signed_in.post("/searches?language=es")
    effects.tell_who_fits(NOON)
    assert letters() == []
    learn("es", "bo-1")
    effects.tell_who_fits(NOON)
    assert "For “Spanish”: Bo 1." in letters()[0]["paragraphs"]


def test_who_stops_fitting_and_fits_again_is_not_told_again(reader):
    save(reader)
    learn("fr")
    effects.tell_who_fits(NOON)
    for status, reason in ((ProviderStatus.SUSPENDED, "Complaints."), (ProviderStatus.LISTED, None)):
        with transaction() as session:
            provider = session.query(Provider).filter_by(slug="ana").one()
            provider.status, provider.suspended_reason = status, reason
        effects.tell_who_fits(NOON + HOUR)
    assert len(letters()) == 1


def test_what_fits_several_searches_is_one_letter(reader):
    save(reader)
    save(reader, KeptSearch("language=fr&niche=upgrades", "Europe/Madrid", "EUR"))
    learn("fr")
    effects.tell_who_fits(NOON)
    [letter] = letters()
    assert {"For “French”: Ana Ruiz.", "For “French and Upgrades”: Ana Ruiz."} <= set(letter["paragraphs"])
    assert letter["action"][1].endswith("/favourites")


def test_a_search_that_can_not_be_done_any_more_keeps_back_no_other(reader):
    with transaction() as session:
        make_saved_search(session, person=reader, query="niche=nothing")
    save(reader)
    learn("fr")
    effects.tell_who_fits(NOON + HOUR)
    assert len(letters()) == 1
    assert set(reading().scalars(sa.select(SavedSearch.looked_at))) == {NOON + HOUR}


def test_each_round_looks_for_those_who_have_waited_longest(reader, monkeypatch):
    monkeypatch.setattr(effects, "PEOPLE_A_ROUND", 1)
    with transaction() as session:
        other = make_person(session, email="other@example.test")
    save(other, now=NOON - DAY)
    save(reader, now=NOON - HOUR)
    learn("fr")
    effects.tell_who_fits(NOON)
    assert [letter["to"] for letter in letters()] == ["other@example.test"]
    effects.tell_who_fits(NOON)
    assert [letter["to"] for letter in letters()] == ["other@example.test", "reader@example.test"]


def test_a_search_that_was_removed_meanwhile_is_not_told(reader):
    save(reader)
    [search] = queries.saved_searches(reading(), reader.id)
    with transaction() as session:
        commands.drop_search(session, reader.id, search.id)
        commands.tell_who_fits(session, reader.id, {search.id: [1]}, now=NOON)
    assert letters() == []


# Stopping


def test_the_letter_leads_to_where_it_ends(client, reader):
    save(reader)
    learn("fr")
    effects.tell_who_fits(NOON)
    [path] = [one.partition("http://localhost:8000")[2] for one in letters()[0]["paragraphs"] if "/stop/" in one]
    page = client.get(path)
    assert "You have saved 1 search" in words(page.text)
    assert kept() != []
    client.post(path)
    assert kept() == []
    assert reading().scalars(sa.select(KnownFit)).all() == []
    assert "No search is saved" in words(client.get(path).text)


def test_a_link_ends_only_the_searches_of_its_own_person(client, reader):
    save(reader)
    with transaction() as session:
        other = make_person(session)
    client.post(f"/searches/stop/{links.make(other.id)}")
    assert len(kept()) == 1
    assert client.post("/searches/stop/forged").status_code == 404


# Demand


QUERIES = st.sampled_from(
    ["language=fr", "language=fr%3AC1&language=de", "niche=upgrades", "country=CL&q=x", "q=language%3Dfr", ""]
)


@given(st.lists(st.tuples(st.integers(1, 4), QUERIES)))
def test_nobody_counts_twice(searches):
    people = {person_id for person_id, _query in searches}
    found = rules.demand(searches, 10)
    assert all(1 <= one.people <= len(people) for one in found)
    french = {person_id for person_id, query in searches if query.startswith("language=fr")}
    assert [one.people for one in found if one.value == "fr"] == ([len(french)] if french else [])
    assert {one.condition for one in found} <= {Condition.LANGUAGE, Condition.NICHE, Condition.COUNTRY}


def test_what_most_wait_for_stands_first():
    searches = [(1, "language=de"), (2, "language=fr"), (3, "language=fr"), (3, "country=CL")]
    assert rules.demand(searches, 1) == [Demand(Condition.LANGUAGE, "fr", 2), Demand(Condition.COUNTRY, "CL", 1)]


def test_the_vendor_sees_what_people_wait_for(client, reader):
    with transaction() as session:
        client.sign_in(make_staff(session))
        for number in range(2):
            make_saved_search(session, person=make_person(session), query=f"language=fr&niche=upgrades&q={number}")
        make_provider(session)
    assert [(one.value, one.people) for one in insights.today(reading(), NOON).wanted] == [("fr", 2), ("upgrades", 2)]
    page = words(client.get("/vendor").text)
    assert "What people wait for" in page
    assert "French 2 Upgrades 2" in page


def test_the_vendor_sees_nothing_where_nobody_waits(client, reader):
    with transaction() as session:
        client.sign_in(make_staff(session))
    assert "What people wait for" not in client.get("/vendor").text
