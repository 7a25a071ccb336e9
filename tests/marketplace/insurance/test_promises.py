"""What cover promises for a request, and why nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.rules import Layer
from marketplace.insurance.rules import Obstacle, PolicyStatus, Promise, Standing, minutes_of, promise
from marketplace.kernel.money import Money
from tests.factories import NOON
from tests.factories.insurance import eur, need, plan_terms

RUNNING = Standing(
    status=PolicyStatus.ACTIVE,
    terms=plan_terms(),
    waits_until=NOON,
    left=eur(100_000),
    left_minutes=None,
    own_borne=eur(0),
    event_covered=eur(0),
)


def standing(**changes):
    """How a policy stands; what is not a field of its own is of its plan."""
    terms = {name: changes.pop(name) for name in list(changes) if not hasattr(RUNNING, name)}
    return replace(RUNNING, **{"terms": plan_terms(**terms), **changes})


@pytest.mark.parametrize(
    ("stands", "price", "covered"),
    [
        (standing(), 10_000, 7500),
        (standing(deductible=eur(0)), 10_000, 10_000),
        (standing(claim_limit=eur(5000)), 10_000, 5000),
        (standing(left=eur(3000)), 10_000, 3000),
        (standing(left=eur(7480)), 10_000, 7480),
        (standing(deductible=eur(20)), 10_000, 9950),  # A card can't be charged 20 cents.
        (standing(own_borne=eur(2500)), 10_000, 10_000),
        (standing(own_borne=eur(1000)), 10_000, 8500),
        (standing(claim_limit=eur(5000), event_covered=eur(4000)), 10_000, 1000),
        (standing(status=PolicyStatus.GRACE), 10_000, 7500),
    ],
)
def test_cover_pays_beyond_the_deductible_up_to_every_limit(stands, price, covered):
    promised = promise(stands, need(price), NOON)
    assert isinstance(promised, Promise)
    assert promised.covered == eur(covered)


@pytest.mark.parametrize(
    ("stands", "asked", "obstacle"),
    [
        (standing(status=PolicyStatus.OPENING, left=None), need(), Obstacle.NOT_PAID),
        (standing(status=PolicyStatus.SUSPENDED), need(), Obstacle.SUSPENDED),
        (standing(status=PolicyStatus.ENDED), need(), Obstacle.OVER),
        (standing(left=None), need(), Obstacle.OVER),
        (standing(waits_until=NOON + timedelta(seconds=1)), need(), Obstacle.WAITING),
        (standing(), need(currency="USD"), Obstacle.OTHER_CURRENCY),
        (standing(layers=frozenset({Layer.PLATFORM})), need(), Obstacle.OTHER_LAYER),
        (standing(categories=frozenset({"theme"})), need(), Obstacle.OTHER_CATEGORY),
        (standing(is_for_another_licence=True), need(), Obstacle.OTHER_LICENCE),
        (standing(left=eur(0)), need(), Obstacle.USED_UP),
        (standing(left_minutes=0, limit_minutes=600), need(minutes=60), Obstacle.USED_UP),
        (standing(claim_limit=eur(5000), event_covered=eur(5000)), need(), Obstacle.EVENT_USED_UP),
        (standing(), need(2500), Obstacle.BELOW_DEDUCTIBLE),
        (standing(), replace(need(9000), is_accepted=False), Obstacle.NOT_ACCEPTED),
    ],
)
def test_whoever_is_not_covered_hears_why(stands, asked, obstacle):
    assert promise(stands, asked, NOON) is obstacle
    assert str(obstacle.label)


def test_of_too_little_time_a_part_is_covered():
    stands = standing(deductible=eur(0), limit_minutes=600, left_minutes=45)
    promised = promise(stands, need(10_000, minutes=60), NOON)
    assert (promised.covered, promised.minutes) == (eur(7500), 45)


def test_a_part_is_covered_in_what_can_be_charged():
    terms = {"price": Money(100_000, "ISK"), "limit": Money(5_000_000, "ISK"), "deductible": Money(0, "ISK")}
    nothing = Money(0, "ISK")
    stands = standing(**terms, left=Money(5_000_000, "ISK"), left_minutes=47, own_borne=nothing, event_covered=nothing)
    promised = promise(stands, need(100_000, "ISK", minutes=60), NOON)
    assert promised.covered == Money(78_300, "ISK")  # 47 of 60 minutes are 78,333; there are no hundredths of a króna.


amounts = st.integers(0, 200_000)


@given(price=st.integers(1, 200_000), left=amounts, own=st.integers(0, 90_000), limit=st.integers(1, 100_000))
def test_no_promise_goes_beyond_what_there_is(price, left, own, limit):
    stands = standing(left=eur(left), deductible=eur(own), claim_limit=eur(limit))
    promised = promise(stands, need(price), NOON)
    if isinstance(promised, Promise):
        assert eur(0) < promised.covered <= min(eur(price), eur(left), eur(limit))
        assert promised.cover.of(eur(price)) == promised.covered
        rest = eur(price) - promised.covered
        assert not rest or rest.minor >= 50 or price < 50


@given(minutes=st.integers(1, 10_000), price=st.integers(1, 100_000), part=st.integers(0, 100_000))
def test_time_is_rounded_in_favour_of_the_limit(minutes, price, part):
    covered = Money(min(part, price), "EUR")
    taken = minutes_of(covered, eur(price), minutes)
    assert taken * price >= covered.minor * minutes
    assert taken <= minutes
