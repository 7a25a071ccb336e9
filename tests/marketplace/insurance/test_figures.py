"""What policies brought and cost is what the ledger says; recomputed under its own terms a year is as it was."""

import pytest

from marketplace.insurance import queries
from marketplace.insurance.commands.years import begin_year
from marketplace.insurance.models import Claim, ClaimPart, Policy
from marketplace.insurance.queries import figures
from marketplace.insurance.queries.past_year import past_year
from marketplace.insurance.rules import PURPOSE
from marketplace.insurance.rules.past_year import AS_IT_WAS, Change
from marketplace.insurance.rules.what_if import compare
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as payments
from marketplace.payments.commands.ledger import book
from marketplace.payments.rules import AccountKind, Fact, HoldStatus, Interval, Terms, facts
from tests.factories import DAY, NOON
from tests.factories.catalogue import make_rates
from tests.factories.insurance import Insured, eur, make_policy, make_version
from tests.factories.payments import make_hold
from tests.factories.subscribing import make_period_payment, make_running_subscription

TAXED = Terms(commission_percent=15, tax_rate=1900, commission_tax_rate=1900)
SINCE, UNTIL = NOON - 365 * DAY, NOON + DAY


class About:
    """A policy, as what is booked about its premium names it, or what was claimed."""

    def __init__(self, subject_id, purpose=PURPOSE):
        """Be about this one."""
        self.subject_id, self.purpose = subject_id, purpose


def earn(session, policy_id, minor, at=NOON):
    """Book that a part of a premium was earned."""
    amount = eur(minor)
    assert book(session, About(policy_id), Fact.EARNED, f"test:{policy_id}:{at}", facts.earned(1, amount), now=at)


def money(session, currency="EUR"):
    return figures.money_of_policies(session, currency, SINCE, UNTIL)


def test_nobody_insured_has_no_figures(session):
    assert figures.currencies_insured(session) == []
    assert money(session) == []
    assert figures.ratio_of([]).ratio is None
    assert figures.reserves(session, "EUR") == (eur(0), 0)
    assert figures.most_used(session, [], "EUR", limit=3) == []


def test_premiums_count_in_the_time_in_which_they_were_earned(session):
    policy = make_policy(session)
    for at, minor in ((SINCE - DAY, 1), (SINCE, 20), (NOON, 300), (UNTIL, 4000)):
        earn(session, policy.id, minor, at)
    (found,) = money(session)
    assert (found.policy_id, found.plan_id, found.earned_minor) == (policy.id, policy.version.plan_id, 320)


def test_policies_that_did_not_run_are_left_out_unless_something_was_booked(session):
    over = {"status": "ended", "begins_at": SINCE - 400 * DAY}
    make_policy(session, ended_at=SINCE - DAY, **over)
    late = make_policy(session, ended_at=SINCE - DAY, **over)
    earn(session, late.id, 70)
    running = make_policy(session)
    assert [one.policy_id for one in money(session)] == [late.id, running.id]


def test_currencies_stand_in_the_order_of_their_policies(session):
    make_rates(session)
    in_dollars = {name: Money(minor, "USD") for name, minor in (("price", 1000), ("limit", 9000), ("deductible", 0))}
    make_policy(session, make_version(session, **in_dollars))
    for _each in range(2):
        make_policy(session)
    assert figures.currencies_insured(session) == ["EUR", "USD"]


def test_the_cost_of_a_policy_is_what_the_ledger_has_of_its_claims(till, insured):
    payee = till.payee(with_account=False)
    for minor in (10_000, 7_777):
        settle(till, insured.taken(minor), payee)
    insured.held(5000)
    session = reading()
    (found,) = money(session)
    assert found.cost_minor == payments.balance(session, AccountKind.COVER_CLAIMS, "EUR").minor > 0
    assert figures.reserves(session, "EUR") == (eur(2500), 1)


def settle(till, hold_id, payee):
    till.settle(hold_id, payee, terms=TAXED)
    till.work()


def recomputed(policy_id, change=AS_IT_WAS):
    """Recompute the past year of the plan of a policy."""
    session = reading()
    session.rollback()
    version = session.get(Policy, policy_id).version
    past = past_year(session, version.plan_id, version.currency, since=SINCE, until=UNTIL)
    return past, compare(past.claims, past.years, change, past.chargeable)


def test_under_its_own_terms_a_year_is_as_it_was(till):
    insured = Insured(till, limit=eur(20_000), claim_limit=eur(12_000))
    payee = till.payee(with_account=False)
    first = insured.taken(10_000)
    settle(till, first, payee)
    settle(till, insured.taken(8_000, same_cause_as=insured.claim_of(first).id), payee)
    settle(till, insured.taken(9_999), payee)
    settle(till, insured.taken(6_000), payee)
    past, found = recomputed(insured.policy_id)
    assert past.paid.minor == insured.year.used_minor == found.was.cover_minor == 20_000
    assert found.was.cost_minor == payments.balance(reading(), AccountKind.COVER_CLAIMS, "EUR").minor
    assert found.was.claims == 4


