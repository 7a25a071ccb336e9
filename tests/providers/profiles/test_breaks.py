"""A break: no jobs until a day begins where its owner works."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from marketplace.kernel import events
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import InvalidInput
from providers.profiles import commands
from providers.profiles.commands import DeskStays
from providers.profiles.events import BreakTaken
from providers.profiles.rules import OnlyOwners, end_of_break
from tests.factories import DAY, NOON
from tests.factories.profiles import make_member, make_provider

IN_A_WEEK = (NOON + 7 * DAY).date()


@pytest.fixture
def heard(app):
    """What is announced."""
    told = []
    events.connect(app, {BreakTaken: [lambda _session, event: told.append(event)]})
    return told


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("UTC", datetime(2026, 3, 20, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 3, 19, 18, 15, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 3, 20, 2, 30, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 3, 19, 10, tzinfo=UTC)),
    ],
)
def test_a_break_ends_as_the_day_begins_where_the_owner_works(zone, until):
    assert end_of_break(date(2026, 3, 20), ZoneInfo(zone), datetime(2026, 3, 10, tzinfo=UTC)) == until


@pytest.mark.parametrize("day", [NOON.date(), (NOON - DAY).date(), (NOON + 400 * DAY).date()])
def test_a_break_ends_on_a_day_that_is_to_come_and_not_too_far(day):
    with pytest.raises(InvalidInput) as refused:
        end_of_break(day, ZoneInfo("Europe/Madrid"), NOON)
    assert refused.value.fields["day"]


def test_an_owner_takes_a_break_changes_it_and_ends_it(session, heard):
    provider = make_provider(session)
    [owner] = provider.members
    commands.take_break(session, owner, IN_A_WEEK, now=NOON)
    assert provider.on_break_until(NOON).astimezone(ZoneInfo(owner.zone)).date() == IN_A_WEEK
    assert heard == [BreakTaken(provider.id, owner.person_id, NOON)]
    commands.take_break(session, owner, IN_A_WEEK + DAY, now=NOON)
    assert provider.on_break_until(NOON + 7 * DAY) is not None
    commands.end_break(session, owner, now=NOON)
    assert provider.on_break_until(NOON) is None
    written = session.query(AuditEntry).filter_by(subject_kind="provider", subject_id=provider.id).all()
    assert [one.action for one in written] == ["take_break", "take_break", "end_break"]


def test_a_break_ends_by_itself(session):
    provider = make_provider(session, break_until=NOON + DAY)
    assert provider.on_break_until(NOON) == NOON + DAY
    assert provider.on_break_until(NOON + DAY) is None


def test_a_member_who_is_no_owner_takes_no_break_for_all(session):
    member = make_member(session, make_provider(session, break_until=NOON + DAY))
    with pytest.raises(OnlyOwners):
        commands.take_break(session, member, IN_A_WEEK, now=NOON)
    with pytest.raises(OnlyOwners):
        commands.end_break(session, member, now=NOON)


def test_the_vendors_desk_takes_no_break(session):
    [member] = make_provider(session, is_vendor_desk=True).members
    with pytest.raises(DeskStays):
        commands.take_break(session, member, IN_A_WEEK, now=NOON)
