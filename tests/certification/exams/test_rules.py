"""When somebody may try, what is asked, and what it is worth: plain rules."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.banks.kinds import Kind
from certification.banks.rules import Difficulty, QuestionState
from certification.exams.rules import (
    Band,
    Candidate,
    Marked,
    Part,
    PoolTooSmall,
    RetakeRules,
    Try,
    bands,
    deadline,
    draw,
    is_marked,
    is_over,
    is_within,
    may_try_from,
    missing,
    overlaps,
    own_ids,
    result,
)
from tests.factories import DAY, NOON

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
RULES = RetakeRules(waits_days=(14, 60), tries_max=3, window_days=365)
EASY, HARD = Difficulty.EASY, Difficulty.HARD
FIVE_PERCENT = 11.07  # Of a chi-square with 5 degrees of freedom.


def a_try(day, *, passed=False):
    started = NOON + day * DAY
    over = started + 30 * MINUTE
    return Try(started, over, over + 730 * DAY if passed else None)


def candidate(number, topic="Basics", difficulty=EASY, state=QuestionState.LIVE, kind=Kind.MULTICHOICE):
    return Candidate(number, 1000 + number, kind, topic, difficulty, state)


def marked(*marks, topic="Basics", is_scored=True):
    return [Marked(topic, is_scored, None if mark is None else Fraction(mark)) for mark in marks]


# Trying again


def test_nothing_stands_in_the_way_of_a_first_try():
    assert may_try_from(RULES, []) is None


@pytest.mark.parametrize(("tries", "days"), [((0,), 14), ((0, 20), 80)])
def test_each_try_has_a_wait_of_its_own(tries, days):
    assert may_try_from(RULES, [a_try(day) for day in tries]) == NOON + days * DAY + 30 * MINUTE


def test_the_last_wait_goes_for_all_after_it():
    often = RetakeRules((1, 2), tries_max=10, window_days=365)
    assert may_try_from(often, [a_try(0), a_try(5), a_try(10), a_try(20)]) == NOON + 22 * DAY + 30 * MINUTE


def test_without_waits_one_may_try_at_once():
    assert may_try_from(RetakeRules((), 5, 30), [a_try(0)]) is None


def test_after_so_many_tries_the_first_of_them_has_to_leave_the_window():
    assert may_try_from(RULES, [a_try(0), a_try(20), a_try(100)]) == NOON + 365 * DAY


def test_a_pass_can_be_renewed_ninety_days_before_it_runs_out():
    passed = a_try(0, passed=True)
    assert may_try_from(RULES, [passed]) == passed.valid_until - 90 * DAY


def test_who_has_to_renew_begins_the_waits_anew():
    passed, failed = a_try(0, passed=True), a_try(700)
    assert may_try_from(RULES, [a_try(-40), passed, failed]) == failed.over_at + 14 * DAY


@given(st.lists(st.integers(0, 900), max_size=8, unique=True), st.lists(st.integers(0, 90), max_size=4))
def test_whoever_waits_as_told_may_try(days, waits):
    """What the rule tells is a moment from which nothing stands in the way, whatever came before."""
    rules = RetakeRules(tuple(waits), 2, 30)
    tries = [a_try(day) for day in sorted(days)]
    opens = may_try_from(rules, tries)
    if opens is not None:
        in_window = [one for one in tries if one.started_at > opens - 30 * DAY]
        assert len(in_window) < 2
        assert not waits or opens >= tries[-1].over_at + timedelta(days=waits[min(len(tries), len(waits)) - 1])


# The clock


def test_the_deadline_stands_at_the_start():
    assert deadline(NOON, 30, 0) == NOON + 30 * MINUTE


@pytest.mark.parametrize(("percent", "minutes"), [(25, 38), (50, 45), (100, 60), (1, 31)])
def test_extra_time_is_rounded_up_to_whole_minutes(percent, minutes):
    assert deadline(NOON, 30, percent) == NOON + minutes * MINUTE


def test_summer_time_gives_and_takes_no_time():
    """Germany's clocks go from 2 to 3 at 01:00 UTC on that day."""
    begun = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)
    assert deadline(begun, 30, 0) - begun == 30 * MINUTE


@pytest.mark.parametrize(
    ("after", "over"), [(-SECOND, False), (timedelta(0), False), (60 * SECOND, False), (61 * SECOND, True)]
)
def test_what_arrives_within_a_minute_of_the_deadline_still_counts(after, over):
    assert is_over(NOON, NOON + after) is over


# Drawing


@pytest.mark.parametrize(
    ("topic", "of", "within"),
    [
        ("Upgrades", "", True),
        ("Upgrades", "Upgrades", True),
        ("Upgrades/From 5", "Upgrades", True),
        ("Upgrades and more", "Upgrades", False),
        ("Upgrades", "Upgrades/From 5", False),
        ("TCP//IP", "TCP", False),
        ("TCP//IP/Ports", "TCP//IP", True),
    ],
)
def test_a_topic_is_within_those_above_it(topic, of, within):
    assert is_within(topic, of) is within


def test_a_part_asks_live_questions_of_its_topic_and_difficulty():
    there = [
        candidate(1, "Upgrades/From 5"),
        candidate(2, "Upgrades", HARD),
        candidate(3, "Hosting"),
        candidate(4, "Upgrades", state=QuestionState.TRIAL),
        candidate(5, "Upgrades", kind=Kind.DESCRIPTION),
    ]
    assert ids(draw([Part("Upgrades", EASY, 1)], there, {}, trial=0, luck=Random(1))) == {1}
    assert ids(draw([Part("Upgrades", None, 2)], there, {}, trial=0, luck=Random(1))) == {1, 2}
    with pytest.raises(PoolTooSmall):
        draw([Part("Upgrades", EASY, 2)], there, {}, trial=0, luck=Random(1))


