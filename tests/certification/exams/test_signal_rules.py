"""What is worth a look: by numbers that are told, and never for what many have in common."""

from datetime import timedelta
from random import Random

import pytest

from certification.exams.rules.signals import Pace, Trace, answers_alike, exposed, risen, same_places, too_fast
from certification.exams.rules.signals.answers import tail
from tests.factories import DAY, NOON

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


# One place


def trace(number, *, person=None, network="n", device="d", after=timedelta()):
    began = NOON + after
    return Trace(number, person or number, network, device, began, began + 20 * MINUTE)


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"after": 29 * DAY}, True),
        ({"after": 31 * DAY}, False),
        ({"device": "other", "after": 23 * HOUR}, True),
        ({"device": "other", "after": 25 * HOUR}, False),
        ({"network": "other", "after": HOUR}, True),
        ({"network": "other", "after": 2 * HOUR}, False),
        ({"network": "other", "device": "other"}, False),
        ({"person": 1}, False),
    ],
)
def test_the_less_two_attempts_share_the_closer_they_have_to_be(facts, seen):
    assert bool(same_places([trace(1), trace(2, **facts)])) is seen


def test_it_is_said_what_they_share_and_how_far_apart_they_are():
    [found] = same_places([trace(2, device="other", after=HOUR), trace(1)])
    assert (found.attempt_id, found.other_id) == (1, 2)
    assert (found.same_network, found.same_device, found.apart) == (True, False, 40 * MINUTE)


def test_attempts_at_the_same_time_are_not_apart():
    [found] = same_places([trace(1), trace(2, after=5 * MINUTE)])
    assert found.apart == timedelta()


def test_a_device_that_many_have_tells_nothing():
    assert same_places([trace(number, network=f"n{number}") for number in range(3)])
    assert not same_places([trace(number, network=f"n{number}") for number in range(4)])


def test_a_full_office_makes_no_crowd_of_pairs():
    assert len(same_places([trace(number) for number in range(100)])) < 100 * 5


# Speed


def pace(number, seconds=600.0, *, is_good=True, each=60.0, right=10):
    return Pace(number, seconds, is_good, {n: (each, n < right) for n in range(10)})


OTHERS = [pace(number) for number in range(10)]


def test_a_good_attempt_in_a_fraction_of_the_time_is_seen():
    [found] = too_fast([*OTHERS, pace(99, 149, each=14.9)])
    assert (found.attempt_id, found.seconds, found.usual_seconds) == (99, 149, 600)
    assert (found.fast_answers, found.right_answers) == (10, 10)


def test_answers_that_come_in_bursts_are_seen_though_the_whole_took_long():
    [found] = too_fast([*OTHERS, pace(99, 600, each=10)])
    assert found.fast_answers == 10
    assert not too_fast([*OTHERS, pace(99, 600, each=10, right=4)]), "too few are right"


@pytest.mark.parametrize(
    "paces", [[*OTHERS, pace(99, 151)], [*OTHERS, pace(99, 60, is_good=False)], [*OTHERS[:8], pace(99, 60)]]
)
def test_who_is_a_little_faster_gives_up_or_has_nobody_to_be_held_against_is_not_seen(paces):
    assert too_fast(paces) == []


# Wrong answers


def test_the_tail_of_a_binomial_is_exact():
    assert tail(0, 5, 0.3) == pytest.approx(1)
    assert tail(5, 5, 0.5) == pytest.approx(1 / 32)
    assert tail(2, 3, 0.25) == pytest.approx(10 / 64)


def crowd(attempts, questions=40, *, answers=3, share=0.5, seed=1):
    """Let many be wrong about half of the questions, each by chance."""
    luck = Random(seed)
    return {
        one: {n: luck.randrange(answers) for n in range(questions) if luck.random() < share} for one in range(attempts)
    }


def test_by_chance_alone_nobody_is_alike():
    wrong = crowd(300)
    assert answers_alike({one: one for one in wrong}, wrong) == []


def test_who_copies_wrong_answers_is_seen_once_and_nobody_else():
    wrong = crowd(300)
    wrong[299] = dict(wrong[7])
    [found] = answers_alike({one: one for one in wrong}, wrong)
    assert (found.attempt_id, found.other_id) == (7, 299)
    assert found.same == found.both_wrong == len(wrong[7])
    assert found.expected == pytest.approx(len(wrong[7]) / 3, rel=0.2)


def test_two_attempts_of_one_person_are_not_held_against_each_other():
    wrong = crowd(300)
    wrong[299] = dict(wrong[7])
    assert answers_alike({one: 7 if one == 299 else one for one in wrong}, wrong) == []


def test_what_misleads_everybody_says_nothing():
    wrong = {one: dict.fromkeys(range(30), "the same") for one in range(50)}
    assert answers_alike({one: one for one in wrong}, wrong) == []


@pytest.mark.parametrize("attempts", [0, 1, 257])
def test_any_number_of_attempts_is_compared(attempts):
    wrong = crowd(attempts)
    if attempts > 2:
        wrong[attempts - 1] = dict(wrong[0])
    found = answers_alike({one: one for one in wrong}, wrong)
    assert [(one.attempt_id, one.other_id) for one in found] == ([(0, attempts - 1)] if attempts > 2 else [])


# Spread


def handed_in(number, marks, *, ago):
    return [(NOON - ago, marks)] * number


def test_a_question_that_nearly_all_are_asked_is_seen_unless_there_are_no_others():
    attempts = [(NOON - DAY, {1: 1.0, 2 + number % 5: 0.0}) for number in range(30)]
    assert [(one.question_id, one.asked, one.attempts) for one in exposed(attempts, drawn=6, now=NOON)] == [(1, 30, 30)]
    assert exposed(attempts, drawn=2, now=NOON) == []
    assert exposed(attempts[:29], drawn=6, now=NOON) == []
    assert exposed([(NOON - 91 * DAY, marks) for _at, marks in attempts], drawn=6, now=NOON) == []


def by_halves(right, ago, *, others=0.5):
    """Let 40 attempts answer question 1 right, as often as is said, and the others half of the time."""
    return [(NOON - ago, {1: float(n < right), 2: float(n % 2 < 2 * others), 3: 0.5}) for n in range(40)]


def test_a_question_that_has_become_easier_is_seen():
    [found] = risen([*by_halves(15, 200 * DAY), *by_halves(38, DAY)], now=NOON)
    assert (found.question_id, found.before, found.lately) == (1, 15 / 40, 38 / 40)
    assert found.standard_errors > 3.29


def test_better_candidates_are_no_sign_and_few_answers_neither():
    before = [(NOON - 200 * DAY, dict.fromkeys(range(5), float(n % 2))) for n in range(40)]
    better = [(NOON - DAY, dict.fromkeys(range(5), 1.0)) for _n in range(40)]
    assert risen([*before, *better], now=NOON) == []
    assert risen([*by_halves(15, 200 * DAY)[:29], *by_halves(38, DAY)], now=NOON) == []
    assert risen([*by_halves(15, 200 * DAY), *by_halves(18, DAY)], now=NOON) == []
