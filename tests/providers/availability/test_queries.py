"""Hours as they stand in the database."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from providers.availability import queries
from providers.availability.public_holidays import public_holidays
from providers.availability.rules import Away, Weekly
from tests.factories import NOON
from tests.factories.availability import make_absence, make_hours
from tests.factories.profiles import make_member, make_provider


def test_hours_come_by_provider_and_member(session):
    provider, other = make_provider(session), make_provider(session, zone="Asia/Kathmandu", country="NP")
    second = make_member(session, provider, zone="America/Lima")
    make_hours(session, provider.members[0], weekdays=[1], start_minute=600, end_minute=720)
    make_hours(session, second, weekdays=[6], start_minute=1320, end_minute=1560)
    make_absence(session, second, date(2026, 3, 1), date(2026, 3, 9))
    make_absence(session, second, date(2026, 1, 1), date(2026, 1, 9))  # Long over.
    found = queries.hours_by_provider(session, [provider.id, other.id], around=NOON.date())
    first, then = found[provider.id]
    assert (first.zone, first.weekly, first.absences) == (ZoneInfo("Europe/Madrid"), (Weekly(1, 600, 720),), ())
    assert (then.zone, then.weekly) == (ZoneInfo("America/Lima"), (Weekly(6, 1320, 1560),))
    assert then.absences == (Away(date(2026, 3, 1), date(2026, 3, 9)),)
    assert [one.weekly for one in found[other.id]] == [()]


def test_holidays_are_those_of_the_providers_country_around_the_day(session):
    spain = make_provider(session, country="ES")
    around_new_year = queries.hours_by_provider(session, [spain.id], around=date(2026, 12, 20))
    holidays = around_new_year[spain.id][0].holidays
    assert {date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6)} <= holidays
    assert date(2026, 10, 12) not in holidays


def test_a_country_that_nobody_knows_has_no_holidays():
    assert public_holidays("ZZ", 2026) == frozenset()
    assert date(2026, 7, 14) in public_holidays("FR", 2026)


@pytest.mark.parametrize(("start_minute", "end_minute"), [(-1, 60), (1440, 1500), (600, 600), (600, 540), (600, 2041)])
def test_the_table_refuses_hours_that_can_not_be(session, start_minute, end_minute):
    member = make_provider(session).members[0]
    with pytest.raises(IntegrityError):
        make_hours(session, member, weekdays=[0], start_minute=start_minute, end_minute=end_minute)
    session.rollback()


def test_an_absence_ends_after_it_begins(session):
    member = make_provider(session).members[0]
    with pytest.raises(IntegrityError):
        make_absence(session, member, date(2026, 3, 9), date(2026, 3, 8))
    session.rollback()
