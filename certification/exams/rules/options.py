"""What candidates chose where there is something to choose, and what guessing would bring."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from certification.banks.kinds import Content, Control, Response
from certification.exams.rules.statistics import Marks

SURE = 2.0  # Standard errors of a correlation by which one is more than chance.
_TO_CHOOSE = frozenset({Control.CHOOSE_ONE, Control.CHOOSE_SOME})


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: by its id, as harmless HTML, and whether choosing it alone brings something."""

    id: str
    text: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """How often something was chosen.

    Attributes:
        option: what.
        share: of those who were asked, 0 to 1.
        pull: correlation of having chosen it with the rest of the attempt, −1 to 1; None where nothing varies.
        answers: of how many.
    """

    option: Option
    share: float
    pull: float | None
    answers: int

    @property
    def is_never_chosen(self) -> bool:
        """Tell whether it is wrong and leads nobody astray."""
        return not self.option.is_right and self.share == 0

    @property
    def draws_the_better(self) -> bool:
        """Tell whether it is wrong, and those who do well otherwise choose it more than chance explains."""
        return not self.option.is_right and self.pull is not None and self.pull > SURE / math.sqrt(self.answers)


def options_of(content: Content) -> tuple[Option, ...]:
    """List what can be chosen; nothing where nothing can."""
    seen = content.seen({own: own for own in content.part_ids()})
    if seen.control not in _TO_CHOOSE:
        return ()
    return tuple(Option(one.id, one.text, (content.mark((one.id,)) or 0) > 0) for one in seen.options)


def guess(content: Content) -> float | None:
    """Give the mark that choosing blindly brings on average; None where several may be chosen, or nothing."""
    if content.seen({own: own for own in content.part_ids()}).control is not Control.CHOOSE_ONE:
        return None
    marks = [content.mark((own,)) or Fraction(0) for own in content.part_ids()]
    return float(sum(marks, Fraction(0)) / len(marks)) if marks else None


def chosen(options: Sequence[Option], responses: Sequence[Response], rest: Marks) -> list[Chosen]:
    """Tell how often each option was chosen, and by whom.

    Args:
        options: of a question.
        responses: by the options' ids; empty where nothing was answered.
        rest: what the same attempts earned without this question.
    """
    return [
        _chosen(one, np.array([one.id in response for response in responses], dtype=float), rest) for one in options
    ]


def _chosen(option: Option, took: Marks, rest: Marks) -> Chosen:
    varies = len(took) > 0 and np.ptp(took) > 0 and np.ptp(rest) > 0
    pull = float(np.corrcoef(took, rest)[0, 1]) if varies else None
    return Chosen(option, float(took.mean()) if len(took) else 0.0, pull, len(took))
