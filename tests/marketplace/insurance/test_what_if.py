"""A year under other terms is the year that a patient person would have written down, claim by claim."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.insurance.rules import Obstacle, PolicyStatus, Standing, promise
from marketplace.insurance.rules.past_year import AS_IT_WAS, NO_LIMIT, Change, Chargeable
from marketplace.insurance.rules.what_if import compare, covered_minor
from marketplace.kernel.money import MAX_MINOR
from tests.factories import NOON
from tests.factories.insurance import eur, need, plan_terms
from tests.marketplace.insurance.years import LEAST, chargeable_in, claims_of, histories, simulated, years_of

EURO = Chargeable(1, 50)
TEN_EUR = 1000


def one_year(limit=NO_LIMIT, deductible=0, claim_limit=NO_LIMIT, earned=1200, premium=1200):
    """Make one policy of one year."""
    return years_of([(0, earned, premium, limit, deductible, claim_limit)])


def by_hand(claims, years, chargeable):
    """Pay claim after claim, each from what is left of its event and of its policy year."""
    used, covered, begun, paid = Counter(), Counter(), set(), []
    columns = (claims.price_minor, claims.year, claims.event)
    for price, year, event in zip(*(one.tolist() for one in columns), strict=True):
        terms = years.deductible_minor[year], years.claim_limit_minor[year], years.limit_minor[year]
        deductible, claim_limit, limit = map(int, terms)
        own = 0 if event in begun else min(deductible, price)
        if price > deductible:
            begun.add(event)
        before, covered[event] = covered[event], covered[event] + price - own
        of_event = min(covered[event], claim_limit) - min(before, claim_limit)
        cover = for_a_card(price, min(for_a_card(price, of_event, chargeable), limit - used[year]), chargeable)
        used[year] += cover
        paid.append(cover)
    return paid


def for_a_card(price, cover, chargeable):
    """Lower cover until a card can be charged what is left."""
    is_too_little = 0 < price - cover < chargeable.least_minor <= price
    return price - chargeable.least_minor if is_too_little else cover


@given(histories())
def test_every_claim_gets_what_it_gets_one_after_another(history):
    claims, years, chargeable = history
    assert covered_minor(claims, years, chargeable).tolist() == by_hand(claims, years, chargeable)


@given(histories(), st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_other_terms_are_as_if_they_had_been_the_real_ones(history, limit, deductible, claim_limit):
    claims, years, chargeable = history
    step = chargeable.step_minor
    change = Change(None, limit * step, deductible * step, claim_limit * step)
    other = change.of(years)
    paid = by_hand(claims, other, chargeable)
    would_be = compare(claims, years, change, chargeable).would_be
    assert would_be == compare(claims, other, AS_IT_WAS, chargeable).was
    assert would_be.cover_minor == sum(cover for cover, counts in zip(paid, claims.is_counted, strict=True) if counts)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2)), max_size=12),
    st.integers(1, 100),
    st.integers(0, 20),
    st.none() | st.integers(1, 100),
)
def test_the_real_terms_pay_exactly_what_was_really_promised(asked, limit, deductible, claim_limit):
    """By the rule that reserves cover, claim after claim; in whole tens of euros no part is too small for a card."""
    limit, deductible = limit * TEN_EUR, deductible * TEN_EUR
    most = None if claim_limit is None else eur(min(claim_limit * TEN_EUR, limit))
    terms = plan_terms(limit=eur(limit), deductible=eur(deductible), claim_limit=most)
    left, own, covered, promised = limit, Counter(), Counter(), []
    for tens, event in asked:
        running = Standing(PolicyStatus.ACTIVE, terms, None, eur(left), None, eur(own[event]), eur(covered[event]))
        found = promise(running, need(tens * TEN_EUR), NOON)
        promised.append(0 if isinstance(found, Obstacle) else found.covered.minor)
        if promised[-1]:
            own[event] += found.cover.own.minor
        covered[event] += promised[-1]
        left -= promised[-1]
    claims = claims_of([tens * TEN_EUR for tens, _event in asked], [0] * len(asked), events=[one[1] for one in asked])
    years = one_year(limit=limit, deductible=deductible, claim_limit=NO_LIMIT if most is None else most.minor)
    assert covered_minor(claims, years, EURO).tolist() == promised


@given(histories())
def test_nothing_changed_changes_nothing(history):
    claims, years, chargeable = history
    found = compare(claims, years, AS_IT_WAS, chargeable)
    assert found.would_be == found.was
    assert found.was.earned_minor == years.earned_minor.sum()


@given(histories())
def test_no_year_pays_more_than_its_limit_and_no_claim_more_than_its_price(history):
    claims, years, chargeable = history
    cover = covered_minor(claims, years, chargeable)
    used = np.bincount(claims.year, cover, len(years.policy))
    assert (used <= years.limit_minor).all()
    assert ((cover >= 0) & (cover <= claims.price_minor)).all()


@given(histories())
def test_customer_and_cover_pay_the_whole_price_in_amounts_that_a_card_can_be_charged(history):
    claims, years, chargeable = history
    cover = covered_minor(claims, years, chargeable)
    own = claims.price_minor - cover
    payable = claims.price_minor >= chargeable.least_minor
    assert (cover % chargeable.step_minor == 0).all()
    assert ((own == 0) | (own >= chargeable.least_minor))[payable].all()
    found = compare(claims, years, AS_IT_WAS, chargeable).was
    assert found.cover_minor + found.own_minor == claims.price_minor[claims.is_counted].sum()


@pytest.mark.parametrize("currency", LEAST)
def test_terms_between_two_steps_count_as_the_lower_step(currency):
    chargeable = chargeable_in(currency)
    price = 10 * max(chargeable.least_minor, chargeable.step_minor)
    years = one_year(limit=price - 1, claim_limit=NO_LIMIT)
    (cover,) = covered_minor(claims_of([price], [0]), years, chargeable)
    assert cover % chargeable.step_minor == 0
    assert price - cover >= chargeable.least_minor


@given(histories(), st.integers(0, 40))
def test_a_higher_limit_of_the_year_never_pays_less(history, more):
    claims, years, chargeable = history
    claims = replace(claims, is_counted=np.ones_like(claims.is_counted))
    higher = replace(years, limit_minor=years.limit_minor + more * chargeable.step_minor)
    was = compare(claims, years, AS_IT_WAS, chargeable).was
    assert compare(claims, higher, AS_IT_WAS, chargeable).was.cover_minor >= was.cover_minor


@given(histories(is_simple=True), st.integers(0, 40))
def test_a_higher_limit_of_a_claim_never_pays_less(history, more):
    claims, years, chargeable = history
    claims = replace(claims, is_counted=np.ones_like(claims.is_counted))
    higher = replace(years, claim_limit_minor=years.claim_limit_minor + more * chargeable.step_minor)
    was = compare(claims, years, AS_IT_WAS, chargeable).was
    assert compare(claims, higher, AS_IT_WAS, chargeable).was.cover_minor >= was.cover_minor


@given(histories(is_simple=True), st.integers(0, 40))
def test_a_higher_deductible_never_pays_more(history, more):
    claims, years, chargeable = history
    claims = replace(claims, is_counted=np.ones_like(claims.is_counted))
    higher = replace(years, deductible_minor=years.deductible_minor + more * chargeable.step_minor)
    was = compare(claims, years, AS_IT_WAS, chargeable).was
    assert compare(claims, higher, AS_IT_WAS, chargeable).was.cover_minor <= was.cover_minor


def test_a_part_too_small_for_a_card_leaves_more_for_the_next_claim():
    years = one_year(limit=990)
    assert covered_minor(claims_of([1000, 1000, 1000], [0, 0, 0]), years, EURO).tolist() == [950, 40, 0]


def test_the_order_of_claims_decides_who_is_cut_short():
    years = one_year(limit=10_000)
    found = compare(claims_of([8000, 6000, 5000], [0, 0, 0]), years, AS_IT_WAS, EURO).was
    assert (found.claims, found.cut_short, found.cover_minor, found.own_minor) == (2, 2, 10_000, 9000)


def test_what_came_before_uses_the_year_up_and_is_not_counted():
    years = one_year(limit=10_000)
    claims = claims_of([8000, 6000], [0, 0], counted=[False, True])
    found = compare(claims, years, AS_IT_WAS, EURO).was
    assert (found.claims, found.cut_short, found.cover_minor, found.own_minor) == (1, 1, 2000, 4000)


def test_the_vendor_bears_what_left_the_house():
    years = one_year(deductible=1000)
    claims = claims_of([5000], [0], paid=[2000], costs=[1600])
    found = compare(claims, years, AS_IT_WAS, EURO).was
    assert (found.cover_minor, found.cost_minor) == (4000, 3200)


def test_of_what_cover_never_paid_as_much_comes_back_as_on_average():
    claims = claims_of([1000, 3000, 2000], [0, 0, 0], paid=[1000, 3000, 0], costs=[1000, 2000, 0])
    assert compare(claims, one_year(), AS_IT_WAS, EURO).was.cost_minor == 1000 + 2000 + 1500


def test_claims_about_one_event_share_a_deductible_and_a_limit():
    claims = claims_of([3000, 1000, 4000, 2000], [0, 0, 0, 0], events=[1, 2, 1, 1])
    years = one_year(deductible=2000, claim_limit=5500)
    assert covered_minor(claims, years, EURO).tolist() == [1000, 0, 4000, 500]


def test_another_premium_is_earned_in_proportion():
    years = years_of([(0, 600, 1200, 0, 0, 0), (1, 1000, 1200, 0, 0, 0)])
    none = claims_of([], [])
    assert compare(none, years, Change(premium_minor=1200), EURO).would_be.earned_minor == 1600
    assert compare(none, years, Change(premium_minor=1500), EURO).would_be.earned_minor == 750 + 1250
    assert compare(none, years, Change(premium_minor=0), EURO).would_be.loss_ratio is None


def test_a_year_without_anybody_costs_nothing():
    found = compare(claims_of([], []), years_of([]), Change(limit_minor=5000, premium_minor=100), EURO)
    assert found.was == found.would_be
    assert (found.would_be.cover_minor, found.would_be.loss_ratio, found.policies, found.band) == (0, None, 0, None)


def test_one_policy_has_figures_but_no_band():
    found = compare(claims_of([3000], [0], costs=[2400]), one_year(), Change(deductible_minor=1000), EURO)
    assert found.was.loss_ratio == 2.0
    assert found.would_be.cost_minor == 1600
    assert found.band is None


def test_the_largest_amounts_do_not_overflow():
    count = 3000
    claims = claims_of([MAX_MINOR] * count, list(range(count)))
    years = years_of([(row, MAX_MINOR, 12 * MAX_MINOR, 12 * MAX_MINOR, 0, NO_LIMIT) for row in range(count)])
    found = compare(claims, years, Change(premium_minor=12 * MAX_MINOR), Chargeable(1, 50))
    assert found.would_be.cost_minor == count * MAX_MINOR == found.would_be.earned_minor
    assert found.band.loss_ratio == (1.0, 1.0)
    assert found.band.cost_minor == (count * MAX_MINOR, count * MAX_MINOR)


def test_the_same_seed_gives_the_same_band_and_another_another():
    claims, years = simulated(300, seed=5)
    bands = [compare(claims, years, Change(limit_minor=20_000), EURO, seed=seed).band for seed in (1, 1, 2)]
    assert bands[0] == bands[1] != bands[2]


def test_the_band_is_around_what_was_found():
    outside = 0
    for seed in range(60):
        claims, years = simulated(150, seed=seed)
        found = compare(claims, years, Change(limit_minor=30_000, deductible_minor=3000), EURO, seed=seed)
        low, high = found.band.loss_ratio
        change = found.would_be.cost_minor - found.was.cost_minor
        outside += not low <= found.would_be.loss_ratio <= high
        outside += not found.band.cost_minor[0] <= found.would_be.cost_minor <= found.band.cost_minor[1]
        outside += not found.band.cost_change_minor[0] <= change <= found.band.cost_change_minor[1]
    assert outside == 0


def test_the_difference_is_known_better_than_the_two_years():
    claims, years = simulated(400, seed=3)
    band = compare(claims, years, Change(deductible_minor=2500), EURO).band
    width_of_change = band.cost_change_minor[1] - band.cost_change_minor[0]
    assert width_of_change < (band.cost_minor[1] - band.cost_minor[0]) / 2


@pytest.mark.parametrize("price", [-1, MAX_MINOR + 1])
def test_prices_beyond_what_can_be_paid_are_refused(price):
    with pytest.raises(AssertionError):
        claims_of([price], [0])
