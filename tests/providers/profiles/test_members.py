"""Who works for a provider, in which role: always one owner, and nobody twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import events
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from providers.availability import queries as availability
from providers.profiles import commands, queries
from providers.profiles.events import BusinessHandedOver, MemberParted, RoleChanged
from providers.profiles.models import Member
from providers.profiles.rules import Cefr, MemberRole, OnlyOwners, OwnerStays, WorksElsewhere
from providers.profiles.rules.speech import Speech
from tests.factories import DAY, NOON
from tests.factories.availability import make_hours
from tests.factories.profiles import make_member, make_provider
from tests.plugins.racing import crashed, done, in_transaction, on_postgresql, race, refused


@pytest.fixture
def heard(app):
    """What is announced."""
    told = []
    listener = [lambda _session, event: told.append(event)]
    events.connect(app, dict.fromkeys((RoleChanged, MemberParted, BusinessHandedOver), listener))
    return told


@pytest.fixture
def team(session):
    """A provider, its owner, and two who work there."""
    provider = make_provider(session)
    [owner] = provider.members
    return provider, owner, make_member(session, provider), make_member(session, provider)


def deeds(session, provider):
    written = select(AuditEntry.action).filter_by(subject_kind="provider", subject_id=provider.id)
    return list(session.scalars(written.order_by(AuditEntry.id)))


def test_an_owner_gives_a_role_and_it_is_noted_and_told(session, team, heard):
    provider, owner, ana, _bo = team
    commands.change_role(session, owner, ana.id, MemberRole.FINANCE, now=NOON)
    commands.change_role(session, owner, ana.id, MemberRole.FINANCE, now=NOON)
    assert (ana.role, ana.takes_jobs) == (MemberRole.FINANCE, False)
    assert heard == [RoleChanged(ana.id, owner.person_id, NOON)]
    assert deeds(session, provider) == ["change_role"]


def test_whoever_takes_no_jobs_speaks_and_works_for_nobody(session, team):
    provider, owner, ana, _bo = team
    commands.set_languages(session, ana, {"fi": Speech.both(Cefr.NATIVE)}, now=NOON)
    make_hours(session, ana)
    assert "fi" in provider.languages
    assert ana.id in availability.hours_by_member(session, [provider.id], NOON.date())[provider.id]
    commands.change_role(session, owner, ana.id, MemberRole.FINANCE, now=NOON)
    assert "fi" not in provider.languages
    assert "fi" not in queries.languages_spoken(session)
    assert ana.id not in availability.hours_by_member(session, [provider.id], NOON.date())[provider.id]


def test_a_business_of_one_who_works_is_called_by_the_first_name(session):
    provider = make_provider(session)
    make_member(session, provider, role=MemberRole.FINANCE)
    session.expire(provider)
    assert provider.first_name == provider.members[0].person.name.split()[0]


def test_the_business_is_handed_over(session, team, heard):
    provider, owner, ana, _bo = team
    commands.hand_over(session, owner, ana.id, now=NOON)
    assert (owner.role, ana.role) == (MemberRole.MEMBER, MemberRole.OWNER)
    assert heard == [BusinessHandedOver(ana.id, owner.person_id, NOON)]
    assert deeds(session, provider) == ["hand_over"]
    with pytest.raises(OnlyOwners):
        commands.hand_over(session, owner, owner.id, now=NOON)


def test_members_leave_and_are_removed(session, team, heard):
    provider, owner, ana, bo = team
    commands.part(session, ana, ana.id, now=NOON)
    commands.part(session, owner, bo.id, now=NOON)
    assert provider.members == [owner]
    assert [queries.membership(session, one.person_id) for one in (ana, bo)] == [None, None]
    assert heard == [MemberParted(ana.id, ana.person_id, NOON), MemberParted(bo.id, owner.person_id, NOON)]
    assert deeds(session, provider) == ["leave", "remove"]


def test_who_has_left_can_work_elsewhere_or_come_back(session, team):
    provider, _owner, ana, bo = team
    elsewhere = make_provider(session)
    where = {"role": MemberRole.MEMBER, "zone": "UTC", "now": NOON + DAY}
    with pytest.raises(WorksElsewhere):
        commands.join(session, elsewhere.id, ana.person_id, **where)
    commands.part(session, ana, ana.id, now=NOON)
    commands.part(session, bo, bo.id, now=NOON)
    commands.join(session, elsewhere.id, ana.person_id, **where)
    commands.join(session, provider.id, bo.person_id, **where)
    assert queries.membership(session, ana.person_id).provider_id == elsewhere.id
    assert queries.membership(session, bo.person_id).id != bo.id


def test_only_the_owner_decides_about_others(session, team):
    _provider, _owner, ana, bo = team
    with pytest.raises(OnlyOwners):
        commands.part(session, ana, bo.id, now=NOON)
    with pytest.raises(OnlyOwners):
        commands.change_role(session, ana, ana.id, MemberRole.FINANCE, now=NOON)
    with pytest.raises(OnlyOwners):
        commands.hand_over(session, ana, ana.id, now=NOON)


def test_nothing_is_decided_about_the_owner(session, team):
    _provider, owner, _ana, _bo = team
    with pytest.raises(OwnerStays):
        commands.part(session, owner, owner.id, now=NOON)
    with pytest.raises(OwnerStays):
        commands.change_role(session, owner, owner.id, MemberRole.FINANCE, now=NOON)


@pytest.mark.parametrize(
    "decide",
    [
        lambda session, owner, other: commands.part(session, owner, other, now=NOON),
        lambda session, owner, other: commands.hand_over(session, owner, other, now=NOON),
        lambda session, owner, other: commands.change_role(session, owner, other, MemberRole.FINANCE, now=NOON),
    ],
    ids=["part", "hand over", "change role"],
)
def test_people_of_other_businesses_and_those_who_have_left_are_not_there(session, team, decide):
    _provider, owner, ana, _bo = team
    stranger = make_member(session, make_provider(session))
    commands.part(session, ana, ana.id, now=NOON)
    for other in (stranger, ana):
        with pytest.raises(NotFound):
            decide(session, owner, other.id)


# What the database itself refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": MemberRole.OWNER},
        {"role": MemberRole.OWNER, "left_at": NOON},
        {"left_at": NOON - timedelta(days=999)},
    ],
    ids=["two owners", "an owner who left", "left before joining"],
)
def test_the_database_knows_one_owner_who_is_there(session, team, wrong):
    with pytest.raises(IntegrityError), session.begin_nested():
        make_member(session, team[0], **wrong)


def test_the_database_knows_one_business_of_a_person(session, team):
    with pytest.raises(IntegrityError), session.begin_nested():
        make_member(session, make_provider(session), person=team[2].person)


# Two at once


class TwoHeirs:
    """An owner hands the business over to two, from two windows."""

    def __init__(self):
        with transaction() as session:
            provider = make_provider(session)
            self.provider_id = provider.id
            self.owner_id, *self.heirs = [
                provider.members[0].id,
                *(make_member(session, provider).id for _number in range(2)),
            ]

    def one(self, session, which=0):
        commands.hand_over(session, session.get_one(Member, self.owner_id), self.heirs[which], now=NOON)

    def two(self, session):
        self.one(session, 1)

    def broken(self, outcomes):
        """Tell whether both had their way, somebody crashed, or there is not one owner."""
        owners = select(Member).filter_by(provider_id=self.provider_id, role=MemberRole.OWNER)
        reading().rollback()
        return crashed(outcomes) or len(done(outcomes)) != 1 or len(reading().scalars(owners).all()) != 1


class HeirLeaves(TwoHeirs):
    """A colleague leaves while the business is handed over to them."""

    def two(self, session):
        commands.part(session, session.get_one(Member, self.heirs[0]), self.heirs[0], now=NOON)


RACES = pytest.mark.parametrize("kind", [TwoHeirs, HeirLeaves])


@RACES
def test_of_two_decisions_at_once_one_is_first(app, together, kind):
    running = kind()
    outcomes = together(running.one, running.two)
    assert not running.broken(outcomes), outcomes
    assert isinstance(refused(outcomes)[0], OnlyOwners | OwnerStays | NotFound)


@on_postgresql
@RACES
def test_without_the_lock_the_same_race_breaks(app, guards, kind):
    running = kind()
    guards.locks_off("member")
    outcomes = race(app, in_transaction(running.one), in_transaction(running.two))
    assert running.broken(outcomes), outcomes
