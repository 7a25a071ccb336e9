"""How policies are used beside each other: requests about one cause are one event, and outliers come first."""

import csv
import io

import pytest
from sqlalchemy import select

from marketplace.insurance.models import Claim, ClaimPart, PolicyYear
from marketplace.insurance.queries.peers import used_beside_peers
from marketplace.insurance.rules.peers import LEAST_PEERS, Usage, beside_peers
from marketplace.kernel import audit
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from tests.factories import DAY
from tests.factories.accounts import make_person, make_staff
from tests.factories.insurance import eur, make_policy, make_version


def usage(policy_id, minor, *, plan_id=1, events=2):
    """What a policy took of a limit of a thousand."""
    return Usage(policy_id, plan_id, events, events, eur(minor), eur(100_000))


def test_an_outlier_comes_first_and_names_how_many_are_used_less():
    usages = [usage(number, 1000 * number) for number in range(1, LEAST_PEERS)]
    first, second, *_rest = beside_peers([*usages, usage(99, 90_000), usage(100, 95_000, plan_id=2)])
    assert (first.usage.policy_id, first.above_percent, first.peers, first.stands_out) == (99, 95, LEAST_PEERS, True)
    assert (second.usage.policy_id, second.peers, second.stands_out) == (100, 1, False)


def test_among_few_policies_nobody_stands_out():
    usages = [usage(number, 0) for number in range(1, LEAST_PEERS - 1)]
    assert not any(one.stands_out for one in beside_peers([*usages, usage(99, 90_000)]))


def test_one_large_event_is_what_cover_is_for():
    usages = [usage(number, 0) for number in range(1, LEAST_PEERS)]
    assert not any(one.stands_out for one in beside_peers([*usages, usage(99, 100_000, events=1)]))


def test_policies_used_alike_are_above_nobody():
    assert {one.above_percent for one in beside_peers([usage(1, 500), usage(2, 500), usage(3, 500)])} == {0}


def test_an_event_costs_on_average_what_its_claims_took():
    one = Usage(1, 1, 3, 2, eur(10_001), eur(100_000))
    assert (one.mean, one.percent) == (eur(5000), 10)
    assert usage(1, 0, events=0).mean is None


def claim(session, policy, minor, *, subject_id, event_id=None, used=True, at=None):
    """A claim of the year that runs, booked in it."""
    at = at or utcnow()
    year = session.scalars(select(PolicyYear).filter_by(policy_id=policy.id).order_by(PolicyYear.number.desc())).first()
    about = {"purpose": "test", "subject_id": subject_id, "description": "Uploads stop", "path": "/requests"}
    made = Claim(policy_id=policy.id, event_id=event_id, made_at=at, **about)
    session.add(made)
    session.flush()
    taken = {"used_minor": minor, "reserved_minor": 0} if used else {"used_minor": 0, "reserved_minor": minor}
    terms = {"price_minor": 9000, "own_minor": 0, "promised_minor": 9000, "promised_minutes": 0}
    session.add(ClaimPart(claim_id=made.id, year_id=year.id, part=1, currency="EUR", made_at=at, **taken, **terms))
    name = "used_minor" if used else "reserved_minor"
    setattr(year, name, getattr(year, name) + minor)
    session.flush()
    return made


@pytest.fixture
def used(app):
    """Somebody with three claims of two causes, and somebody without any; gives the reference of the first policy."""
    now = utcnow()
    with transaction() as session:
        version = make_version(session)
        person = make_person(session, name="Nuria Busy", email="nuria@example.test")
        policy = make_policy(session, version, person_id=person.id, begins_at=now - 30 * DAY)
        first = claim(session, policy, 4000, subject_id=1)
        claim(session, policy, 2000, subject_id=2, event_id=first.id)
        claim(session, policy, 3000, subject_id=3, used=False)
        claim(session, policy, 0, subject_id=4)  # Called off.
        audit.record(session, policy, "pay", by=None, at=now)
        make_policy(session, version, begins_at=now - 30 * DAY)
        make_policy(session, version, begins_at=now - 500 * DAY)  # Whose year is over.
        return policy.reference


def test_requests_about_one_cause_are_one_event(app, used):
    busy, idle = used_beside_peers(reading(), utcnow())
    assert (busy.usage.claims, busy.usage.events, busy.usage.taken, busy.usage.mean) == (3, 2, eur(9000), eur(4500))
    assert (busy.above_percent, busy.peers) == (50, 2)
    assert (idle.usage.claims, idle.usage.taken, idle.above_percent) == (0, eur(0), 0)


@pytest.fixture
def finance(app, client):
    """A browser in which finance is signed in."""
    with transaction() as session:
        person = make_staff(session, "finance")
    client.sign_in(person)
    return client


def test_the_list_and_the_page_of_a_policy_tell_how_it_is_used(finance, used):
    page = finance.get("/vendor/cover/policies").text
    assert all(text in page for text in ("Nuria Busy", "€90.00 (9%)", "€45.00", "Too few to tell what is usual"))
    page = finance.get(f"/vendor/cover/policies/{used}").text
    assert all(text in page for text in ("nuria@example.test", "Uploads stop", "€1,000.00", "A period was paid"))
    assert finance.get("/vendor/cover/policies/nothing").status_code == 404


def test_the_list_is_narrowed_down_to_a_plan_and_paged(finance, used):
    with transaction() as session:
        other = make_version(session).plan.slug
    assert "No policy runs here" in finance.get(f"/vendor/cover/policies?plan={other}").text
    assert "Nuria Busy" not in finance.get("/vendor/cover/policies?offset=1").text
    assert finance.get("/vendor/cover/policies?plan=nothing").status_code == 404
    assert finance.get("/vendor/cover/policies?offset=-1").status_code == 422


def test_what_stands_out_says_what_may_be_done(finance, used):
    with transaction() as session:
        version_id = session.scalars(select(PolicyYear)).first().policy.version_id
        version = session.get_one(type(make_version(session)), version_id)
        for _number in range(LEAST_PEERS):
            make_policy(session, version, begins_at=utcnow() - 30 * DAY)
    assert "Stands out" in finance.get("/vendor/cover/policies").text
    assert "Nothing happens by itself" in finance.get(f"/vendor/cover/policies/{used}").text


def test_the_table_for_the_accountant_says_the_same(finance, used):
    rows = list(csv.DictReader(io.StringIO(finance.get("/vendor/cover/policies.csv").text)))
    assert len(rows) == 2
    assert rows[0]["policy"] == used
    assert (rows[0]["claims"], rows[0]["events"], rows[0]["taken"], rows[0]["stands_out"]) == ("3", "2", "90.00", "no")
