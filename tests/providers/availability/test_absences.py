"""Days on which a member is away, and who stands in."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.outbox import OutboxMessage
from providers.availability import commands, queries, selfchecks
from providers.availability.commands import TooManyAbsences
from providers.availability.rules import MAX_ABSENCES, PlannedAbsence, is_open
from providers.profiles.models import Member
from providers.profiles.rules import MemberRole
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.availability import make_absence, make_hours
from tests.factories.profiles import make_member, make_provider
from tests.plugins.racing import crashed, done, in_transaction, on_postgresql, race

MONDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 20)
PASSWORD = "a good long phrase"


@pytest.fixture
def team(session):
    """Ana, who owns the business, Bo and Mia; all of them read letters."""
    ana, bo, mia = (make_person(session, name=name, password=PASSWORD) for name in ("Ana", "Bo", "Mia"))
    provider = make_provider(session, person=ana)
    return [provider.members[0], *(make_member(session, provider, person=one) for one in (bo, mia))]


def week(stand_in=None, *, first_day=MONDAY, last_day=FRIDAY, note=None):
    return PlannedAbsence(first_day, last_day, note, stand_in.id if stand_in else None)


def told(session):
    """List what was written to whom, the earliest first."""
    owed = session.query(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id)
    return [(one.payload["name"], one.payload["subject"]) for one in owed]


def refusal(error, field):
    [text] = error.value.fields[field]
    return text


def test_nobody_works_while_away(session, team):
    ana, *_others = team
    make_hours(session, ana)
    commands.add_absence(session, ana, week(), now=NOON)
    hours = queries.hours_by_member(session, [ana.provider_id], NOON.date())[ana.provider_id][ana.id]
    at_ten = [datetime(2026, 3, day, 10, tzinfo=UTC) for day in (13, 16, 20, 23)]
    assert [is_open(hours, moment) for moment in at_ten] == [True, False, False, True]


def test_an_absence_is_changed_and_removed(session, team):
    ana, bo, mia = team
    made = commands.add_absence(session, ana, week(bo, note="By the sea."), now=NOON)
    commands.change_absence(session, ana, made.id, week(mia, last_day=MONDAY), now=NOON)
    [kept] = queries.absences_of(session, ana.id)
    assert (kept.last_day, kept.note, kept.stand_in) == (MONDAY, None, mia)
    commands.remove_absence(session, ana, made.id, now=NOON)
    assert queries.absences_of(session, ana.id) == []


def test_everybody_hears_for_whom_they_stand_in(session, team):
    ana, bo, mia = team
    made = commands.add_absence(session, ana, week(bo), now=NOON)
    commands.change_absence(session, ana, made.id, week(bo, note="By the sea."), now=NOON)  # Is nobody's news.
    commands.change_absence(session, ana, made.id, week(mia), now=NOON)
    commands.change_absence(session, ana, made.id, week(mia, last_day=MONDAY), now=NOON)
    commands.remove_absence(session, ana, made.id, now=NOON)
    named, freed = "You stand in for Ana", "You do not stand in for Ana any more"
    assert told(session) == [("Bo", named), ("Bo", freed), ("Mia", named), ("Mia", named), ("Mia", freed)]


def test_what_is_over_is_nobodys_news(session, team):
    ana, bo, _mia = team
    over = make_absence(session, ana, date(2026, 3, 1), date(2026, 3, 5), stand_in=bo)
    commands.remove_absence(session, ana, over.id, now=NOON)
    assert told(session) == []


@pytest.mark.parametrize(("first_day", "last_day"), [(MONDAY, MONDAY), (FRIDAY, FRIDAY + DAY), (MONDAY - DAY, FRIDAY)])
def test_no_day_belongs_to_two_absences(session, team, first_day, last_day):
    ana, *_others = team
    made = commands.add_absence(session, ana, week(), now=NOON)
    again = week(first_day=first_day, last_day=last_day)
    with pytest.raises(InvalidInput) as refused:
        commands.add_absence(session, ana, again, now=NOON)
    assert "March 16, 2026 to March 20, 2026" in refusal(refused, "first_day")
    commands.change_absence(session, ana, made.id, again, now=NOON)  # Itself it may overlap.
    assert selfchecks.absences_that_overlap(session) == []


@pytest.mark.parametrize(("first_day", "is_refused"), [(date(2026, 3, 14), True), (date(2026, 3, 21), False)])
def test_who_is_away_then_can_not_stand_in(session, team, first_day, is_refused):
    ana, bo, _mia = team
    make_absence(session, bo, first_day, first_day + 3 * DAY)
    if not is_refused:
        commands.add_absence(session, ana, week(bo), now=NOON)
        return
    with pytest.raises(InvalidInput) as refused:
        commands.add_absence(session, ana, week(bo), now=NOON)
    assert refusal(refused, "stand_in").startswith("Bo is away from March 14, 2026 to March 17, 2026.")
    made = commands.add_absence(session, ana, week(), now=NOON)
    with pytest.raises(InvalidInput):
        commands.change_absence(session, ana, made.id, week(bo), now=NOON)


def test_absences_that_overlap_are_found(session, team):
    ana, bo, _mia = team
    make_absence(session, bo, MONDAY, FRIDAY)
    make_absence(session, ana, MONDAY, FRIDAY)
    assert selfchecks.absences_that_overlap(session) == []
    make_absence(session, ana, FRIDAY, FRIDAY + DAY)
    assert selfchecks.absences_that_overlap(session) == [f"absences of member {ana.id} overlap at {FRIDAY}"]


def test_only_a_colleague_who_takes_jobs_stands_in(session, team):
    ana, bo, mia = team
    stranger = make_provider(session).members[0]
    bo.role, mia.left_at = MemberRole.FINANCE, NOON
    session.flush()
    for nobody in (ana, bo, mia, stranger):
        with pytest.raises(InvalidInput) as refused:
            commands.add_absence(session, ana, week(nobody), now=NOON)
        assert list(refused.value.fields) == ["stand_in"]


def test_falling_ill_asks_nobody_but_is_told(session, team):
    ana, bo, _mia = team
    commands.add_absence(session, ana, week(bo), now=NOON)
    ill = commands.add_absence(session, bo, week(first_day=FRIDAY, last_day=FRIDAY + DAY), now=NOON)
    commands.change_absence(session, bo, ill.id, week(first_day=FRIDAY, last_day=FRIDAY), now=NOON)
    assert told(session)[1:] == [("Ana", "Bo can not stand in for you on all days")]


def test_nobody_stands_in_who_is_away_or_gone(session, team):
    ana, bo, _mia = team
    make_absence(session, ana, MONDAY, FRIDAY, stand_in=bo)
    make_absence(session, bo, FRIDAY)

    def stands_in(day):
        return queries.absent_on(session, ana.id, datetime(2026, 3, day, 10, tzinfo=UTC)).stand_in

    assert [stands_in(day) for day in (16, 19, 20)] == [bo, bo, None]
    bo.role = MemberRole.FINANCE
    session.flush()
    assert stands_in(16) is None


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Pacific/Kiritimati", datetime(2026, 3, 15, 10, tzinfo=UTC), datetime(2026, 3, 20, 9, 59, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 3, 16, 11, tzinfo=UTC), datetime(2026, 3, 21, 10, 59, tzinfo=UTC)),
    ],
)
def test_a_day_is_one_of_the_members_own_calendar(session, zone, first, last):
    member = make_provider(session, zone=zone).members[0]
    made = make_absence(session, member, MONDAY, FRIDAY)
    before, after = first - DAY / 1440, last + DAY / 1440
    away = [queries.away_now(session, member.provider_id, moment) for moment in (before, first, last, after)]
    assert [{id_: one.absence for id_, one in found.items()} for found in away] == [
        {},
        {member.id: made},
        {member.id: made},
        {},
    ]


def test_there_is_an_end_to_absences(session, team):
    ana, *_others = team
    for number in range(MAX_ABSENCES):
        make_absence(session, ana, MONDAY + number * DAY)
    with pytest.raises(TooManyAbsences):
        commands.add_absence(session, ana, week(first_day=date(2027, 1, 1), last_day=date(2027, 1, 2)), now=NOON)


def test_absences_of_others_do_not_exist(session, team):
    ana, bo, _mia = team
    made = make_absence(session, ana, MONDAY, FRIDAY)
    with pytest.raises(NotFound):
        commands.change_absence(session, bo, made.id, week(), now=NOON)
    with pytest.raises(NotFound):
        commands.remove_absence(session, bo, made.id, now=NOON)


def test_the_table_refuses_who_stands_in_for_themselves(session, team):
    ana, *_others = team
    with pytest.raises(IntegrityError):
        make_absence(session, ana, MONDAY, stand_in=ana)
    session.rollback()


def test_a_stand_in_of_another_provider_is_found(session, team):
    ana, bo, _mia = team
    make_absence(session, ana, MONDAY, stand_in=bo)
    assert selfchecks.stand_ins_of_others(session) == []
    strange = make_absence(session, ana, FRIDAY, stand_in=make_provider(session).members[0])
    told = [f"somebody of another provider stands in for absence {strange.id}"]
    assert selfchecks.stand_ins_of_others(session) == told


# Two windows: Ana names Bo to stand in while Bo says that he is away. One of them hears of it, whoever comes first.


class Both:
    """Ana names Bo, and Bo goes away, at once."""

    def __init__(self):
        with transaction() as session:
            bo = make_person(session, name="Bo", password=PASSWORD)
            provider = make_provider(session, person=make_person(session, name="Ana", password=PASSWORD))
            self.ana_id, self.bo_id = provider.members[0].id, make_member(session, provider, person=bo).id

    def name(self, session):
        ana, bo = (session.get_one(Member, one) for one in (self.ana_id, self.bo_id))
        commands.add_absence(session, ana, week(bo), now=NOON)

    def go(self, session):
        commands.add_absence(session, session.get_one(Member, self.bo_id), week(), now=NOON)


def is_known(outcomes):
    """Tell whether Ana was refused, or a letter says that Bo is away."""
    return len(done(outcomes)) == 1 or ("Ana", "Bo can not stand in for you on all days") in told(reading())


@on_postgresql
def test_of_two_who_are_away_at_once_one_hears_of_the_other(app):
    both = Both()
    outcomes = race(app, in_transaction(both.name), in_transaction(both.go))
    assert not crashed(outcomes)
    assert is_known(outcomes)


@on_postgresql
def test_without_the_lock_neither_hears_of_the_other(app, guards):
    both = Both()
    guards.locks_off("member", meets=False)
    guards.meet_at_commit()
    outcomes = race(app, in_transaction(both.name), in_transaction(both.go))
    assert not is_known(outcomes)