def ids(drawn):
    return {one.candidate.question_id for one in drawn}


def test_questions_on_trial_come_besides_and_are_not_scored():
    there = [candidate(1), *(candidate(n, state=QuestionState.TRIAL) for n in (2, 3))]
    drawn = draw([Part("", None, 1)], there, {}, trial=1, luck=Random(1))
    assert sorted((one.candidate.state, one.is_scored) for one in drawn) == [("live", True), ("trial", False)]
    assert len(draw([Part("", None, 1)], there, {}, trial=9, luck=Random(1))) == 3


def test_who_was_asked_a_question_least_often_is_asked_it_first():
    there = [candidate(n) for n in range(6)]
    uses = {0: 2, 1: 1, 2: 1}
    for seed in range(20):
        assert ids(draw([Part("", None, 3)], there, uses, trial=0, luck=Random(seed))) == {3, 4, 5}
        assert ids(draw([Part("", None, 5)], there, uses, trial=0, luck=Random(seed))) == {1, 2, 3, 4, 5}


@given(st.integers(0, 2**32), st.dictionaries(st.integers(0, 20), st.integers(0, 5)))
def test_no_question_comes_twice(seed, uses):
    there = [candidate(n, "A" if n % 2 else "B") for n in range(20)]
    parts = [Part("A", None, 6), Part("B", None, 4)]
    drawn = draw(parts, there, uses, trial=0, luck=Random(seed))
    assert len(drawn) == len(ids(drawn)) == 10


def test_the_lot_is_fair():
    """10,000 draws for fresh candidates: which questions, in which place, and the order of the choices (chi-square)."""
    luck, there = Random(2026), [candidate(n) for n in range(6)]
    questions, first, choices = Counter(), Counter(), Counter()
    for _draw in range(10_000):
        drawn = draw([Part("", None, 2)], there, {}, trial=0, luck=luck)
        questions.update(ids(drawn))
        first[drawn[0].candidate.question_id] += 1
        choices[tuple(own for own, _shown in own_ids("abc", luck))] += 1
    for counted in (questions, first, choices):
        assert len(counted) == 6
        assert chi_square(counted) < FIVE_PERCENT


def chi_square(counted):
    expected = sum(counted.values()) / len(counted)
    return sum((seen - expected) ** 2 / expected for seen in counted.values())


def test_an_unfair_lot_would_be_seen():
    assert chi_square({1: 1600, 2: 1800, 3: 1650, 4: 1650, 5: 1650, 6: 1650}) > FIVE_PERCENT / 2


def test_what_stands_for_a_choice_means_nothing_and_is_new_each_time():
    one, other = dict(own_ids("abcd", Random(1))), dict(own_ids("abcd", Random(1)))
    assert list(one) == list(other)
    assert not set(one.values()) & set(other.values())
    assert not set(one.values()) & set("abcd")


# Publishing


def test_an_exam_says_what_it_lacks():
    there = [candidate(1, "A"), candidate(2, "B", HARD)]
    assert list(missing([], there)) == ["It asks nothing yet. Add a part."]
    assert list(missing([Part("A", None, 1)], there)) == []
    assert list(missing([Part("A", None, 2), Part("B", EASY, 1)], there)) == [
        "“A” asks 2 questions, and has 1.",
        "“B (Easy)” asks 1 questions, and has 0.",
    ]
    assert list(missing([Part("", None, 301)], [candidate(n) for n in range(400)])) == [
        "It asks more than 300 questions."
    ]


def test_parts_that_could_ask_the_same_question_are_refused():
    assert overlaps([Part("A", None, 1), Part("A/B", HARD, 1)])
    assert overlaps([Part("", EASY, 1), Part("A", EASY, 1)])
    assert not overlaps([Part("A", EASY, 1), Part("A", HARD, 1), Part("B", None, 1)])


# Marking


def test_a_pass_is_decided_exactly():
    third = Fraction(1, 3)
    assert result(marked(1, 1, third, third, third), pass_percent=60).is_passed
    assert not result(marked(1, 1, third, third, Fraction(332, 1000)), pass_percent=60).is_passed


@given(st.lists(st.fractions(0, 1, max_denominator=12), min_size=1, max_size=60), st.integers(1, 100))
def test_a_score_that_is_shown_as_the_pass_mark_is_a_pass(marks, pass_percent):
    worth = result(marked(*marks), pass_percent=pass_percent)
    assert worth.is_passed is (worth.percent >= pass_percent)
    assert 0 <= worth.percent <= 100


def test_what_is_on_trial_is_not_scored():
    worth = result(marked(1, 1) + marked(0, 0, None, is_scored=False), pass_percent=100)
    assert (worth.earned, worth.possible, worth.is_passed) == (2, 2, True)


def test_as_long_as_a_person_has_to_mark_there_is_no_result():
    assert not is_marked(marked(1, None))
    assert is_marked(marked(1) + marked(None, is_scored=False))


def test_topics_are_told_in_bands_and_few_questions_say_nothing():
    asked = [
        *marked(1, 1, 1, topic="A/One"),
        *marked(1, 1, 0, topic="B"),
        *marked(0, 1, topic="C//D/E"),
        *marked(0, 0, 1),
    ]
    assert bands(asked) == {"A": Band.STRONG, "B": Band.FAIR, "Basics": Band.WEAK, "C/D": Band.UNKNOWN}


def test_better_answers_never_make_a_topic_worse():
    order = [Band.WEAK, Band.FAIR, Band.STRONG]
    grown = [bands(marked(*[1] * n, *[0] * (10 - n)))["Basics"] for n in range(11)]
    assert all(order.index(one) <= order.index(other) for one, other in pairwise(grown))
