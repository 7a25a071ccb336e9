"""What levels ask for, and how they are checked twice a year."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import events
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import use_locale
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles import commands, effects, queries, selfchecks
from providers.profiles.commands import DeskStays
from providers.profiles.events import LevelDecided
from providers.profiles.models import Provider
from providers.profiles.models_of_levels import LevelDecision
from providers.profiles.rules import Figures, MemberRole, ProviderStatus
from providers.profiles.rules.levels import (
    CHECK_EVERY,
    LADDER,
    WARNED_FOR,
    Criterion,
    LevelOutcome,
    Record,
    earned_level,
    findings,
    is_earned,
    judge,
    next_level,
)
from providers.profiles.wording import standing
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_member, make_provider

NEW, ESTABLISHED, LEADING = PartnerLevel
GOOD = {"jobs_done": 10, "promises_due": 10, "promises_kept": 9, "ratings": 5, "stars_sum": 22}
EXCELLENT = {"jobs_done": 50, "promises_due": 40, "promises_kept": 38, "ratings": 10, "stars_sum": 48}


def record(days=400, **figures):
    return Record(Figures(**figures), days)


# Rules


def test_who_has_nothing_to_show_is_new():
    assert earned_level(Record(Figures(), None)) is NEW
    assert findings(NEW, Record(Figures(), None)) == []


def test_who_meets_all_has_earned_the_level():
    assert earned_level(record(180, **GOOD)) is ESTABLISHED
    assert earned_level(record(365, **EXCELLENT)) is LEADING


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"jobs_done": 9}, Criterion.JOBS),
        ({"promises_kept": 8}, Criterion.PROMISES),
        ({"promises_due": 9, "promises_kept": 9}, Criterion.PROMISES),
        ({"stars_sum": 21}, Criterion.STARS),
        ({"days": 179}, Criterion.CERTIFIED),
        ({"days": None}, Criterion.CERTIFIED),
    ],
)
def test_each_criterion_alone_keeps_a_level_away(change, missing):
    shown = record(**{"days": 180, **GOOD, **change})
    assert [one.demand.criterion for one in findings(ESTABLISHED, shown) if not one.is_met] == [missing]
    assert earned_level(shown) is NEW


FIGURES = st.builds(
    lambda jobs, due, kept, ratings, stars: {
        "jobs_done": jobs,
        "promises_due": due,
        "promises_kept": round(due * kept),
        "ratings": ratings,
        "stars_sum": round(ratings * (1 + 4 * stars)),
    },
    st.integers(0, 80),
    st.integers(0, 60),
    st.floats(0, 1),
    st.integers(0, 40),
    st.floats(0, 1),
)


@given(FIGURES, st.none() | st.integers(0, 500))
def test_a_level_is_earned_with_all_below_it(figures, days):
    shown = record(days, **figures)
    earned = earned_level(shown)
    assert all(is_earned(one, shown) for one in LADDER[: LADDER.index(earned) + 1])
    above = next_level(earned)
    assert above is None or not is_earned(above, shown)


@given(FIGURES, st.integers(0, 500))
def test_what_is_asked_for_is_held_against_what_is_shown(figures, days):
    """No star is made of rounding up."""
    shown = record(days, **figures)
    [stars] = [one for one in findings(ESTABLISHED, shown) if one.demand.criterion is Criterion.STARS]
    assert stars.is_met == (shown.figures.likely_stars >= 4.3 - 1e-9)


@pytest.mark.parametrize(
    ("level", "earned", "was_warned", "outcome", "after", "again"),
    [
        (NEW, NEW, False, LevelOutcome.KEPT, NEW, CHECK_EVERY),
        (NEW, LEADING, False, LevelOutcome.PROMOTED, LEADING, CHECK_EVERY),
        (ESTABLISHED, LEADING, True, LevelOutcome.PROMOTED, LEADING, CHECK_EVERY),
        (LEADING, ESTABLISHED, False, LevelOutcome.WARNED, LEADING, WARNED_FOR),
        (LEADING, LEADING, True, LevelOutcome.KEPT, LEADING, CHECK_EVERY),
        (LEADING, ESTABLISHED, True, LevelOutcome.LOWERED, ESTABLISHED, CHECK_EVERY),
        (LEADING, NEW, True, LevelOutcome.LOWERED, NEW, CHECK_EVERY),
    ],
)
def test_a_level_rises_at_once_and_falls_after_a_warning(level, earned, was_warned, outcome, after, again):
    verdict = judge(level, earned, was_warned=was_warned, now=NOON)
    assert (verdict.outcome, verdict.level, verdict.next_check_at) == (outcome, after, NOON + again)


def test_what_is_missing_is_said_in_words():
    with use_locale("en"):
        shown = standing(ESTABLISHED, record(150, jobs_done=7, ratings=5, stars_sum=25))
        said = [(one.needed, one.shown, one.is_met) for one in shown.lines]
        assert shown.text == "1 of 4 met"
    assert said == [
        ("10 jobs done", "7 now, 3 more to do", False),
        ("90% of promised updates in time, of at least 10", "None due yet", False),
        ("A rating of 4.3, in which few ratings weigh little", "4.6 now", True),
        ("A valid certificate for 180 days", "30 more days", False),
    ]


def test_a_share_of_too_few_is_said_to_be_missing():
    with use_locale("en"):
        shown = standing(ESTABLISHED, record(promises_due=8, promises_kept=8))
    assert shown.lines[1].shown == "100% of 8 now, 2 more to count"


# Checking


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def heard(app):
    """Listen to what is announced."""
    announced = []
    events.connect(app, {LevelDecided: [lambda _session, event: announced.append(event)]})
    return announced


def make_partner(session, *, certified_since=NOON - 400 * DAY, **facts):
    """Make a partner whose check is due at `NOON`."""
    provider = make_provider(session, **{"level_check_at": NOON, **facts})
    if certified_since:
        person = provider.members[0].person
        make_credential(session, person=person, issued_at=NOON - DAY, awarded_at=certified_since)
    return provider


def decisions(session, provider):
    return [
        (one.outcome, one.level_before, one.level) for one in queries.level_decisions(session, provider.id, limit=9)
    ]


def test_a_partner_who_has_earned_it_rises(session, heard):
    provider = make_partner(session, **GOOD)
    commands.check_level(session, provider.id, now=NOON)
    assert (provider.level, provider.level_check_at) == (ESTABLISHED, NOON + CHECK_EVERY)
    assert decisions(session, provider) == [(LevelOutcome.PROMOTED, NEW, ESTABLISHED)]
    [event] = heard
    assert session.get_one(LevelDecision, event.decision_id).provider_id == provider.id
    entry = session.scalars(select(AuditEntry).filter_by(subject_kind="provider", subject_id=provider.id)).one()
    assert (entry.action, entry.by_person_id) == ("level_promoted", None)
    assert entry.facts == {"before": "new", "level": "established", "missing": []}


def test_who_falls_behind_is_warned_and_then_lowered(session, heard):
    provider = make_partner(session, level=LEADING, **GOOD)
    commands.check_level(session, provider.id, now=NOON)
    assert (provider.level, provider.level_warned_at, provider.level_check_at) == (LEADING, NOON, NOON + WARNED_FOR)
    commands.check_level(session, provider.id, now=NOON + WARNED_FOR - timedelta(seconds=1))
    assert len(heard) == 1, "it is not due yet"
    commands.check_level(session, provider.id, now=NOON + WARNED_FOR)
    assert (provider.level, provider.level_warned_at) == (ESTABLISHED, None)
    assert provider.level_check_at == NOON + WARNED_FOR + CHECK_EVERY
    assert decisions(session, provider) == [
        (LevelOutcome.LOWERED, LEADING, ESTABLISHED),
        (LevelOutcome.WARNED, LEADING, LEADING),
    ]
    assert selfchecks.levels_that_disagree_with_decisions(session) == []


def test_who_catches_up_within_the_warning_keeps_the_level(session):
    provider = make_partner(session, level=LEADING, **GOOD)
    commands.check_level(session, provider.id, now=NOON)
    for name, value in EXCELLENT.items():
        setattr(provider, name, value)
    session.flush()
    commands.check_level(session, provider.id, now=NOON + WARNED_FOR)
    assert (provider.level, provider.level_warned_at) == (LEADING, None)


def test_what_staff_decide_stands_until_the_next_check(session, heard):
    provider, clerk = make_partner(session, level=ESTABLISHED), make_staff(session)
    commands.check_level(session, provider.id, now=NOON)
    commands.set_level(session, provider.id, LEADING, reason="They wrote the manual.", by=clerk.id, now=NOON)
    assert (provider.level, provider.level_warned_at, provider.level_check_at) == (LEADING, None, NOON + CHECK_EVERY)
    commands.check_level(session, provider.id, now=NOON + WARNED_FOR)
    assert decisions(session, provider)[0] == (LevelOutcome.SET, ESTABLISHED, LEADING)
    commands.check_level(session, provider.id, now=NOON + CHECK_EVERY)
    assert decisions(session, provider)[0] == (LevelOutcome.WARNED, LEADING, LEADING)
    assert len(heard) == 3


def test_the_vendors_desk_has_no_level(session):
    desk, clerk = make_provider(session, is_vendor_desk=True), make_staff(session)
    with pytest.raises(DeskStays):
        commands.set_level(session, desk.id, LEADING, reason="Ours.", by=clerk.id, now=NOON)
    assert queries.due_for_a_level_check(session, NOON, limit=9) == []


@pytest.mark.parametrize("member", [{"role": MemberRole.FINANCE}, {"left_at": NOON}], ids=["takes no jobs", "has left"])
def test_certificates_count_of_those_who_take_jobs(session, member):
    provider = make_partner(session, certified_since=None)
    make_credential(session, person=make_member(session, provider, **member).person)
    session.expire(provider)
    assert queries.record_of(session, provider, NOON).certified_days is None


def test_the_time_with_a_certificate_counts_from_the_first_that_was_renewed(session):
    provider = make_partner(session, certified_since=NOON - 200 * DAY)
    assert queries.record_of(session, provider, NOON).certified_days == 200


# Rounds


def test_the_worker_checks_those_who_are_listed_and_due(app):
    with transaction() as session:
        due = make_partner(session, slug="due").id
        make_partner(session, slug="later", level_check_at=NOON + DAY)
        suspended = {"status": ProviderStatus.SUSPENDED, "suspended_reason": "A complaint."}
        make_partner(session, slug="suspended", **suspended)
        make_partner(session, slug="applying", status=ProviderStatus.APPLYING)
        unknown = make_partner(session, slug="unknown", level_check_at=None).id
    for _round in range(2):
        effects.check_levels(NOON)
    reading().rollback()
    checked = list(reading().scalars(select(LevelDecision.provider_id)))
    assert checked == [due]
    assert reading().get_one(Provider, unknown).level_check_at == NOON + CHECK_EVERY, "its time begins now"


def test_one_round_looks_at_so_many(session):
    for _number in range(3):
        make_partner(session)
    assert len(queries.due_for_a_level_check(session, NOON, limit=2)) == 2


# What the database refuses


@pytest.mark.parametrize(
    "facts",
    [
        {"level": NEW, "level_warned_at": NOON, "level_check_at": NOON + DAY},
        {"level": LEADING, "level_warned_at": NOON, "level_check_at": None},
        {"level": LEADING, "level_warned_at": NOON, "level_check_at": NOON},
        {"is_vendor_desk": True, "level_check_at": NOON},
    ],
)
def test_a_warning_is_of_a_level_that_can_fall_and_says_until_when(session, facts):
    with pytest.raises(IntegrityError), session.begin_nested():
        make_provider(session, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"outcome": LevelOutcome.SET, "reason": "Because."},
        {"outcome": LevelOutcome.KEPT, "reason": "Because."},
        {"outcome": LevelOutcome.KEPT, "level": LEADING},
        {"outcome": LevelOutcome.PROMOTED},
    ],
)
def test_a_decision_agrees_with_itself(session, facts):
    told = {"level_before": NEW, "level": NEW, "at": NOON, **facts}
    decision = LevelDecision(provider_id=make_provider(session).id, **told)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(decision)


@pytest.mark.parametrize("change", [{"level": LEADING}, {"level_warned_at": NOON, "level_check_at": NOON + DAY}])
def test_a_level_that_nobody_decided_is_found(session, change):
    provider = make_partner(session, level=ESTABLISHED, **GOOD)
    commands.check_level(session, provider.id, now=NOON)
    for name, value in change.items():
        setattr(provider, name, value)
    session.flush()
    assert len(selfchecks.levels_that_disagree_with_decisions(session)) == 1


# Pages


@pytest.mark.usefixtures("_at_noon")
def test_the_owner_reads_what_is_missing(client, app):
    with transaction() as session:
        provider = make_partner(session, level=ESTABLISHED, jobs_done=7)
        commands.check_level(session, provider.id, now=NOON)
        client.sign_in(provider.members[0].person)
    page = client.get("/work").text
    for said in ("To stay “Established partner”", "1 of 4 met", "7 now, 3 more to do", "Checked, and warned"):
        assert said in page, said
    assert "the level is lowered" in page


@pytest.mark.usefixtures("_at_noon")
def test_staff_read_the_same(client, app):
    with transaction() as session:
        make_partner(session, slug="ana", **GOOD)
        client.sign_in(make_staff(session))
    page = client.get("/vendor/providers/ana").text
    assert "To become “Established partner”" in page
    assert "4 of 4 met" in page
