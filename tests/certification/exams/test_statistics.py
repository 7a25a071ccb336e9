"""The figures agree with those that Moodle publishes, and are None where marks can't tell."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from certification.exams.rules import analyse

# Marks and figures that Moodle publishes with the tests of its report; the figures come from its authors' spreadsheets
# ("stats_from_steps_walkthrough_test.php" with the fixtures of number 00, and "statistics_test.php").
WALKTHROUGH = """
1 1 1 1 1 0 1|1 1 1 1 0.5 1 0|1 1 1 1 0.5 0 1|0 0 1 1 1 0 0|1 0 1 0 0 1 0.5|1 1 1 1 0.5 0 0.5|0 1 1 1 0.5 1 0.5
1 1 1 0 0.5 1 0.5|1 0 1 1 1 1 1|0 1 1 0 0.5 1 0.5|0.8 0 1 1 0.5 1 0.5|1 1 1 0 0.5 1 1|1 0 1 1 0.5 1 0.5
1 0 1 1 1 0 0.5|0 0 1 1 0 1 1|1 0 1 0 0.5 1 1|0.8 0 1 1 0.5 0 1|1 0 1 1 0 1 0.5|1 0 1 1 0.5 0 0.5|0 1 1 0 0.5 1 0
1 1 0.3333333 1 0.5 0 0.5|1 1 1 0 0.5 0 0.5|1 1 1 1 0 1 0.5|0 0 1 0 0.5 1 1|0 0 1 1 1 1 1
"""
OF_ITEMS = [  # Facility, standard deviation, effective weight, discrimination index, discriminative efficiency.
    (0.704, 0.4513682901, 21.2922742344, -7.0650767526, -9.4550536967),
    (0.48, 0.5099019514, 18.8979800309, -28.8982125772, -36.7834118938),
    (0.973333332, 0.13333334, 4.443012573, -9.1230674268, -21.6545012165),
    (0.68, 0.4760952286, 18.9347251357, -22.6306444113, -31.4411395613),
    (0.52, 0.3055050463, 11.1450138688, -17.6997047674, -21.1794802584),
    (0.64, 0.4898979486, 9.8081339177, -45.3785178421, -56.9365974439),
    (0.62, 0.331662479, 15.4788602394, -5.6543166602, -6.5043742058),
]
OF_THE_EXAM = (25, 4.617333332, 4.5, 0.8117265554, -0.092502502, -0.7073968557, -87.2230935542, 136.8294900795)
STANDARD_ERROR = 1.1106813066
GENERATED = """
5.5 0.3 0.9 1 0.3 1 0 0 1 1 0 0 1|1 0.9 0.9 0.3 0.3 1 0 0 1 0 1 0 1|2.5 1 0.9 0.3 1 0 0 1 1 1 1 1 1
4 0.3 0.9 1 0.3 0 0 0 0 1 0 0 1|3 0.9 0.3 0.9 1 0 1 0 0 1 1 1 0|4.5 0.9 1 1 0.9 0 1 1 1 0 0 0 0
3 0.3 0.3 0.3 0.3 1 0 1 1 1 1 1 1|6 0.9 0.9 1 0.3 0 1 1 1 1 0 0 1|0.5 0.9 1 0.9 0.3 0 1 1 0 1 1 0 1
5.5 0.9 1 0.9 0.3 1 1 0 0 1 0 0 0|2.5 0.9 1 1 0.9 0 1 0 0 1 0 0 1|4 0.9 0.3 0.9 1 0 1 1 1 1 1 0 1
4 0.9 0.3 0.3 1 1 1 1 0 0 1 1 0|3 1 1 0.3 1 0 1 0 1 1 1 1 0|1 1 0.9 0.3 0.3 1 0 1 0 0 0 0 0
1 0.3 0.3 0.3 0.9 0 0 0 1 0 0 0 1|1.5 1 0.3 0.9 1 1 1 0 1 1 0 0 0|4 0.9 1 0.9 1 0 1 1 1 0 1 0 0
2 0.9 0.9 0.3 0.9 0 1 0 0 0 0 0 0|1 1 0.3 0.3 0.3 0 1 1 0 1 0 0 0|6 0.9 1 1 0.9 0 0 0 1 0 0 1 1
7 0.9 0.3 0.3 0.3 1 0 1 1 1 1 0 0
"""
FACILITY = [41.19318182, 81.36363636, 71.36363636, 65.45454545, 65.90909091, 36.36363636, 59.09090909]
FACILITY += [50, 59.09090909, 63.63636364, 45.45454545, 27.27272727, 50]
SD = [1912.733589, 251.2738111, 322.6312277, 333.4199022, 337.5811591, 492.3659639, 503.2362797]
SD += [511.7663157, 503.2362797, 492.3659639, 509.6471914, 455.8423058, 511.7663157]
WEIGHT = [26.58464457, 3.368456046, 3.253955259, 7.584083694, 3.79658376, 3.183278505, 4.532356904]
WEIGHT += [7.78856243, 10.08351572, 8.381139345, 8.727645713, 7.946277111, 4.769500946]
INDEX = [25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859, -12.99017581, -8.900638238]
INDEX += [8.670004606, 29.63337745, 15.18945843, 16.21079629, 15.52451404, -8.396734802]
EFFICIENCY = [27.23492723, 1.382386552, -4.691171307, 31.12404354, -2.877487579, -17.5074184, -10.27568922]
EFFICIENCY += [10.86956522, 34.58997279, 17.4790556, 20.14359793, 22.06477733, -10]


def marks_of(text):
    """Read marks: attempts are apart by bars and line ends."""
    rows = text.strip().replace("\n", "|").split("|")
    return np.array([[float(mark) for mark in row.split()] for row in rows])


def analysed(marks, most=None):
    """Analyse marks, at most 1 for each question unless it is said."""
    marks = np.array(marks, float)
    return analyse([f"Q{number}" for number in range(marks.shape[1])], most or [1] * marks.shape[1], marks)


def test_questions_and_exam_are_as_moodle_says():
    found = analysed(marks_of(WALKTHROUGH))
    for item, expected in zip(found.items, OF_ITEMS, strict=True):
        told = (
            item.facility,
            item.sd,
            item.effective_weight,
            item.discrimination_index,
            item.discriminative_efficiency,
        )
        assert told == pytest.approx(expected, rel=1e-6)
    assert astuple(found.exam) == pytest.approx((*OF_THE_EXAM, STANDARD_ERROR), rel=1e-6)


def test_questions_that_nobody_can_do_and_those_without_a_mark_are_as_moodle_says():
    marks = marks_of(GENERATED)
    zeros = np.zeros((len(marks), 7))
    found = analysed(np.hstack([zeros, marks]), most=[1, 1, 1, 1, 0, 0, 0, 8, *[1] * 12])
    impossible, worthless, others = found.items[:4], found.items[4:7], found.items[7:]
    assert [one.facility for one in impossible] == [0] * 4
    assert [one.facility for one in worthless] == [None] * 3
    for one in (*impossible, *worthless):
        assert (one.sd, one.effective_weight) == (0, 0)
        assert (one.discrimination_index, one.discriminative_efficiency) == (None, None)
    assert [100 * one.facility for one in others] == pytest.approx(FACILITY, abs=1e-6)
    assert [1000 * one.sd for one in others] == pytest.approx(SD, abs=1e-6)
    assert [one.effective_weight for one in others] == pytest.approx(WEIGHT, abs=1e-6)
    assert [one.discrimination_index for one in others] == pytest.approx(INDEX, abs=1e-6)
    assert [one.discriminative_efficiency for one in others] == pytest.approx(EFFICIENCY, abs=1e-6)


def test_a_question_that_works_against_the_others_has_no_weight_and_is_named():
    found = analysed([[1, 0, 0], [0, 1, 1], [0, 1, 1], [1, 0, 1]])
    assert [one.is_against_the_others for one in found.items] == [True, False, False]
    assert found.items[0].effective_weight is None
    assert sum(one.effective_weight or 0 for one in found.items) == pytest.approx(100)


def test_in_a_draw_a_question_is_held_against_the_rest_of_the_attempts_that_it_was_in():
    marks = np.array([[1, 1, np.nan], [0, 1, np.nan], [1, np.nan, 0], [0, np.nan, 1], [1, 0.5, np.nan]])
    found = analysed(marks)
    second = found.items[1]
    assert (second.answers, second.facility) == (3, pytest.approx(2.5 / 3))
    rest = np.corrcoef([1, 1, 0.5], [1, 0, 1])[0, 1]
    assert second.discrimination_index == pytest.approx(100 * rest)
    assert [one.effective_weight for one in found.items] == [None] * 3
    assert (found.exam.alpha, found.exam.error_ratio, found.exam.standard_error) == (None, None, None)
    assert found.exam.mean == pytest.approx((2 + 1 + 1 + 1 + 1.5) / 5)


NOTHING = (None, None, None)


def test_one_attempt_tells_its_marks_and_nothing_else():
    found = analysed([[1, 0.5]])
    assert astuple(found.exam) == (1, 1.5, 1.5, None, None, None, None, None, None)
    for item in found.items:
        assert (item.sd, item.discrimination_index, item.discriminative_efficiency) == NOTHING


def test_no_attempt_tells_nothing():
    found = analysed(np.empty((0, 2)))
    assert astuple(found.exam) == (0, *[None] * 8)
    assert [one.facility for one in found.items] == [None, None]


def test_one_question_agrees_with_nothing():
    found = analysed([[1], [0], [1], [1]])
    assert found.items[0].discrimination_index is None
    assert (found.exam.alpha, found.exam.error_ratio) == (None, None)


@pytest.mark.parametrize("same", [[[0.1, 0.2]] * 7, [[0.1, 0.2], [0.2, 0.1]] * 4])
def test_where_all_have_the_same_nothing_is_told_of_the_spread(same):
    found = analysed(same)
    assert (found.exam.alpha, found.exam.skewness, found.exam.kurtosis) == NOTHING


some_marks = st.sampled_from([0, 0.25, 1, math.nan])


@given(arrays.arrays(float, st.tuples(st.integers(0, 8), st.integers(1, 5)), elements=some_marks))
def test_whatever_the_marks_figures_are_numbers_in_their_range_or_none(marks):
    found = analysed(marks)
    told = [*astuple(found.exam), *(figure for one in found.items for figure in astuple(one)[1:])]
    assert all(figure is None or math.isfinite(figure) for figure in told)
    for one in found.items:
        assert one.facility is None or 0 <= one.facility <= 1
        assert one.discrimination_index is None or -100.001 <= one.discrimination_index <= 100.001
        assert one.discriminative_efficiency is None or one.discriminative_efficiency <= 100.001


@given(st.permutations(range(25)), st.permutations(range(7)))
def test_the_order_of_attempts_and_questions_changes_nothing(attempts, questions):
    marks = marks_of(WALKTHROUGH)
    plain, shuffled = analysed(marks), analysed(marks[list(attempts)][:, list(questions)])
    assert astuple(shuffled.exam) == pytest.approx(astuple(plain.exam))
    for item, number in zip(shuffled.items, questions, strict=True):
        assert astuple(item)[1:] == pytest.approx(astuple(plain.items[number])[1:])
