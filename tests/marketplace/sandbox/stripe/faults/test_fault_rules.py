"""When a fault strikes: the same moments for the same seed, as often as was asked for, where it was set up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dev
from marketplace.sandbox.stripe.faults.kinds import GROUP_LABELS, NATURES, Group, Kind, kinds_of
from marketplace.sandbox.stripe.faults.rules import (
    PERCENT_MAX,
    SEED_MAX,
    NoSuchFault,
    draw,
    is_there,
    make_plan,
    strikes,
)
from marketplace.sandbox.stripe.faults.tellings import route

SEEDS = st.integers(0, SEED_MAX)
AT = 1_000_000


def struck(plan, cases=200):
    return [number for number in range(cases) if strikes(plan, number)]


@given(seed=SEEDS, percent=st.integers(1, PERCENT_MAX))
def test_a_seed_always_strikes_at_the_same_moments(seed, percent):
    assert struck(make_plan(Kind.SLOW, seed=seed, percent=percent)) == struck(
        make_plan(Kind.SLOW, seed=seed, percent=percent)
    )


@given(seed=SEEDS)
def test_a_fault_that_is_not_left_to_chance_strikes_always(seed):
    assert struck(make_plan(Kind.SLOW, seed=seed)) == list(range(200))


@given(seed=SEEDS, less=st.integers(1, PERCENT_MAX), more=st.integers(1, PERCENT_MAX))
def test_a_higher_chance_strikes_whenever_a_lower_one_does(seed, less, more):
    less, more = sorted((less, more))
    rarely = struck(make_plan(Kind.SLOW, seed=seed, percent=less))
    assert set(rarely) <= set(struck(make_plan(Kind.SLOW, seed=seed, percent=more)))


@pytest.mark.parametrize("percent", [10, 50, 90])
def test_the_chance_is_about_as_high_as_was_asked_for(percent):
    cases = [number for seed in range(50) for number in struck(make_plan(Kind.SLOW, seed=seed, percent=percent))]
    assert abs(len(cases) / 100 - percent) < 2


def test_two_seeds_strike_at_different_moments():
    assert len({tuple(struck(make_plan(Kind.SLOW, seed=seed, percent=30))) for seed in range(20)}) == 20


def test_two_kinds_with_one_seed_strike_at_different_moments():
    assert len({tuple(struck(make_plan(kind, seed=7, percent=30))) for kind in Kind}) == len(Kind)


@given(seed=SEEDS, number=st.integers(0, 10**6), below=st.integers(1, 10**6))
def test_a_number_is_drawn_below_its_bound(seed, number, below):
    assert 0 <= draw(make_plan(Kind.SHUFFLE, seed=seed), number, "delivery", below) < below


@pytest.mark.parametrize(
    ("place", "subject", "expected"),
    [
        ("*", "POST /v1/refunds", True),
        ("POST /v1/refunds", "POST /v1/refunds", True),
        ("/v1/refunds", "POST /v1/refunds", True),
        ("POST /v1/refunds", "GET /v1/refunds", False),
        ("POST /v1/payment_intents/*/capture", "POST /v1/payment_intents/pi_1/capture", True),
        ("POST /v1/payment_intents/*/capture", "POST /v1/payment_intents/pi_1/cancel", False),
        ("charge.*", "charge.succeeded", True),
        ("charge.*", "payment_intent.succeeded", False),
        ("cus_1", "cus_1", True),
        ("*", "", True),
        ("cus_1", "", False),
    ],
)
def test_a_fault_strikes_where_it_was_set_up(place, subject, expected):
    assert is_there(place, subject) is expected


def test_what_is_left_out_is_as_usual_for_the_kind():
    assert make_plan(Kind.SLOW).seconds == NATURES[Kind.SLOW].seconds.usual
    assert make_plan(Kind.SLOW).copies == 0
    assert make_plan(Kind.DUPLICATE).copies == 1
    assert make_plan(Kind.CAPTURE_REFUSED).place == "POST /v1/payment_intents/*/capture"
    assert make_plan(Kind.CAPTURE_REFUSED, place="*").place == "*"


@pytest.mark.parametrize(
    ("kind", "how", "field"),
    [
        (Kind.SLOW, {"percent": 0}, "percent"),
        (Kind.SLOW, {"percent": 101}, "percent"),
        (Kind.SLOW, {"times": 0}, "times"),
        (Kind.SLOW, {"seed": -1}, "seed"),
        (Kind.SLOW, {"seed": 2**31}, "seed"),
        (Kind.SLOW, {"seconds": 0}, "seconds"),
        (Kind.SLOW, {"seconds": 301}, "seconds"),
        (Kind.SLOW, {"copies": 1}, "copies"),
        (Kind.RATE_LIMIT, {"seconds": 1}, "seconds"),
        (Kind.DUPLICATE, {"copies": 0}, "copies"),
        (Kind.DUPLICATE, {"copies": 21}, "copies"),
        (Kind.SLOW, {"place": ""}, "place"),
        (Kind.SLOW, {"place": "x" * 201}, "place"),
    ],
)
def test_what_a_fault_cannot_be_is_named(kind, how, field):
    with pytest.raises(NoSuchFault) as wrong:
        make_plan(kind, **how)
    assert wrong.value.field == field
    assert str(wrong.value.words) in str(wrong.value)


def test_every_kind_is_described_and_belongs_to_a_group():
    assert set(NATURES) == set(Kind)
    assert set(GROUP_LABELS) == set(Group)
    assert sorted(kind for group in Group for kind in kinds_of(group)) == sorted(Kind)
    assert len({str(nature.label) for nature in NATURES.values()}) == len(Kind)
    for nature in NATURES.values():
        if nature.seconds:
            assert nature.seconds.least <= nature.seconds.usual <= nature.seconds.most


def test_every_kind_is_in_the_docs():
    told = (dev.ROOT / "docs" / "stand-in.md").read_text(encoding="utf-8")
    assert {kind for kind in Kind if f"`{kind}`" not in told} == set()


class Struck:
    """A fault that has struck, with the number that it draws."""

    def __init__(self, kind, drawn=0, **how):
        self.plan, self.drawn = make_plan(kind, **how), drawn

    def draw(self, _purpose, below):
        assert self.drawn < below
        return self.drawn


def ways(*strikes):
    return route({one.plan.kind: one for one in strikes}, AT)


def test_without_faults_a_delivery_goes_at_once():
    assert (ways().due_at, ways().extras) == (AT, ())


def test_what_is_held_back_goes_nowhere_and_nothing_follows():
    held_back = ways(Struck(Kind.HOLD_BACK), Struck(Kind.DUPLICATE), Struck(Kind.DELAY))
    assert (held_back.due_at, held_back.extras) == (None, ())


def test_what_is_delayed_takes_its_copies_along():
    late = ways(Struck(Kind.DELAY, seconds=60), Struck(Kind.DUPLICATE, copies=2, seconds=5))
    assert (late.due_at, late.extras) == (AT + 60, ((Kind.DUPLICATE, AT + 65),) * 2)


def test_what_is_shuffled_waits_on_top_of_a_delay():
    assert ways(Struck(Kind.DELAY, seconds=60), Struck(Kind.SHUFFLE, drawn=7, seconds=7)).due_at == AT + 67


def test_strangers_come_along_once():
    assert ways(Struck(Kind.OTHER_MODE), Struck(Kind.UNKNOWN_OBJECT)).extras == (
        (Kind.OTHER_MODE, AT),
        (Kind.UNKNOWN_OBJECT, AT),
    )
