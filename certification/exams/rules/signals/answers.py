"""The same wrong answers in two attempts, by error-similarity analysis.

Bellezza and Bellezza, "Detection of cheating on multiple-choice tests by using error-similarity analysis", Teaching of
Psychology 16 (1989) 151-155: of the questions that both got wrong, the number in which both gave the same answer is
held against the binomial distribution. As chance we take, for each question, how often any two wrong answers to it are
the same; so a wrong answer that misleads everybody counts for little.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

LEAST_WRONG = 10  # Wrong answers to a question; fewer do not tell how often two are the same by chance.
LEAST_SAME = 5  # Questions in which both gave the same wrong answer.
CHANCE_MAX = 0.001  # That any pair of all that were compared would be so alike by chance (after Bonferroni).
MAX_ATTEMPTS = 5000  # The latest are compared with each other.
AT_ONCE = 256  # Attempts held against all others in one step: memory grows with the attempts, not with the pairs.

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AnswersAlike:
    """Two attempts with the same wrong answers.

    Attributes:
        attempt_id: the one with the lower id.
        other_id: the other one.
        same: questions in which both gave the same wrong answer.
        both_wrong: of so many that both got wrong.
        expected: so many would be the same by chance.
    """

    attempt_id: int
    other_id: int
    same: int
    both_wrong: int
    expected: float


def answers_alike(persons: Mapping[int, int], wrong: Mapping[int, Mapping[int, Hashable]]) -> list[AnswersAlike]:
    """Find pairs of attempts of different persons that have more wrong answers in common than chance explains.

    Args:
        persons: whose each attempt is.
        wrong: of each attempt the wrong answers by question, given so that the same is equal; what was left open is
            no answer.
    """
    ids = sorted(wrong)[-MAX_ATTEMPTS:]
    if len(ids) < 2:  # noqa: PLR2004 - a pair
        return []
    chance, answers, questions = _chances([wrong[one] for one in ids])
    tests = len(ids) * (len(ids) - 1) / 2
    whose = np.array([persons[one] for one in ids])
    return [
        AnswersAlike(ids[one], ids[other], same, both, expected)
        for one, other, same, both, expected in _pairs(answers, questions, chance, whose)
        if tests * tail(same, both, expected / both) <= CHANCE_MAX
    ]


def tail(least: int, trials: int, chance: float) -> float:
    """Tell how probable it is that `least` or more of `trials` happen that have this chance each."""
    return sum(comb(trials, n) * chance**n * (1 - chance) ** (trials - n) for n in range(least, trials + 1))


def _chances(wrong: Sequence[Mapping[int, Hashable]]) -> tuple[Floats, Floats, Floats]:
    """Give each question's chance that two wrong answers are the same, and the answers as ones and noughts.

    Questions that few got wrong are left out.
    """
    given: dict[int, dict[Hashable, list[int]]] = {}
    for place, answers in enumerate(wrong):
        for question_id, answer in answers.items():
            given.setdefault(question_id, {}).setdefault(answer, []).append(place)
    counted = [one for one in given.values() if sum(map(len, one.values())) >= LEAST_WRONG]
    questions = np.zeros((len(wrong), len(counted)), np.float32)
    chosen = np.zeros((len(wrong), sum(map(len, counted))), np.float32)
    chance = np.zeros(len(counted), np.float32)
    column = 0
    for number, by_answer in enumerate(counted):
        total = sum(map(len, by_answer.values()))
        chance[number] = sum(len(places) ** 2 for places in by_answer.values()) / total**2
        for places in by_answer.values():
            questions[places, number] = chosen[places, column] = 1
            column += 1
    return chance, chosen, questions


def _pairs(
    chosen: Floats, questions: Floats, chance: Floats, whose: Ints
) -> Iterator[tuple[int, int, int, int, float]]:
    """Hold some attempts after the other against all that follow them; gives pairs that are worth a sum."""
    for start in range(0, len(chosen), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        same = chosen[rows] @ chosen.T
        expected = (questions[rows] * chance) @ questions.T
        is_other = whose[rows, None] != whose[None, :]
        worth = np.argwhere(np.triu((same >= LEAST_SAME) & (same > expected) & is_other, k=start + 1))
        for row, other in worth.tolist():
            both = round(float(questions[start + row] @ questions[other]))
            yield start + row, other, round(float(same[row, other])), both, float(expected[row, other])
