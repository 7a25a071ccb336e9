"""The vendor's pages of cover: figures, what they are of, and the year under other terms."""

import csv
import io
from datetime import timedelta

import pytest

from marketplace.insights import gathering, queries
from marketplace.insights.queries.cover import DAYS
from marketplace.insurance.models import Claim, ClaimPart
from marketplace.insurance.queries import claims
from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.money import Money
from marketplace.payments.commands.ledger import book
from marketplace.payments.rules import Fact, facts
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.insurance import make_policy, make_version
from tests.factories.subscribing import make_period_payment, make_running_subscription
from tests.factories.support_requests import make_request

TODAY = NOON.date()


class About:
    """What is booked about."""

    def __init__(self, purpose, subject_id):
        """Be about this."""
        self.purpose, self.subject_id = purpose, subject_id


def book_year(session, policy, *, now, paid=12_000, earned=5000, cost=2000):
    """Book a premium, what of it is earned, and what a claim cost."""
    euros = [Money(minor, "EUR") for minor in (paid, 0, 0, earned, cost)]
    about = About("policy", policy.id)
    key = f"test:{policy.id}:{now}"
    book(session, about, Fact.PERIOD_PAID, f"{key}:paid", facts.period_paid(policy.id, *euros[:3]), now=now - DAY)
    book(session, about, Fact.EARNED, f"{key}:earned", facts.earned(policy.id, euros[3]), now=now)
    book(session, About(PURPOSE, 1), Fact.COVERED, f"{key}:cost", facts.covered(1, euros[4]), now=now)


def make_claim(session, policy, support_request, *, used=0, reserved=0, at=NOON):
    """Claim cover for a request, in the first year of a policy."""
    claim = Claim(
        policy_id=policy.id,
        purpose=PURPOSE,
        subject_id=support_request.id,
        description=support_request.title,
        path="/requests",
        made_at=at,
    )
    session.add(claim)
    session.flush()
    year = claims.year_at(session, policy.id, policy.begins_at)
    amounts = {"price_minor": 9000, "own_minor": 0, "promised_minor": used + reserved, "promised_minutes": 0}
    part = ClaimPart(
        claim_id=claim.id, year_id=year.id, part=1, currency="EUR", reserved_minor=reserved, used_minor=used, made_at=at
    )
    for name, value in amounts.items():
        setattr(part, name, value)
    session.add(part)
    session.flush()
    return claim


# Figures


def test_each_day_adds_to_the_day_before_and_the_last_one_is_the_ledgers(session):
    book_year(session, make_policy(session), now=NOON - 3 * DAY)
    days = queries.cover_days(session, "EUR", TODAY)
    shown = [(one.earned.minor, one.unearned.minor, one.cost.minor) for one in days[-5:]]
    assert (days[-1].day, len(days)) == (TODAY, DAYS)
    assert shown == [(0, 12_000, 0), *[(5000, 7000, 2000)] * 4]


def test_what_was_earned_before_the_first_day_is_not_counted_again(session):
    policy = make_policy(session)
    book_year(session, policy, now=NOON - 400 * DAY)
    book_year(session, policy, now=NOON, earned=70, cost=5)
    last = queries.cover_days(session, "EUR", TODAY)[-1]
    assert (last.earned.minor, last.unearned.minor, last.cost.minor) == (70, 7000 + 12_000 - 70, 5)


def test_plans_and_months_of_the_year(session):
    version = make_version(session)
    book_year(session, make_policy(session, version), now=NOON)
    found = queries.cover_figures(session, "EUR", TODAY)
    (plan,) = found.plans
    assert (plan.version.id, plan.ratio.earned_minor, plan.ratio.policies) == (version.id, 5000, 1)
    months = list(found.months)
    assert (len(months), months[-1].day) == (13, TODAY)


def test_claims_are_told_by_niche_release_and_partner(session):
    policy = make_policy(session)
    done = make_request(session, status="closed")
    make_claim(session, policy, done, used=3000)
    make_claim(session, policy, make_request(session), reserved=500)
    make_claim(session, policy, make_request(session), used=9, at=NOON - 500 * DAY)
    niches = queries.cover_by_niche(session, "EUR", TODAY)
    assert sum(one.claims for one in niches) == 2
    assert (niches[0].paid.minor, sum(one.reserved.minor for one in niches)) == (3000, 500)
    (partner,) = queries.cover_by_partner(session, "EUR", TODAY)
    assert (partner.name, partner.claims, partner.paid.minor) == (done.provider.name, 1, 3000)
    named = [one for one in (done,) if one.release_id is not None]
    assert len(queries.cover_by_release(session, "EUR", TODAY)) == len(named)
    assert queries.cover_by_niche(session, "USD", TODAY) == []


# Pages


@pytest.fixture
def insured(app):
    """Somebody with a policy, of which something was earned and paid; gives the name of the plan."""
    now = utcnow()
    with transaction() as session:
        version = make_version(session)
        policy = make_policy(session, version, begins_at=now - 60 * DAY)
        make_claim(session, policy, make_request(session), reserved=7500, at=now)
        book_year(session, policy, now=now)
        running = make_running_subscription(session, payer_id=policy.person_id, purpose="policy", subject_id=policy.id)
        make_period_payment(session, running, earned_minor=5000)
        return version.plan.slug


