"""What is true of cover at any time, and what is true when all has come to rest."""

from collections import defaultdict
from itertools import pairwise

from marketplace.insurance import selfchecks
from marketplace.insurance.rules import LIVE, PURPOSE, PolicyStatus, year_number
from marketplace.kernel.clock import utcnow
from marketplace.payments.rules import OPEN_CHARGEBACKS, OVER, PeriodReason, SubscriptionStatus
from tests.marketplace.payments import truths

ALWAYS = (*truths.ALWAYS, *selfchecks.CHECKS)
STANDS_WITH = {
    SubscriptionStatus.OPENING: {PolicyStatus.OPENING},
    SubscriptionStatus.AWAITING: {PolicyStatus.OPENING},
    SubscriptionStatus.ACTIVE: {PolicyStatus.ACTIVE},
    SubscriptionStatus.PAST_DUE: {PolicyStatus.GRACE, PolicyStatus.SUSPENDED},
    SubscriptionStatus.ENDED: {PolicyStatus.ENDED},
    SubscriptionStatus.LAPSED: {PolicyStatus.LAPSED},
}


def hold_at_any_time(rows):
    """Assert what is true after every step."""
    by_policy = defaultdict(list)
    for year in rows["policy_year"]:
        by_policy[year.policy_id].append(year)
        parts = [one for one in rows["claim_part"] if one.year_id == year.id]
        assert sum(one.reserved_minor + one.used_minor for one in parts) <= year.limit_minor, year
        assert year.limit_minutes is None or year.reserved_minutes + year.used_minutes <= year.limit_minutes, year
    for years in by_policy.values():
        ordered = sorted(years, key=lambda one: one.number)
        for one, other in pairwise(ordered):
            is_next = other.number == one.number + 1
            assert one.ends_at == other.starts_at if is_next else one.ends_at < other.starts_at, (one, other)


def hold_at_rest(rows):
    """Assert what is true when nothing is on its way any more: of each policy, and of what is paid for it."""
    payments, at_bank = defaultdict(list), _at_bank(rows)
    for one in rows["period_payment"]:
        payments[one.subscription_id].append(one)
    for subscription in rows["subscription"]:
        assert subscription.purpose == PURPOSE, subscription
        policy = next(one for one in rows["policy"] if one.id == subscription.subject_id)
        paid = payments[subscription.id]
        assert_it_stands_as_it_is_paid(policy, subscription, is_at_bank=bool(at_bank & {one.id for one in paid}))
        assert_each_paid_year_has_its_limit(policy, paid, rows)
        if subscription.status not in OVER:
            assert_the_plan_is_what_is_paid(policy, subscription, rows)


def _at_bank(rows):
    return {one.payment_id for one in rows["chargeback"] if one.status in OPEN_CHARGEBACKS}


def assert_it_stands_as_it_is_paid(policy, subscription, *, is_at_bank):
    """A policy covers while everything is paid; one may be suspended while a bank decides about a payment."""
    is_suspended = is_at_bank and policy.status is PolicyStatus.SUSPENDED
    assert is_suspended or policy.status in STANDS_WITH[subscription.status], (policy, subscription)


def assert_the_plan_is_what_is_paid(policy, subscription, rows):
    """What is promised now, and from the next period on, is what is paid for."""
    prices = {one.id: one.price_minor for one in rows["plan_version"]}
    assert prices[policy.version_id] == subscription.price_minor, (policy, subscription)
    assert prices.get(policy.next_version_id) == subscription.next_price_minor, (policy, subscription)


def assert_each_paid_year_has_its_limit(policy, paid, rows):
    """A policy has a limit for each year of which something is paid, once; and one for its days of grace."""
    periods = [one for one in paid if one.reason is not PeriodReason.CHANGE]
    numbers = {year_number(policy.begins_at, one.period_start) for one in periods}
    years = {one.number: one for one in rows["policy_year"] if one.policy_id == policy.id}
    assert years.keys() <= numbers | {max(numbers, default=-1) + 1}, (policy, paid, years)
    if policy.status in LIVE:
        assert years.keys() >= numbers, (policy, paid, years)
    limits = {one.id: one.limit_minor for one in rows["plan_version"]}
    assert all(one.limit_minor <= max(limits.values()) for one in years.values()), years
    running = [one for one in years.values() if one.starts_at <= utcnow() < one.ends_at]
    if policy.status in LIVE and running:
        assert running[0].limit_minor >= limits[policy.version_id], (policy, running)
