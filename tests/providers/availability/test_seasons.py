"""Other hours for a while: which week counts on which day, and how they are kept."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from providers.availability import commands, queries, selfchecks
from providers.availability.commands import OverlappingHours, TooManySeasons
from providers.availability.rules import MAX_SEASONS, Hours, SeasonHours, Weekly, is_open, open_intervals
from providers.profiles.models import Member
from tests.factories import DAY, HOUR, NOON
from tests.factories.availability import make_hours, make_season
from tests.factories.profiles import make_member, make_provider
from tests.plugins.racing import crashed, done, in_transaction, on_postgresql, race

MADRID = ZoneInfo("Europe/Madrid")
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 31)
MORNINGS = tuple(Weekly(day, 8 * 60, 12 * 60) for day in range(7))
SUMMER = SeasonHours(JULY, AUGUST, MORNINGS)


def test_the_days_of_a_season_have_its_week_from_the_first_to_the_last():
    hours = Hours(MADRID, tuple(Weekly(day, 15 * 60, 17 * 60) for day in range(7)), seasons=(SUMMER,))
    six = datetime(2026, 6, 30, 6, tzinfo=UTC)  # 8:00 in Madrid.
    mornings = [is_open(hours, moment) for moment in (six, six + DAY, six + 62 * DAY, six + 63 * DAY)]
    assert mornings == [False, True, True, False]
    afternoons = [is_open(hours, moment + 7 * HOUR) for moment in (six, six + DAY, six + 62 * DAY, six + 63 * DAY)]
    assert afternoons == [True, False, False, True]


def test_a_night_belongs_to_the_season_in_which_it_begins():
    nights = SeasonHours(JULY, AUGUST, tuple(Weekly(day, 22 * 60, 26 * 60) for day in range(7)))
    hours = Hours(ZoneInfo("UTC"), (), seasons=(nights,))
    first, after = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
    assert [is_open(hours, moment + HOUR) for moment in (first, first + DAY, after, after + DAY)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_seasons_come_with_the_hours_of_everybody(session):
    provider = make_provider(session)
    second = make_member(session, provider, zone="Asia/Kathmandu")
    make_season(session, second, date(2026, 3, 1), date(2026, 4, 30), weekdays=[1], start_minute=600, end_minute=720)
    make_season(session, second, date(2025, 3, 1), date(2025, 4, 30))  # Long over.
    first, then = queries.hours_by_provider(session, [provider.id], around=NOON.date())[provider.id]
    assert first.seasons == ()
    assert then.seasons == (SeasonHours(date(2026, 3, 1), date(2026, 4, 30), (Weekly(1, 600, 720),)),)


def test_a_season_without_hours_is_one_too(session):
    member = make_provider(session).members[0]
    make_hours(session, member, weekdays=range(7))
    make_season(session, member, date(2026, 3, 1), date(2026, 3, 31), weekdays=[])
    [hours] = queries.hours_by_provider(session, [member.provider_id], around=NOON.date())[member.provider_id]
    assert open_intervals(hours, NOON, NOON + 7 * DAY) == []


def test_a_season_is_added_changed_and_removed(session):
    member = make_provider(session).members[0]
    commands.add_season(session, member, SUMMER, now=NOON)
    [made] = queries.seasons_of(session, member.id)
    assert [one.weekly for one in made.intervals] == list(MORNINGS)
    longer = SeasonHours(date(2026, 6, 15), AUGUST, MORNINGS[:2])
    commands.change_season(session, member, made.id, longer, now=NOON)
    session.expire_all()
    [kept] = queries.seasons_of(session, member.id)
    assert (kept.first_day, [one.weekly for one in kept.intervals]) == (date(2026, 6, 15), list(MORNINGS[:2]))
    commands.remove_season(session, member, made.id, now=NOON)
    assert queries.seasons_of(session, member.id) == []


@pytest.mark.parametrize("days", [(JULY, JULY), (AUGUST, date(2026, 9, 9)), (date(2026, 6, 1), date(2026, 9, 9))])
def test_no_day_belongs_to_two_seasons(session, days):
    member = make_provider(session).members[0]
    commands.add_season(session, member, SUMMER, now=NOON)
    with pytest.raises(InvalidInput) as refused:
        commands.add_season(session, member, SeasonHours(*days, MORNINGS), now=NOON)
    assert "July 1, 2026 to August 31, 2026" in refused.value.fields["first_day"][0]
    assert selfchecks.seasons_that_overlap(session) == []
    make_season(session, member, date(2026, 6, 30), JULY)
    assert selfchecks.seasons_that_overlap(session) == [f"seasons of member {member.id} overlap at 2026-06-30"]


def test_hours_of_a_season_do_not_overlap(session):
    member = make_provider(session).members[0]
    twice = SeasonHours(JULY, AUGUST, (*MORNINGS, Weekly(0, 600, 900)))
    with pytest.raises(OverlappingHours):
        commands.add_season(session, member, twice, now=NOON)
    made = make_season(session, member, JULY, AUGUST, weekdays=[0], start_minute=0, end_minute=1440)
    assert selfchecks.hours_of_seasons_that_overlap(session) == []
    made.intervals[0].start_minute, made.intervals[0].end_minute = 1200, 1500
    made.intervals.append(type(made.intervals[0])(weekday=1, start_minute=0, end_minute=120))
    session.flush()
    assert selfchecks.hours_of_seasons_that_overlap(session) == [f"the hours of season {made.id} overlap"]


def test_seasons_of_others_do_not_exist(session):
    member, other = (make_provider(session).members[0] for _number in range(2))
    made = make_season(session, other, JULY, AUGUST)
    with pytest.raises(NotFound):
        commands.change_season(session, member, made.id, SUMMER, now=NOON)
    with pytest.raises(NotFound):
        commands.remove_season(session, member, made.id, now=NOON)


def test_there_is_an_end_to_seasons(session):
    member = make_provider(session).members[0]
    for number in range(MAX_SEASONS):
        make_season(session, member, JULY + number * DAY, JULY + number * DAY, weekdays=[])
    with pytest.raises(TooManySeasons):
        commands.add_season(session, member, SeasonHours(date(2027, 1, 1), date(2027, 1, 2), MORNINGS), now=NOON)


@pytest.mark.parametrize("days", [(AUGUST, JULY), (JULY, JULY)])
def test_the_table_refuses_days_that_can_not_be(session, days):
    member = make_provider(session).members[0]
    make_season(session, member, JULY, AUGUST)
    with pytest.raises(IntegrityError):
        make_season(session, member, *days)
    session.rollback()


# Two windows of one member: without the lock on the member both seasons would be kept.


class Seasons:
    """Two seasons that share a day are added at once."""

    def __init__(self):
        with transaction() as session:
            self.member_id = make_provider(session).members[0].id

    def add(self, session, first_day):
        member = session.get_one(Member, self.member_id)
        commands.add_season(session, member, SeasonHours(first_day, AUGUST, MORNINGS), now=NOON)

    def one(self, session):
        self.add(session, JULY)

    def two(self, session):
        self.add(session, date(2026, 8, 1))


@on_postgresql
def test_of_two_seasons_that_share_a_day_one_is_kept(app):
    seasons = Seasons()
    outcomes = race(app, in_transaction(seasons.one), in_transaction(seasons.two))
    assert not crashed(outcomes)
    assert len(done(outcomes)) == 1
    assert selfchecks.seasons_that_overlap(reading()) == []


@on_postgresql
def test_without_the_lock_both_seasons_are_kept(app, guards):
    seasons = Seasons()
    guards.locks_off("member", meets=False)
    guards.meet_at("season")
    race(app, in_transaction(seasons.one), in_transaction(seasons.two))
    assert selfchecks.seasons_that_overlap(reading()) != []
