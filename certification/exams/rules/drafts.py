"""What staff decide about an exam before it is published."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from certification.exams.rules.drawing import Candidate, Part
from certification.exams.rules.tries import MAX_WAIT_DAYS, MAX_WAITS, RetakeRules

MAX_PARTS = 40
_BETWEEN = re.compile("[,;،；、 ]+")  # What parts numbers in the scripts of the site's languages.


@dataclass(frozen=True, slots=True)
class Terms:
    """What an exam asks, and by which rules.

    Attributes:
        parts: the blueprint.
        release_id: for which it certifies; None: for all.
        minutes: so long everybody has.
        pass_percent: so much of the marks is enough.
        valid_days: so long a pass counts.
        retakes: how often one may try.
        trial_questions: so many on trial are asked besides.
        is_reviewed: whether a person looks at each attempt before its result is told.
    """

    parts: tuple[Part, ...]
    release_id: int | None
    minutes: int
    pass_percent: int
    valid_days: int
    retakes: RetakeRules
    trial_questions: int
    is_reviewed: bool


FRESH = Terms(
    parts=(),
    release_id=None,
    minutes=60,
    pass_percent=70,
    valid_days=730,
    retakes=RetakeRules((7, 30), tries_max=3, window_days=365),
    trial_questions=0,
    is_reviewed=False,
)


def read_waits(text: str) -> tuple[int, ...]:
    """Read a list of days, such as `7, 30`; an empty text is an empty list.

    Raises:
        ValueError: there are too many, or one is no number of days.
    """
    typed = [one for one in _BETWEEN.split(text.strip()) if one]
    if len(typed) > MAX_WAITS or not all(one.isdecimal() and len(one) <= len(str(MAX_WAIT_DAYS)) for one in typed):
        raise ValueError(text)
    waits = tuple(map(int, typed))
    if any(days > MAX_WAIT_DAYS for days in waits):
        raise ValueError(text)
    return waits


def topics_of(candidates: Sequence[Candidate]) -> list[str]:
    """List the topics that a part could be about, with all that they are within."""
    return sorted({path for one in candidates for path in _with_outer(one.topic)})


def _with_outer(topic: str) -> list[str]:
    steps = topic.replace("//", "\0").split("/")
    paths = ["/".join(steps[:number]) for number in range(1, len(steps) + 1)]
    return [path.replace("\0", "//") for path in paths if path]
