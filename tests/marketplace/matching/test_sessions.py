"""Who is asked for a guided session: whoever works at that time, is not booked then, and could hold it."""

from dataclasses import replace

import pytest

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import use_reader
from marketplace.matching import queries
from marketplace.matching.rules import (
    LATEST_ANSWER,
    LATEST_ASKING,
    SHORTEST_OFFER,
    Candidate,
    Need,
    Unfit,
    judge,
    obstacle,
    offer_end,
    offer_window,
    reasons,
)
from providers.availability import commands as availability
from providers.availability.rules import Interval
from providers.profiles.rules import Cefr, Figures
from providers.profiles.rules.speech import Speech
from providers.services.rules import Terms
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.availability import make_absence, make_hours
from tests.factories.catalogue import make_category, make_niche, make_rates
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_member, make_provider
from tests.factories.services import make_service
from tests.factories.support_requests import make_request

START = NOON + DAY + 3 * HOUR  # Wednesday at 16:00 in Madrid; the partners work there from nine to five.
NEED = Need("en", Cefr.B1, Layer.APPLICATION, "Europe/Madrid", Money(9000, "EUR"), START)
ANA = Candidate(
    provider_id=1,
    name="Ana",
    service_id=1,
    terms=Terms(ServiceKind.SESSION, Money(4900, "EUR"), session_minutes=60),
    language_level=Cefr.C1,
    layer=Layer.APPLICATION,
    niche={"en": "First steps"},
    certified_until=START.date(),
    open_jobs=0,
    capacity=2,
    overlap_hours=6.0,
    next_open=NOON,
    figures=Figures(),
    solved_for_customer=0,
    was_asked=False,
)


# Rules


@pytest.mark.parametrize(
    "datum", [{"next_open": NOON + 6 * DAY}, {"open_jobs": 2}, {"daily_capacity": 1, "taken_today": 1}]
)
def test_being_away_or_busy_today_is_not_in_the_way_of_a_session(datum):
    busy = replace(ANA, **datum)
    assert obstacle(NEED, busy, NOON) is None
    assert obstacle(replace(NEED, starts_at=None), busy, NOON) in {Unfit.AWAY, Unfit.CAPACITY}


def test_who_is_on_a_break_is_not_asked_for_a_session_after_it_either():
    assert obstacle(NEED, replace(ANA, is_on_break=True), NOON) is Unfit.BREAK


def test_who_is_not_free_then_is_not_asked():
    assert obstacle(NEED, replace(ANA, is_free_then=False), NOON) is Unfit.TIME


def test_nobody_is_asked_when_no_time_is_left_to_answer():
    assert obstacle(NEED, ANA, START - LATEST_ASKING) is None
    assert obstacle(NEED, ANA, START - LATEST_ASKING + MINUTE) is Unfit.TIME


def test_an_offer_of_a_session_ends_in_good_time_before_it_starts():
    assert offer_end(24, None, NOON) == NOON + offer_window(24)
    assert offer_end(24, NOON + 3 * DAY, NOON) == NOON + offer_window(24)
    assert offer_end(24, NOON + 2 * HOUR, NOON) == NOON + 2 * HOUR - LATEST_ANSWER
    assert offer_end(24, NOON + LATEST_ASKING, NOON) == NOON + SHORTEST_OFFER


def test_the_reasons_name_the_time_in_the_readers_zone_and_not_what_does_not_matter_then():
    said = {reason.kind: reason for reason in reasons(NEED, ANA, NOON)}
    assert not {"open", "overlap"} & said.keys()
    with use_reader("en", "Asia/Kathmandu"):
        assert said["start"].text == "Is free on Mar 11, 2026, 8:45 PM your time, for 1 hour".replace(" PM", "\u202fPM")
        assert said["price"].text == "Asks €49 for a session of 1 hour"


def test_being_at_work_now_does_not_count_for_a_session():
    later = replace(ANA, next_open=NOON + 20 * HOUR)
    assert judge(NEED, ANA, NOON).score == judge(NEED, later, NOON).score
    today = replace(NEED, starts_at=None)
    assert judge(today, ANA, NOON).score > judge(today, later, NOON).score


# In the database


@pytest.fixture
def niche(session):
    make_rates(session)
    return make_niche(session)


@pytest.fixture
def wish(session, niche):
    """A request for a session on Wednesday at 16:00 in Madrid."""
    category = make_category(session, niche=niche, service_kind=ServiceKind.SESSION)
    return make_request(session, category=category, starts_at=START)


