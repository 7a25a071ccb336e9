"""A loss ratio is told with how far it may be off, or as too little to tell."""

import numpy as np
import pytest

from marketplace.insurance.rules.loss_ratio import LEAST_POLICIES, LEAST_WITH_CLAIMS, is_enough, loss_ratio
from marketplace.insurance.rules.resampling import MAX_DRAWN, RESAMPLES, resampled
from tests.marketplace.insurance.years import column


def year(policies, *, seed, claims_each=0.5):
    """Throw the dice for a year: some customers ask more than others, prices have a long tail."""
    luck = np.random.default_rng(seed)
    of_each = luck.poisson(claims_each * luck.gamma(2, 0.5, policies))
    prices = np.minimum(luck.lognormal(9.5, 1, of_each.sum()), 60_000).astype(np.int64)
    cost = np.zeros(policies, np.int64)
    np.add.at(cost, np.repeat(np.arange(policies), of_each), prices)
    return cost, luck.integers(2000, 12_000, policies)


def test_it_is_cost_by_premium():
    found = loss_ratio(column([300, 0]), column([200, 400]))
    assert (found.cost_minor, found.earned_minor, found.ratio) == (300, 600, 0.5)
    assert (found.policies, found.with_claims, found.is_told) == (2, 1, False)


@pytest.mark.parametrize("cost", [[], [0], [500]])
def test_without_premium_there_is_no_ratio(cost):
    found = loss_ratio(column(cost), column([0] * len(cost)))
    assert found.ratio is None
    assert not found.is_told


def test_too_few_are_not_told_as_an_interval():
    assert is_enough(LEAST_POLICIES, LEAST_WITH_CLAIMS)
    assert not is_enough(LEAST_POLICIES - 1, LEAST_WITH_CLAIMS)
    assert not is_enough(1_000_000, LEAST_WITH_CLAIMS - 1)
    cost = column([100] * (LEAST_WITH_CLAIMS - 1) + [0] * 100)
    assert not loss_ratio(cost, np.full_like(cost, 100)).is_told


def test_the_interval_is_around_the_ratio_and_repeatable():
    cost, earned = year(200, seed=1)
    found = loss_ratio(cost, earned)
    assert found.low < found.ratio < found.high
    assert loss_ratio(cost, earned) == found


def test_more_policies_are_known_better():
    narrow, wide = (loss_ratio(*year(policies, seed=2)) for policies in (10_000, 100))
    assert narrow.high - narrow.low < (wide.high - wide.low) / 4


@pytest.mark.parametrize(("policies", "claims_each"), [(230, 0.15), (80, 0.5), (50, 1.5)])
def test_from_the_fewest_on_it_holds_the_truth_about_as_often_as_it_says(policies, claims_each):
    cost, earned = year(400_000, seed=0, claims_each=claims_each)
    truth = cost.sum() / earned.sum()
    years = (year(policies, seed=seed, claims_each=claims_each) for seed in range(1, 201))
    told = [found for found in (loss_ratio(*one) for one in years) if found.is_told]
    assert len(told) > 70
    assert sum(one.low <= truth <= one.high for one in told) / len(told) > 0.84  # Of the 0.9 that it says.


def test_groups_of_very_many_policies_tell_as_much_as_the_policies():
    cost, earned = year(MAX_DRAWN * 5 + 3, seed=4)
    rows = np.column_stack((cost, earned))
    sums = resampled(rows, seed=1)
    assert sums.shape == (RESAMPLES, 2)
    ratio = cost.sum() / earned.sum()
    residuals = (cost - ratio * earned) / earned.sum()
    # The variance of a ratio of sums: Cochran, Sampling Techniques, 3rd edition, 1977, section 6.4.
    expected = np.sqrt((residuals**2).sum())
    assert np.std(sums[:, 0] / sums[:, 1]) == pytest.approx(expected, rel=0.1)


def test_a_single_policy_is_drawn_over_and_over():
    assert (resampled(column([[7, 9]]), seed=3) == [7, 9]).all()
