"""What a policy promises while it is changed or not paid: what is paid for, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.insurance import commands, queries
from marketplace.insurance.commands.years import begin_year
from marketplace.insurance.rules import PolicyStatus
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments.effects import looking
from marketplace.payments.rules import Interval
from tests.factories import NOON
from tests.factories.buyers import Buyer
from tests.factories.insurance import eur, make_policy, make_version
from tests.factories.subscribing import Subscriber


@pytest.fixture
def buyer(till):
    """Somebody with a policy of a year."""
    return Buyer(till, waiting_days=0).begun()


@pytest.fixture
def dearer():
    """A plan that promises more."""
    return _plan(price=eur(23800), limit=eur(300_000))


@pytest.fixture
def cheaper():
    """A plan that promises less."""
    return _plan(price=eur(5000), limit=eur(50_000))


def _plan(**terms):
    with transaction() as session:
        return make_version(session, **terms).id


def go_over(buyer, version_id):
    """Decide for another plan, and let it be done."""
    buyer.do(commands.change_plan, version_id=version_id, prorated_at=utcnow())


def test_a_change_that_is_not_paid_leaves_the_plan_that_was_to_come(buyer, cheaper, dearer):
    go_over(buyer, cheaper)
    Subscriber(buyer.till).fail_for_good(buyer.subscription.id)
    go_over(buyer, dearer)
    policy = buyer.policy
    assert (policy.version_id, policy.next_version_id) == (buyer.version_id, cheaper)
    assert buyer.subscription.next_price_minor == 5000


def test_a_dearer_plan_takes_the_place_of_the_one_that_was_to_come(buyer, cheaper, dearer):
    go_over(buyer, cheaper)
    go_over(buyer, dearer)
    policy = buyer.policy
    assert (policy.version_id, policy.next_version_id) == (dearer, None)
    assert buyer.subscription.next_price_minor is None


def test_a_renewal_that_was_on_its_way_already_brings_no_cheaper_plan(buyer, cheaper):
    buyer.till.stand_in.add_fault("hold_back")
    buyer.till.wait(buyer.subscription.period_end - utcnow() + timedelta(hours=2))
    go_over(buyer, cheaper)  # Nobody here has heard yet that the year is paid.
    assert buyer.subscription.period_end > utcnow()
    policy = buyer.policy
    assert (policy.version_id, policy.next_version_id) == (buyer.version_id, cheaper)
    assert (buyer.subscription.price, buyer.subscription.next_price) == (policy.version.terms.price, eur(5000))
    buyer.till.stand_in.faults.clear()
    buyer.go_to_renewal()
    assert (buyer.policy.version_id, buyer.policy.next_version_id) == (cheaper, None)
    assert buyer.subscription.price == eur(5000)


def test_a_renewal_brings_no_plan_that_is_only_asked_for(buyer, dearer):
    with transaction() as session:
        how = {"person_id": buyer.till.payer_id, "version_id": dearer, "prorated_at": utcnow(), "now": utcnow()}
        commands.change_plan(session, buyer.reference, **how)
    buyer.till.wait(buyer.subscription.period_end - utcnow() + timedelta(hours=1, seconds=1))
    with transaction() as session:
        looking.look_at(buyer.subscription.id, utcnow())(session)
    policy = buyer.policy
    assert (policy.version_id, policy.next_version_id) == (buyer.version_id, None)
    assert buyer.amounts() == (100_000, 0, 0)
    buyer.till.work()


def test_who_has_not_paid_a_new_year_is_covered_in_the_days_of_grace(buyer):
    buyer.taken(5000)
    buyer.fail_next()
    buyer.go_to_renewal()
    assert buyer.policy.status is PolicyStatus.GRACE
    hold_id = buyer.held(5000)
    assert buyer.amounts() == (97_500, 2500, 0)
    buyer.wait(timedelta(days=2))
    assert buyer.policy.status is PolicyStatus.ACTIVE
    assert buyer.amounts() == (97_500, 2500, 0)
    assert buyer.till.hold(hold_id).covered_minor == 2500


def test_what_is_only_promised_is_set_off_against_what_goes_back(buyer):
    before = refund_of(buyer)
    buyer.held(5000)
    assert refund_of(buyer) == before - eur(2500)


def refund_of(buyer):
    """Tell what goes back if the policy ends now."""
    policy = buyer.policy
    return queries.cancellation(reading(), policy, utcnow()).refund


def test_a_cheaper_plan_takes_back_nothing_that_is_promised_in_money_or_time(till):
    monthly = {"interval": Interval.MONTH, "deductible": eur(0)}
    buyer = Buyer(till, waiting_days=0, limit_minutes=600, **monthly).begun()
    buyer.held(80_000, minutes=480)
    go_over(buyer, _plan(price=eur(5000), limit=eur(50_000), limit_minutes=60, **monthly))
    buyer.go_to_renewal()
    assert buyer.amounts() == (0, 80_000, 0)
    assert buyer.year.left_minutes == 0


def test_each_year_begins_where_the_one_before_has_ended(session):
    policy = make_policy(session, begins_at=datetime(2026, 3, 1, tzinfo=UTC))
    for number in (1, 2):
        begin_year(session, policy, number, now=NOON)
    years = queries.years_of(session, [policy.id])
    assert [year.ends_at for year in years[:-1]] == [year.starts_at for year in years[1:]]
    assert [(year.ends_at - year.starts_at).days for year in years] == [365, 366, 365]