def make_host(session, niche, *, minutes=60, **service):
    """Make a partner who holds sessions, nine to five in Madrid."""
    provider = make_provider(session)
    make_hours(session, provider.members[0])
    make_credential(session, person=provider.members[0].person, niche=niche)
    facts = {"kind": ServiceKind.SESSION, "session_minutes": minutes, **service}
    make_service(session, provider=provider, niche=niche, **facts)
    return provider


def found(session, wish, now=NOON):
    return {match.provider_id for match in queries.matches(session, wish, now)}


def test_only_services_of_the_categorys_kind_are_asked_for(session, niche, wish):
    host = make_host(session, niche)
    make_host(session, niche, kind=ServiceKind.INCIDENT, session_minutes=None)
    make_host(session, niche, kind=ServiceKind.HOURLY, session_minutes=None, cap_minutes=60)
    assert found(session, wish) == {host.id}


def test_who_works_through_the_whole_session_is_asked(session, niche, wish):
    fits, too_long = make_host(session, niche, minutes=60), make_host(session, niche, minutes=75)
    assert found(session, wish) == {fits.id}
    assert too_long.id not in found(session, wish)


def test_who_is_booked_then_is_not_asked_and_who_is_booked_next_to_it_is(session, niche, wish):
    host, other = make_host(session, niche), make_host(session, niche)
    book(session, host, START + 30 * MINUTE, START + 90 * MINUTE)
    book(session, other, START - HOUR, START)
    assert found(session, wish) == {other.id}


def book(session, provider, start, end):
    member_id, request_id = provider.members[0].id, make_request(session).id
    availability.book(session, member_id=member_id, request_id=request_id, when=Interval(start, end))


def test_who_is_away_on_that_day_is_not_asked(session, niche, wish):
    host = make_host(session, niche)
    make_absence(session, host.members[0], START.date())
    assert found(session, wish) == set()
    assert queries.gap(session, wish, NOON) == [Unfit.TIME]


def test_another_member_may_hold_it_who_speaks_the_language_and_is_certified(session, niche, wish):
    host = make_host(session, niche)
    book(session, host, START, START + HOUR)
    colleague = make_member(session, host, languages={"en": Cefr.A2})
    session.expire(host)
    make_hours(session, colleague)
    assert found(session, wish) == set()
    make_credential(session, person=colleague.person, niche=niche)
    assert found(session, wish) == set(), "the language is not spoken well enough"
    colleague.languages[0].spoken = Cefr.B2
    session.flush()
    assert found(session, wish) == {host.id}


def test_a_session_is_spoken_and_other_work_is_written(session, niche, wish):
    writes, speaks = {"en": Speech(Cefr.A2, Cefr.C1)}, {"en": Speech(Cefr.C1, None)}
    hosts = {name: make_host(session, niche) for name in ("writes", "speaks")}
    for name, known in (("writes", writes), ("speaks", speaks)):
        [one] = hosts[name].members[0].languages
        one.spoken, one.written = known["en"].spoken, known["en"].written
    session.flush()
    assert found(session, wish) == {hosts["speaks"].id}
    assert queries.can_do(session, wish, hosts["speaks"].members[0], NOON)
    wish.category.service_kind = ServiceKind.INCIDENT
    for host in hosts.values():
        make_service(session, provider=host, niche=niche)
    session.flush()
    session.expire_all()
    assert found(session, wish) == {hosts["writes"].id}
    assert not queries.can_do(session, wish, hosts["speaks"].members[0], NOON)


def test_a_session_in_progress_takes_no_place_from_other_requests(session, niche):
    provider = make_host(session, niche, kind=ServiceKind.INCIDENT, session_minutes=None)
    category = make_category(session, niche=niche)
    for _number in range(provider.capacity):
        make_request(session, provider=provider, starts_at=START)
    asked = make_request(session, category=category)
    assert found(session, asked) == {provider.id}
    for _number in range(provider.capacity):
        make_request(session, provider=provider)
    assert found(session, asked) == set()


def test_a_request_without_a_start_waits_when_its_category_has_become_one_of_sessions(session, niche, wish):
    make_host(session, niche)
    wish.starts_at = None
    session.flush()
    assert found(session, wish) == set()
    assert queries.gap(session, wish, NOON) == [Unfit.TIME]


def test_a_start_means_nothing_when_its_category_has_become_another(session, niche, wish):
    make_host(session, niche)
    fixed = make_host(session, niche, kind=ServiceKind.INCIDENT, session_minutes=None)
    wish.category.service_kind = ServiceKind.INCIDENT
    session.flush()
    assert found(session, wish) == {fixed.id}
