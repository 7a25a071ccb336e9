"""Public holidays by country and region: which a member keeps, and on which there is work all the same."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.database import db
from marketplace.kernel.errors import InvalidInput
from providers.availability import commands, public_holidays, queries, selfchecks
from providers.availability.models import HolidayChoice, WorkedHoliday
from providers.availability.rules import Keeping, is_open
from tests.factories import NOON
from tests.factories.availability import make_hours
from tests.factories.profiles import make_member, make_provider

TODAY = NOON.date()
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)  # All of Spain keeps the one, Catalonia the other.


def holidays_of(session, member, around=TODAY):
    """Give the holidays that count in a member's hours."""
    return queries.hours_by_member(session, [member.provider_id], around)[member.provider_id][member.id].holidays


@pytest.fixture
def member(session):
    """Somebody in Spain."""
    return make_provider(session, country="ES").members[0]


def test_who_has_not_chosen_keeps_those_of_the_providers_country(session, member):
    assert queries.keeping_of(session, member) == Keeping("ES")
    assert GOOD_FRIDAY in holidays_of(session, member)
    assert EASTER_MONDAY not in holidays_of(session, member)


def test_a_region_has_holidays_of_its_own(session, member):
    commands.keep_region(session, member, "CT", now=NOON)
    assert {GOOD_FRIDAY, EASTER_MONDAY} <= holidays_of(session, member)
    commands.keep_region(session, member, None, now=NOON)
    assert EASTER_MONDAY not in holidays_of(session, member)


def test_a_member_keeps_those_of_another_country_or_none(session, member):
    commands.keep_region(session, member, "CT", now=NOON)
    commands.keep_holidays(session, member, "ES", now=NOON)
    assert queries.keeping_of(session, member) == Keeping("ES", "CT")
    commands.keep_holidays(session, member, "NP", now=NOON)
    assert queries.keeping_of(session, member) == Keeping("NP")
    assert GOOD_FRIDAY not in holidays_of(session, member)
    commands.keep_holidays(session, member, None, now=NOON)
    assert holidays_of(session, member) == frozenset()


@pytest.mark.parametrize("region", ["BY", "", "ct"])
def test_a_region_of_another_country_is_refused(session, member, region):
    with pytest.raises(InvalidInput) as refused:
        commands.keep_region(session, member, region, now=NOON)
    assert list(refused.value.fields) == ["region"]


def test_who_keeps_none_has_no_region(session, member):
    commands.keep_holidays(session, member, None, now=NOON)
    with pytest.raises(InvalidInput):
        commands.keep_region(session, member, "CT", now=NOON)
    session.get(HolidayChoice, member.id).region = "CT"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_holiday_on_which_somebody_works_is_a_day_like_others(session, member):
    make_hours(session, member, weekdays=range(7))
    commands.work_on_holidays(session, member, [GOOD_FRIDAY], today=TODAY, now=NOON)
    [hours] = queries.hours_by_provider(session, [member.provider_id], TODAY)[member.provider_id]
    assert is_open(hours, datetime(2026, 4, 3, 10, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 5, 1, 10, tzinfo=UTC))
    commands.work_on_holidays(session, member, [], today=TODAY, now=NOON)
    assert GOOD_FRIDAY in holidays_of(session, member)


@pytest.mark.parametrize("day", [date(2026, 4, 2), EASTER_MONDAY, date(2026, 1, 1), date(2027, 3, 26)])
def test_only_coming_holidays_that_are_kept_can_be_worked(session, member, day):
    with pytest.raises(InvalidInput) as refused:
        commands.work_on_holidays(session, member, [GOOD_FRIDAY, day], today=TODAY, now=NOON)
    assert list(refused.value.fields) == ["days"]
    assert session.query(WorkedHoliday).count() == 0


def test_what_was_worked_before_today_is_not_forgotten(session, member):
    new_year = datetime(2025, 12, 20, tzinfo=UTC)
    commands.work_on_holidays(session, member, [date(2026, 1, 1)], today=new_year.date(), now=new_year)
    commands.work_on_holidays(session, member, [GOOD_FRIDAY], today=TODAY, now=NOON)
    assert {one.day for one in session.query(WorkedHoliday)} == {date(2026, 1, 1), GOOD_FRIDAY}


def test_members_who_keep_the_same_have_hours_that_are_the_same_value(session):
    provider, other = make_provider(session, country="DE"), make_provider(session, country="ES")
    commands.keep_holidays(session, other.members[0], "DE", now=NOON)
    by_provider = queries.hours_by_provider(session, [provider.id, other.id], TODAY)
    assert by_provider[provider.id] == by_provider[other.id]
    assert len({hours for several in by_provider.values() for hours in several}) == 1


def statements_of(read):
    """Count the statements that reading something takes."""
    statements = []

    def note(_connection, _cursor, statement, *_details):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_hours_of_many_take_as_many_statements_as_those_of_one(session):
    for number in range(5):
        provider = make_provider(session, country=("ES", "FR")[number % 2])
        commands.keep_holidays(session, make_member(session, provider), "DE", now=NOON)
        commands.work_on_holidays(session, provider.members[0], [date(2026, 5, 1)], today=TODAY, now=NOON)
    session.flush()
    ids = range(provider.id - 4, provider.id + 1)
    one, many = (
        statements_of(lambda wanted=wanted: queries.hours_by_member(session, wanted, TODAY))
        for wanted in (ids[:1], ids)
    )
    assert one == many > 0


@pytest.mark.parametrize(
    ("country", "language", "name", "named_in"),
    [
        ("ES", "es", "Viernes Santo", "es"),
        ("ES", "en", "Good Friday", "en-US"),
        ("ES", "ar", "Viernes Santo", "es"),  # Not known in Arabic: as it is called there.
        ("GB", "en", "Good Friday", "en-GB"),
        ("BR", "pt-BR", "Sexta-feira Santa", "pt-BR"),
        ("BR", "pt", "Sexta-feira Santa", "pt-BR"),
        ("ZZ", "en", "", ""),
    ],
)
def test_a_holiday_is_named_for_its_reader(country, language, name, named_in):
    found = queries.name_of_holiday(Keeping(country), GOOD_FRIDAY, language)
    assert (found.text, found.language) == (name, named_in)


def test_regions_have_names_that_people_know():
    assert public_holidays.regions("ES")["VC"] == "Valenciana"
    assert public_holidays.regions("FR")["974"] == "La Réunion"
    assert public_holidays.regions("AT")["9"] == "Wien"
    assert list(public_holidays.regions("DE").values())[:3] == ["Augsburg", "Baden-Württemberg", "Bayern"]
    assert public_holidays.regions("NP") == public_holidays.regions("ZZ") == {}


@pytest.mark.parametrize("country", sorted(public_holidays.countries()))
def test_every_country_and_region_can_be_kept(country):
    for region in (None, *public_holidays.regions(country)):
        assert len(region or "") <= HolidayChoice.region.type.length
        days = public_holidays.public_holidays(country, 2026, region)
        names = public_holidays.holiday_names(country, 2026, region, "en")
        assert days == set(names)
        assert all(name.text for name in names.values())


def test_a_region_that_the_package_does_not_know_any_more_counts_as_none(session, member):
    assert selfchecks.holidays_that_nobody_knows(session) == []
    session.add(HolidayChoice(member_id=member.id, country="ES", region="Atlantis"))
    session.flush()
    assert GOOD_FRIDAY in holidays_of(session, member)
    told = f"nobody knows the holidays of ES Atlantis that member {member.id} keeps"
    assert selfchecks.holidays_that_nobody_knows(session) == [told]
