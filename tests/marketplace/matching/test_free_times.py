"""Free times of sessions: whoever is free at one fits a request for it, and only those times are shown."""

from dataclasses import replace

import pytest

from marketplace.catalogue.rules import ServiceKind
from marketplace.matching import queries
from marketplace.support_requests.rules import Mode, Status
from marketplace.support_requests.starts import EARLIEST_START, LATEST_START
from providers.availability import commands as availability
from providers.availability.rules import QUARTER, Interval
from providers.profiles.rules import Cefr
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.availability import make_absence, make_hours, make_settings
from tests.factories.catalogue import make_category, make_niche, make_rates
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_member, make_provider
from tests.factories.services import make_service
from tests.factories.support_requests import make_request

THREE_DAYS = Interval(NOON - DAY, NOON + 2 * DAY)
NINE = NOON + DAY - 4 * HOUR  # Wednesday at 9:00 in Madrid, where all of them work from nine to five.


@pytest.fixture
def niche(session):
    make_rates(session)
    return make_niche(session)


@pytest.fixture
def draft(session, niche):
    """A draft of a session whose time is still to be chosen."""
    category = make_category(session, niche=niche, service_kind=ServiceKind.SESSION)
    return make_request(session, category=category, status=Status.DRAFT)


def make_host(session, niche, **service):
    provider = make_provider(session)
    make_hours(session, provider.members[0])
    make_credential(session, person=provider.members[0].person, niche=niche)
    facts = {"kind": ServiceKind.SESSION, "session_minutes": 60, **service}
    make_service(session, provider=provider, niche=niche, **facts)
    return provider


def free(session, draft, within=THREE_DAYS, **asked):
    return queries.free_times(session, queries.wish_of(draft), within, NOON, **asked)


def book(session, provider, start, end):
    member_id, request_id = provider.members[0].id, make_request(session).id
    availability.book(session, member_id=member_id, request_id=request_id, when=Interval(start, end))


def test_times_are_those_at_which_somebody_fits(session, niche, draft):
    usual, careful, brief = (make_host(session, niche, session_minutes=minutes) for minutes in (60, 90, 30))
    make_settings(session, careful.members[0], pause_minutes=45)
    make_settings(session, brief.members[0], notice_hours=30)
    make_absence(session, usual.members[0], NOON.date())
    book(session, usual, NINE + HOUR, NINE + 2 * HOUR)
    book(session, careful, NINE + 3 * HOUR, NINE + 4 * HOUR)
    found = {one.id: set(free(session, draft, among={one.id})) for one in (usual, careful, brief)}
    assert all(found.values())
    assert free(session, draft) == sorted(set().union(*found.values()))
    assert all(min(times) >= NOON + EARLIEST_START for times in found.values())
    draft.submitted_at = NOON
    for number in range(8, 4 * 33):  # From two hours on, which is as soon as a session is asked for.
        draft.starts_at = NOON + number * QUARTER
        fits = {match.provider_id for match in queries.matches(session, draft, NOON)}
        shown = {provider_id for provider_id, times in found.items() if draft.starts_at in times}
        assert shown <= fits
        assert fits - shown <= {brief.id}, "an hour is left to send it"
        if draft.starts_at not in {NOON + 30 * HOUR + part * QUARTER for part in range(4)}:
            assert shown == fits


@pytest.mark.parametrize("service", [{"kind": ServiceKind.INCIDENT, "session_minutes": None}, {"is_active": False}])
def test_who_sells_no_sessions_has_no_free_times(session, niche, draft, service):
    make_host(session, niche, **service)
    assert free(session, draft) == []


def test_who_is_not_certified_or_speaks_too_little_has_none(session, niche, draft):
    host = make_host(session, niche)
    mate = make_member(session, host)
    session.expire(host)
    make_hours(session, mate, start_minute=0, end_minute=9 * 60)
    night = NOON + 14 * HOUR
    assert night not in free(session, draft)
    make_credential(session, person=mate.person, niche=niche)
    assert night in free(session, draft)
    wish = replace(queries.wish_of(draft), level=Cefr.NATIVE)
    assert queries.free_times(session, wish, THREE_DAYS, NOON) == []


def test_who_is_on_a_break_or_suspended_has_none(session, niche, draft):
    host = make_host(session, niche)
    host.break_until = NOON + 9 * DAY
    session.flush()
    assert free(session, draft) == []


def test_nobody_is_asked_sooner_or_later_than_sessions_are_booked(session, niche, draft):
    host = make_host(session, niche)
    make_hours(session, make_provider(session).members[0])
    ever = Interval(NOON - 9 * DAY, NOON + 99 * DAY)
    found = free(session, draft, ever, among={host.id})
    assert found[0] == NOON + EARLIEST_START
    assert found[-1] <= NOON + LATEST_START
    assert free(session, draft, Interval(NOON + 60 * DAY, NOON + 70 * DAY)) == []


def test_notice_counts_from_when_the_customer_sent_it(session, niche, draft):
    host = make_host(session, niche)
    make_settings(session, host.members[0], notice_hours=24)
    draft.starts_at, draft.submitted_at = NOON + DAY, NOON
    late = NOON + 30 * MINUTE
    assert queries.matches(session, draft, NOON)
    assert not queries.matches(session, draft, late), "it is still a draft"
    draft.status, draft.mode = Status.MATCHING, Mode.QUOTES
    assert queries.matches(session, draft, late)