def test_refunds_and_what_was_called_off_count_as_they_ended(till, insured):
    payee = till.payee(with_account=False)
    refunded = insured.taken(10_000)
    settle(till, refunded, payee)
    till.refund(refunded, 4000)
    till.work()
    insured.ask(5000)
    past, found = recomputed(insured.policy_id)
    assert past.claims.price_minor.tolist() == [6000, 5000]
    assert found.was.cover_minor == past.paid.minor == insured.year.used_minor + insured.year.reserved_minor
    till.work()


def test_other_terms_are_answered_from_the_same_claims(till, insured):
    settle(till, insured.taken(10_000), till.payee(with_account=False))
    other = Change(limit_minor=5000, deductible_minor=0)
    _past, found = recomputed(insured.policy_id, other)
    assert (found.was.cover_minor, found.would_be.cover_minor, found.would_be.cut_short) == (7500, 5000, 1)


def test_a_monthly_premium_counts_for_a_year(session):
    policy = make_policy(session, make_version(session, price=eur(1000), interval=Interval.MONTH))
    past = past_year(session, policy.version.plan_id, "EUR", since=SINCE, until=UNTIL)
    assert past.years.premium_minor.tolist() == [12_000]


def claim(session, policy, subject_id, price, *, at, event_id=None, hold_id=None, number=0, **amounts):
    """Claim something of a year of a policy, of which half is promised."""
    about = {"purpose": "test", "subject_id": subject_id, "description": "Help", "path": "/requests", "made_at": at}
    made = Claim(policy_id=policy.id, event_id=event_id, **about)
    session.add(made)
    session.flush()
    promise = {"price_minor": price, "own_minor": 0, "promised_minor": price // 2, "promised_minutes": 0}
    year_id = queries.year_of(session, policy.id, number).id
    amounts = {"reserved_minor": 0, **amounts}
    part = {"claim_id": made.id, "part": 1, "hold_id": hold_id, "currency": "EUR", "made_at": at}
    session.add(ClaimPart(year_id=year_id, **part, **promise, **amounts))
    session.flush()
    return made.id


def test_a_year_is_read_as_columns(session):
    version, since = make_version(session), NOON - 50 * DAY
    first, second = make_policy(session, version), make_policy(session, version, begins_at=NOON - 400 * DAY)
    begin_year(session, second, 1, now=NOON - 35 * DAY)
    for policy, minor in ((first, 300), (second, 700)):
        running = make_running_subscription(session, payer_id=policy.person_id, purpose=PURPOSE, subject_id=policy.id)
        make_period_payment(session, running, earned_minor=minor)
    kept = {"captured_minor": 10_000, "refunded_minor": 1000, "borne_minor": 500, "status": HoldStatus.SETTLED}
    hold_id = make_hold(session, amount_minor=10_000, **kept).id
    taken = claim(session, first, 1, 10_000, used_minor=5000, at=NOON - 55 * DAY, hold_id=hold_id)
    claim(session, make_policy(session), 1, 9000, used_minor=4500, at=NOON - DAY)  # Of another plan.
    open_id = claim(session, first, 2, 5000, reserved_minor=2500, at=NOON - 2 * DAY, event_id=taken)
    called_off = claim(session, second, 1, 4000, at=NOON - 3 * DAY, number=1)
    late = claim(session, second, 3, 2000, used_minor=1000, at=NOON - 40 * DAY)
    book(session, About(1, "test"), Fact.COVERED, "test:1", facts.covered(1, eur(4500)), now=NOON)
    assert open_id < called_off < late
    past = past_year(session, version.plan_id, "EUR", since=since, until=UNTIL)
    assert past.claims.is_counted.tolist() == [False, True, True, True]
    assert past.claims.event.tolist() == [taken, late, called_off, taken]
    assert past.claims.year.tolist() == [0, 1, 2, 0]
    assert past.claims.price_minor.tolist() == [9500, 0, 0, 5000]
    assert past.claims.paid_minor.tolist() == [5000, 1000, 5000, 0]
    assert past.claims.cost_minor.tolist() == [4500, 0, 4500, 0]
    assert (past.years.policy.tolist(), past.years.earned_minor.tolist()) == ([0, 1, 1], [300, 700, 0])
    assert past.paid == eur(1000 + 2500)


def test_a_plan_that_nobody_has_gives_an_empty_year(session):
    version = make_version(session)
    past = past_year(session, version.plan_id, "EUR", since=SINCE, until=UNTIL)
    assert compare(past.claims, past.years, Change(limit_minor=1), past.chargeable).policies == 0


def test_use_is_told_beside_the_other_policies_of_the_plan(till):
    insured = Insured(till)
    insured.taken(10_000)
    with transaction() as session:
        version = session.get(Policy, insured.policy_id).version
        for _each in range(3):
            make_policy(session, version)
        make_policy(session)
    (found,) = figures.most_used(reading(), money(reading()), "EUR", limit=5)
    assert (found.policy.id, found.cost, found.above_percent, found.peers) == (insured.policy_id, eur(7500), 75, 4)


def test_the_last_version_of_a_plan_is_found_by_its_name(session):
    version = make_version(session)
    newer = make_version(session, version.plan_id)
    assert figures.last_version(session, version.plan.slug).id == newer.id
    with pytest.raises(NotFound):
        figures.last_version(session, "nothing")
