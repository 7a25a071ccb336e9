"""What is odd about a question is named, the worst first, and chance is never told as a figure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from certification.banks.kinds import Kind
from certification.banks.rules import Difficulty, QuestionState
from certification.exams.rules import ItemFigures, analyse
from certification.exams.rules.blueprints import irreplaceable
from certification.exams.rules.drawing import Candidate, Part
from certification.exams.rules.judging import LEAST_ANSWERS, Evidence, Oddity, badness, interval, oddities, told
from certification.exams.rules.options import Option, chosen, guess, options_of
from certification.exams.rules.statistics import Column, analyse_columns
from tests.factories.exams import choice
from tests.factories.questions import EVERY_KIND

RIGHT = Option("right", "right", is_right=True)
WRONG = Option("wrong", "wrong", is_right=False)
ODD = Option("odd", "odd", is_right=False)


def figures(*, facility=0.6, index=40.0, answers=LEAST_ANSWERS):
    return ItemFigures("Q", 1, answers, facility, 0.5, index, index, None, is_against_the_others=index < 0)


def took(*responses):
    """Tell what was chosen by people of whom each did better than the one before."""
    return chosen([RIGHT, WRONG, ODD], [(one,) if one else () for one in responses], np.arange(len(responses)) * 1.0)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Evidence(figures()), []),
        (Evidence(figures(index=-0.1)), [Oddity.AGAINST]),
        (Evidence(figures(index=0.0)), [Oddity.WEAK]),
        (Evidence(figures(index=19.9)), [Oddity.WEAK]),
        (Evidence(figures(index=20.0)), []),
        (Evidence(figures(facility=0.95, index=5.0)), [Oddity.TOO_EASY]),
        (Evidence(figures(facility=0.2, index=5.0)), [Oddity.TOO_HARD]),
        (Evidence(figures(facility=0.5), guess=0.5), [Oddity.TOO_HARD]),
        (Evidence(figures(), shown_lately=0.76), [Oddity.EXPOSED]),
        (Evidence(figures(), shown_lately=0.75), []),
        (Evidence(figures(facility=0.96, index=-9), shown_lately=1), [Oddity.AGAINST, Oddity.TOO_EASY, Oddity.EXPOSED]),
        (Evidence(figures(index=-50, answers=LEAST_ANSWERS - 1)), []),
        (Evidence(figures(answers=LEAST_ANSWERS - 1), shown_lately=1), [Oddity.EXPOSED]),
    ],
)
def test_what_is_odd_is_named_the_worst_first(found, expected):
    assert oddities(found) == expected


def test_wrong_answers_are_named_that_nobody_or_only_the_better_choose():
    drawn = took(*["right"] * 20, *["wrong"] * 20)
    assert [one.share for one in drawn] == [0.5, 0.5, 0]
    assert [one.draws_the_better for one in drawn] == [False, True, False]
    assert oddities(Evidence(figures(), choices=drawn)) == [Oddity.DRAWN_TO_WRONG, Oddity.UNCHOSEN]
    fair = took(*["wrong", "odd", None] * 10, *["right"] * 20)
    assert [one.share for one in fair] == [0.4, 0.2, 0.2]
    assert oddities(Evidence(figures(), choices=fair)) == []


def test_what_never_varies_has_no_pull():
    assert {one.pull for one in took(*["right"] * 9)} == {None}
    assert [one.pull for one in took()] == [None] * 3


def test_the_worst_come_first_and_those_of_too_few_answers_last():
    rows = {
        "against": Evidence(figures(index=-1)),
        "more against": Evidence(figures(index=-40)),
        "easy": Evidence(figures(facility=1.0)),
        "good": Evidence(figures()),
        "few": Evidence(figures(index=-90, answers=3)),
    }
    assert sorted(rows, key=lambda name: badness(rows[name])) == ["more against", "against", "easy", "good", "few"]


def test_guessing_brings_what_the_answers_are_worth_on_average():
    assert guess(choice()) == pytest.approx(1 / 3)
    kinds = {made().KIND.value: made() for made in EVERY_KIND}
    assert guess(kinds["truefalse"]) == 0.5
    assert {guess(kinds[name]) for name in ("numerical", "essay", "description")} == {None}
    assert [len(options_of(kinds[name])) for name in ("truefalse", "matching")] == [2, 0]


def test_figures_of_too_few_are_left_out():
    marks = np.array([[1.0, 0.0], [0.0, 1.0]] * LEAST_ANSWERS)
    few, many = (told(analyse(["A", "B"], [1, 1], marks[:count])) for count in (LEAST_ANSWERS - 1, LEAST_ANSWERS))
    assert few.exam == type(few.exam)(LEAST_ANSWERS - 1, *[None] * 8)
    assert (few.items[0].answers, few.items[0].facility, few.items[0].is_against_the_others) == (29, None, False)
    assert (many.exam.mean, many.items[0].facility, many.items[0].discrimination_index) == (1, 0.5, pytest.approx(-100))


@pytest.mark.parametrize(
    ("successes", "of", "edges"),
    [
        (0, 0, None),
        (0, 10, (0, 0.2775)),  # These three are those of Newcombe, Statistics in Medicine 17 (1998), table I.
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (1, 1, (0.2065, 1)),
    ],
)
def test_how_sure_a_share_is(successes, of, edges):
    found = interval(successes, of)
    assert found is edges is None or found == pytest.approx(edges, abs=5e-5)


def test_a_question_is_needed_if_its_part_has_no_more():
    facts = (Kind.MULTICHOICE, Difficulty.EASY, QuestionState.LIVE)
    stock = [Candidate(n, n, facts[0], topic, *facts[1:]) for n, topic in enumerate("AAABB")]
    assert irreplaceable([Part("A", None, 2), Part("B", None, 2)], stock) == {3, 4}


# Marks by columns


def columns_of(marks, trial=()):
    """Give a matrix as columns."""
    places = [np.flatnonzero(~np.isnan(column)) for column in marks.T]
    return [
        Column(place, column[place], np.full(len(place), number not in trial))
        for number, (place, column) in enumerate(zip(places, marks.T, strict=True))
    ]


def analysed(marks, trial=()):
    names = [f"Q{number}" for number in range(marks.shape[1])]
    return analyse_columns(names, [1] * len(names), columns_of(marks, trial), len(marks))


some_marks = arrays.arrays(
    float, st.tuples(st.integers(1, 8), st.integers(1, 4)), elements=st.sampled_from([0, 0.5, 1, np.nan])
)


@given(some_marks)
def test_columns_say_the_same_as_the_matrix(marks):
    names = [f"Q{number}" for number in range(marks.shape[1])]
    assert analysed(marks) == analyse(names, [1] * len(names), marks)


@given(some_marks, st.randoms(use_true_random=False))
def test_the_order_of_attempts_changes_nothing(marks, luck):
    order = list(range(len(marks)))
    luck.shuffle(order)
    one, other = analysed(marks), analysed(marks[order])
    for item, same in zip(one.items, other.items, strict=True):
        assert (item.answers, item.is_against_the_others) == (same.answers, same.is_against_the_others)
        assert item.discrimination_index == pytest.approx(same.discrimination_index, abs=1e-7)
    assert one.exam.sd == pytest.approx(other.exam.sd, abs=1e-9)


def test_what_is_not_scored_is_held_against_all_that_is_and_has_no_weight():
    marks = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1], [1, 1, 0.0]])
    found = analysed(marks, trial={2})
    scored = analysed(marks[:, :2])
    assert found.exam == scored.exam
    assert [one.effective_weight for one in found.items] == [one.effective_weight for one in scored.items] + [None]
    rest = np.corrcoef(marks[:, 2], marks[:, 0] + marks[:, 1])[0, 1]
    assert found.items[2].discrimination_index == pytest.approx(100 * rest)
    assert found.items[2].is_against_the_others