@pytest.fixture
def finance(app, client):
    """A browser in which finance is signed in."""
    with transaction() as session:
        person = make_staff(session, "finance")
    client.sign_in(person)
    return client


def test_without_policies_the_page_says_so(finance):
    assert "Nobody is insured yet" in finance.get("/vendor/cover").text


def test_the_page_tells_the_year(finance, insured):
    page = finance.get("/vendor/cover").text
    for words in ("€50.00", "€70.00", "€20.00", "€75.00", "Too few policies to tell", "For 1 payment"):
        assert words in page
    assert f'href="/vendor/cover/what-if/{insured}"' in page
    assert 'class="trend-3" d="M0 ' in page


def test_a_currency_in_which_nobody_is_insured_is_not_found(finance, insured):
    assert finance.get("/vendor/cover?currency=EUR").status_code == 200
    assert finance.get("/vendor/cover?currency=USD").status_code == 404
    assert finance.get("/vendor/cover?currency=euro").status_code == 422


def table(client, path):
    """Read a table for the accountant."""
    answer = client.get(path)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_every_day_is_there_for_the_accountant(finance, insured):
    rows = table(finance, "/vendor/cover/days.csv")
    assert len(rows) == DAYS
    assert rows[-1] == {
        "day": utcnow().date().isoformat(), "earned": "50.00", "unearned": "70.00", "claims_cost": "20.00",
        "currency": "EUR",
    }  # fmt: skip


def test_what_cover_was_used_for_is_there_for_the_accountant(finance, insured):
    rows = table(finance, "/vendor/cover/claims.csv")
    assert {(row["by"], row["claims"], row["paid"], row["reserved"]) for row in rows} >= {
        ("niche", "1", "0.00", "75.00")
    }


def test_other_terms_are_recomputed(finance, insured):
    page = finance.get(f"/vendor/cover/what-if/{insured}?limit=50&deductible=0&premium=238").text
    assert "€50.00 instead of €65.00, and premiums brought €100.00" in page
    assert "Too few policies to tell" in page
    assert "What this cannot know" in page


def test_without_other_terms_the_year_is_as_it_was(finance, insured):
    assert "€65.00 instead of €65.00" in finance.get(f"/vendor/cover/what-if/{insured}").text


@pytest.mark.parametrize(
    "typed", ["limit=a+lot", "premium=0", "deductible=-1", "claim_limit=1.234", "limit=" + 30 * "1"]
)
def test_what_is_no_amount_is_said_by_its_field(finance, insured, typed):
    answer = finance.get(f"/vendor/cover/what-if/{insured}?{typed}")
    assert answer.status_code == 422
    assert f'href="#field-{typed.partition("=")[0]}"' in answer.text


def test_a_plan_that_nobody_has_has_no_year(finance, app):
    with transaction() as session:
        slug = make_version(session).plan.slug
    assert "Nobody had this plan" in finance.get(f"/vendor/cover/what-if/{slug}").text
    assert finance.get("/vendor/cover/what-if/nothing").status_code == 404


# The year that is kept


@pytest.fixture
def years(session, monkeypatch):
    """Give a function that makes a plan and asks for its year at a moment; years are numbered as they are read."""
    read = []

    def count(_session, *key, **time):
        read.append((key, time["until"]))
        return len(read)

    monkeypatch.setattr(gathering, "past_year", count)
    return lambda version, at=NOON: gathering.gathered(session, version, at).past


def test_a_year_is_read_once_for_all_terms_that_are_tried(session, years):
    version = make_version(session)
    assert [years(version), years(version, NOON + gathering.KEPT_FOR - timedelta(seconds=1))] == [1, 1]


@pytest.mark.parametrize("later", [gathering.KEPT_FOR, -timedelta(seconds=1), DAY])
def test_a_year_is_read_again_after_a_while_and_when_the_clock_was_set_back(session, years, later):
    version = make_version(session)
    assert [years(version), years(version, NOON + later)] == [1, 2]


def test_a_year_ends_with_its_day(session, years):
    version, night = make_version(session), NOON.replace(hour=23, minute=59)
    assert [years(version, night), years(version, night + timedelta(minutes=1))] == [1, 2]


def test_each_plan_has_its_year_and_the_oldest_are_forgotten(session, years):
    versions = [make_version(session) for _nth in range(gathering.KEPT_MAX + 1)]
    assert [years(one) for one in versions] == list(range(1, len(versions) + 1))
    assert years(versions[1]) == 2
    assert years(versions[0]) == len(versions) + 1


def test_the_page_says_when_the_year_was_read(finance, insured):
    page = finance.get(f"/vendor/cover/what-if/{insured}").text
    assert "What has happened since then is counted a quarter of an hour later" in page
    with transaction() as session:
        version = queries.cover_figures(session, "EUR", utcnow().date()).plans[0].version
        make_claim(session, make_policy(session, version, begins_at=utcnow()), make_request(session), used=1000)
    assert finance.get(f"/vendor/cover/what-if/{insured}").text == page
