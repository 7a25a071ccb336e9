"""The list as it stands in the database."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from marketplace.kernel.database import db
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load
from providers.directory import queries
from providers.directory.queries import Reader, Search
from providers.directory.rules import ANYBODY, asked_words
from providers.directory.schemas import SearchSchema
from providers.profiles import commands
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Speech
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.availability import make_hours
from tests.factories.catalogue import make_niche, make_rates
from tests.factories.credentials import make_credential
from tests.factories.directory import make_partner
from tests.factories.profiles import make_member, make_provider
from tests.factories.services import make_service

MADRID = Reader(ZoneInfo("Europe/Madrid"), "EUR")


def listed(session, *, reader=MADRID, now=NOON, **conditions):
    found = queries.search(session, Search(replace(ANYBODY, **conditions), reader), now)
    return {one.provider.name: one for one in found.snapshots}


def test_a_card_holds_what_is_true_of_the_provider(session):
    make_rates(session)
    niche = make_niche(session, slug="upgrades")
    make_partner(session, niche, name="Ana", languages={"es": Cefr.C1}, ratings=2, stars_sum=9)
    card = listed(session)["Ana"].card
    assert card.languages == {"es": Speech.both(Cefr.C1)}
    assert card.niches == ["upgrades"]
    assert [one.price for one in card.offerings] == [Money(4900, "EUR")]
    assert (card.is_open, card.next_open, card.overlap_hours) == (True, NOON, 8)
    assert card.figures.stars == 4.5


def test_hours_and_prices_are_worked_out_for_the_reader(session):
    make_rates(session, EUR=1_000_000, JPY=160_000_000)
    make_partner(session, make_niche(session), name="Ana")
    card = listed(session, reader=Reader(ZoneInfo("America/New_York"), "JPY"))["Ana"].card
    assert card.overlap_hours == 3  # New York is on summer time already, Madrid is not.
    assert [one.price for one in card.offerings] == [Money(7840, "JPY")]


def test_what_one_member_can_do_the_provider_can(session):
    make_rates(session)
    niche, other = make_niche(session, slug="upgrades"), make_niche(session, slug="themes")
    provider = make_partner(session, niche, name="Two", languages={"es": Cefr.B1, "en": Cefr.C1})
    second = make_member(session, provider, languages={"es": Cefr.NATIVE}, zone="America/Lima")
    make_hours(session, second)
    make_credential(session, person=second.person, niche=other)
    make_service(session, provider=provider, niche=other)
    session.expire(provider)
    card = listed(session)["Two"].card
    assert card.languages == {"es": Speech.both(Cefr.NATIVE), "en": Speech.both(Cefr.C1)}
    assert set(card.niches) == {"upgrades", "themes"}
    assert listed(session, now=NOON + 9 * HOUR)["Two"].card.is_open  # 22:00 in Madrid, 16:00 in Lima.


@pytest.mark.parametrize("ended", [{"valid_until": NOON}, {"revoked_at": NOON - DAY, "revoked_reason": "Cheated."}])
def test_what_nobody_there_is_certified_for_can_not_be_had(session, ended):
    make_rates(session)
    niche, provider = make_niche(session), make_provider(session, name="Ana")
    make_service(session, provider=provider, niche=niche)
    make_credential(session, person=provider.members[0].person, niche=niche, **ended)
    make_credential(session, person=make_person(session), niche=niche)  # Somebody else's.
    found = listed(session)["Ana"]
    assert found.card.offerings == ()
    assert found.services == []
    assert found.credentials == []


def test_a_price_that_the_rates_can_not_express_is_left_out(session):
    make_rates(session, EUR=1_000_000)
    niche = make_niche(session)
    make_partner(session, niche, name="Ana", currency="CLP")
    assert listed(session)["Ana"].card.offerings == ()


def test_who_is_on_a_break_is_there_but_opens_when_it_is_over(session):
    make_rates(session)
    niche, over_at = make_niche(session), NOON + 2 * DAY
    make_partner(session, niche, name="Ana", break_until=over_at)
    make_partner(session, niche, name="Bo", break_until=NOON)
    cards = {name: one.card for name, one in listed(session).items()}
    assert (cards["Ana"].is_open, cards["Ana"].next_open, cards["Ana"].break_until) == (False, over_at, over_at)
    assert (cards["Bo"].is_open, cards["Bo"].next_open, cards["Bo"].break_until) == (True, NOON, None)
    assert list(listed(session)) == ["Bo", "Ana"]
    assert set(listed(session, opens_within=0)) == {"Bo"}


def test_who_is_suspended_is_gone_at_once(session):
    make_rates(session)
    provider = make_partner(session, make_niche(session), name="Ana")
    assert set(listed(session)) == {"Ana"}
    commands.suspend(session, provider.id, reason="A complaint.", by=make_staff(session).id, now=NOON)
    assert set(listed(session)) == set()
    with pytest.raises(NotFound):
        queries.snapshot(session, provider.slug, MADRID, NOON)


def test_the_vendors_desk_is_not_listed(session):
    desk = make_provider(session, is_vendor_desk=True)
    assert listed(session) == {}
    with pytest.raises(NotFound):
        queries.snapshot(session, desk.slug, MADRID, NOON)


def test_words_find_names_places_languages_and_kinds_of_work(session):
    make_rates(session)
    niche = make_niche(session, names={"en": "Themes", "es": "Apariencia"})
    make_partner(session, niche, name="Zoë & Söhne", country="CH", languages={"de": Cefr.C1})
    for word in ("zoe", "sohne", "themes", "apariencia", "german", "deutsch", "switzerland"):
        assert listed(session, words=asked_words(word)), word
    assert not listed(session, words=asked_words("zoe spanish"))


def count_statements(session, now):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    session.expire_all()
    found = listed(session, now=now)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(found), len(statements)


def test_the_number_of_statements_does_not_grow_with_the_list(session):
    make_rates(session)
    niche = make_niche(session)
    make_partner(session, niche)
    few = count_statements(session, NOON)
    for _number in range(6):
        partner = make_partner(session, niche)
        make_member(session, partner)
    many = count_statements(session, NOON)
    assert (few[0], many[0]) == (1, 7)
    assert few[1] == many[1] < 26


# From what is asked to a search


def search_for(session, **values):
    return queries.search_for(session, load(SearchSchema(), values), MADRID)


def test_a_search_takes_zone_and_currency_from_what_is_asked_or_from_the_reader(session):
    make_rates(session)
    asked = search_for(session, tz="Asia/Kathmandu", currency="JPY", price_max=9000)
    assert asked.reader == Reader(ZoneInfo("Asia/Kathmandu"), "JPY")
    assert asked.filters.price_max == Money(9000, "JPY")
    assert search_for(session).reader == MADRID


def test_of_two_levels_for_a_language_the_lower_will_do(session):
    assert search_for(session, language=["es:C1", "es:B2"]).filters.languages == {"es": Cefr.B2}
    assert search_for(session, language=["es", "es:B2"], level="C1").filters.languages == {"es": Cefr.B2}
    assert search_for(session, language=["es:C2", "es"], level="C1").filters.languages == {"es": None}


@pytest.mark.parametrize("field", ["niche", "credential", "currency"])
def test_what_the_vendor_does_not_know_can_not_be_asked(session, field):
    make_rates(session)
    value = "XXX" if field == "currency" else ["nothing"]
    with pytest.raises(InvalidInput) as refusal:
        search_for(session, **{field: value})
    assert set(refusal.value.fields) == {field}


def test_a_cursor_of_another_order_is_refused(session):
    asked = replace(search_for(session), cursor="WyJwcmljZSIsMV0")
    with pytest.raises(InvalidInput) as refusal:
        queries.search(session, asked, NOON)
    assert set(refusal.value.fields) == {"cursor"}
