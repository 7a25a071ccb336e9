"""What somebody in the demo answers to a question of an exam: what is right, or what is worth nothing."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from certification.banks.kinds import (
    Content,
    Kind,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    Response,
    ShortAnswer,
    TrueFalse,
)
from certification.banks.kinds.truefalse import FALSE, TRUE

ANYTHING = "*"
UNANSWERED: Response = ()
OFF_BY = 3  # How many times too large a wrong number is.


def respond(content: Content, luck: Random, *, is_right: bool) -> Response:
    """Answer a question, by the parts' own ids."""
    return _WAYS[content.KIND](content, luck, is_right)


def _choose(content: Multichoice, luck: Random, is_right: bool) -> Response:  # noqa: FBT001 - a row of a table
    fitting = [one.id for one in content.choices if (one.grade > 0) is is_right]
    return (luck.choice(fitting),) if content.is_single else tuple(fitting)


def _say_whether(content: TrueFalse, _luck: Random, is_right: bool) -> Response:  # noqa: FBT001
    return (TRUE if content.is_true is is_right else FALSE,)


def _write(content: ShortAnswer, _luck: Random, is_right: bool) -> Response:  # noqa: FBT001
    """Write what the first pattern asks for; who does not know leaves the line empty."""
    return (content.patterns[0].text.text.replace(ANYTHING, ""),) if is_right else UNANSWERED


def _count(content: Numerical, _luck: Random, is_right: bool) -> Response:  # noqa: FBT001
    value = content.ranges[0].value
    assert value is not None
    return (str(value if is_right else value * OFF_BY),)


def _match(content: Matching, _luck: Random, is_right: bool) -> Response:  # noqa: FBT001
    right = tuple(one.match_id for one in content.pairs)
    return right if is_right else (*right[1:], right[0])


def _sort(content: Ordering, _luck: Random, is_right: bool) -> Response:  # noqa: FBT001
    right = content.part_ids()
    return right if is_right else right[::-1]


_WAYS: Mapping[Kind, Callable[[Any, Random, bool], Response]] = {
    Kind.MULTICHOICE: _choose,
    Kind.TRUE_FALSE: _say_whether,
    Kind.SHORT_ANSWER: _write,
    Kind.NUMERICAL: _count,
    Kind.MATCHING: _match,
    Kind.ORDERING: _sort,
}
