"""Years of claims for tests: drawn by Hypothesis, or from a seed."""

import numpy as np
from hypothesis import strategies as st

from marketplace.insurance.rules.past_year import NO_LIMIT, Chargeable, Claims, PolicyYears
from marketplace.kernel.money import smallest_step

# The least that a card can be charged: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LEAST = {"EUR": 50, "JPY": 50, "KWD": 10, "ISK": 100, "HUF": 17500}
MOST_STEPS = 60  # Small years, so that limits are often reached.


def chargeable_in(currency):
    """Say what can be charged in a currency."""
    return Chargeable(smallest_step(currency), LEAST[currency])


def column(values):
    """Make an array of whole numbers."""
    return np.array(values, np.int64)


def claims_of(prices, years, *, paid=None, costs=None, events=None, counted=None):
    """Make claims from lists, by default paid in full, at full cost, each of its own event, all of them counted."""
    paid = prices if paid is None else paid
    return Claims(
        column(prices),
        column(paid),
        column(paid if costs is None else costs),
        column(years),
        column(range(len(prices)) if events is None else events),
        np.array([True] * len(prices) if counted is None else counted, np.bool_),
    )


def years_of(rows):
    """Make policy years from rows of policy, earned, premium, limit, deductible and limit of a claim."""
    return PolicyYears(*(column([row[index] for row in rows]) for index in range(6)))


@st.composite
def amounts(draw, unit, least=0, most=MOST_STEPS):
    """Draw a multiple of a unit."""
    return draw(st.integers(least, most)) * unit


@st.composite
def histories(draw, *, is_simple=False):
    """Draw claims, policy years and what can be charged; amounts around the least that a card takes.

    A simple one has no part that is too small for a card, and no event that goes on in another policy year.
    """
    currency = draw(st.sampled_from(tuple(LEAST)))
    step = smallest_step(currency)
    chargeable = Chargeable(step, step) if is_simple else chargeable_in(currency)
    unit = max(chargeable.least_minor // 5 // step, 1) * step
    policies = draw(st.integers(1, 4))
    owners = [*range(policies), *draw(st.lists(st.integers(0, policies - 1), max_size=3))]
    rows = [
        (
            owner,
            draw(st.integers(0, 5000)),
            draw(st.integers(1, 5000)),
            draw(amounts(unit, most=3 * MOST_STEPS)),
            draw(amounts(unit, most=MOST_STEPS // 2)),
            draw(st.one_of(st.just(NO_LIMIT // step * step), amounts(unit))),
        )
        for owner in owners
    ]
    prices = draw(st.lists(amounts(unit), max_size=25))
    paid = [draw(st.integers(0, price)) for price in prices]
    years = [draw(st.integers(0, len(rows) - 1)) for _ in prices]
    events = [draw(st.integers(0, 3)) + (100 * year if is_simple else 0) for year in years]
    claims = claims_of(
        prices,
        years,
        paid=paid,
        costs=[draw(st.integers(0, minor)) for minor in paid],
        events=events,
        counted=[draw(st.booleans()) for _ in prices],
    )
    return claims, years_of(rows), chargeable


def simulated(policies, *, seed, claims_each=0.5):
    """Throw the dice for a year of policies of one kind; gives claims and policy years."""
    luck = np.random.default_rng(seed)
    rows = luck.integers(0, policies, luck.poisson(policies * claims_each))
    prices = np.minimum(luck.lognormal(9, 1, len(rows)), 90_000).astype(np.int64)
    one = np.ones(policies, np.int64)
    years = PolicyYears(
        np.arange(policies), luck.integers(500, 12_000, policies), 12_000 * one, 60_000 * one, 2_000 * one, 40_000 * one
    )
    everything = np.ones(len(rows), np.bool_)
    return Claims(prices, prices, prices * 3 // 4, rows, np.arange(len(rows)), everything), years
