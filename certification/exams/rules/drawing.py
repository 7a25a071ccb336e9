"""Which questions somebody is asked, in which order, and what stands for their parts."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from certification.banks.kinds import Kind
from certification.banks.rules import Difficulty, QuestionState

ASKED_STATES = frozenset({QuestionState.TRIAL, QuestionState.LIVE})
MAX_QUESTIONS = 300
SHOWN_ID_BYTES = 6


@dataclass(frozen=True, slots=True)
class Part:
    """So many questions about a topic and all within it; of any difficulty if none is named."""

    topic: str
    difficulty: Difficulty | None
    questions: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be asked."""

    question_id: int
    version_id: int
    kind: Kind
    topic: str
    difficulty: Difficulty
    state: QuestionState


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question that is asked; on trial it is not scored."""

    candidate: Candidate
    is_scored: bool


class PoolTooSmall(ValueError):
    """There are fewer questions than an exam asks; publishing sees to it that this does not happen by itself."""


def is_within(topic: str, of: str) -> bool:
    """Tell whether a topic is another, or a part of it; everything is within the empty one.

    A doubled slash is part of a name: “TCP//IP” is not within “TCP”.
    """
    return not of or topic == of or (topic.startswith(f"{of}/") and not topic.startswith(f"{of}//"))


def pool(part: Part, candidates: Sequence[Candidate]) -> list[Candidate]:
    """List the live questions that a part may ask."""
    return [
        one
        for one in candidates
        if one.state is QuestionState.LIVE
        and one.kind is not Kind.DESCRIPTION
        and is_within(one.topic, part.topic)
        and part.difficulty in (None, one.difficulty)
    ]


def draw(
    parts: Sequence[Part], candidates: Sequence[Candidate], uses: Mapping[int, int], *, trial: int, luck: Random
) -> list[Drawn]:
    """Draw the questions of an attempt, in the order in which they are asked.

    Who was asked a question least often is asked it first; among equals the lot decides. None comes twice.

    Args:
        parts: the blueprint; no question fits two of them.
        candidates: all that is live or on trial.
        uses: how often this person was asked each question before.
        trial: so many on trial are added, or as many as there are.
        luck: decides among equals, and the order.

    Raises:
        PoolTooSmall: a part has too few questions.
    """
    drawn = [
        Drawn(one, is_scored=True) for part in parts for one in _least_used(pool(part, candidates), uses, part, luck)
    ]
    trials = [one for one in candidates if one.state is QuestionState.TRIAL and one.kind is not Kind.DESCRIPTION]
    drawn += [Drawn(one, is_scored=False) for one in _sorted(trials, uses, luck)[:trial]]
    luck.shuffle(drawn)
    return drawn


def _least_used(candidates: Sequence[Candidate], uses: Mapping[int, int], part: Part, luck: Random) -> list[Candidate]:
    if len(candidates) < part.questions:
        raise PoolTooSmall(part)
    return _sorted(candidates, uses, luck)[: part.questions]


def _sorted(candidates: Sequence[Candidate], uses: Mapping[int, int], luck: Random) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (uses.get(one.question_id, 0), luck.random()))


def own_ids(part_ids: Collection[str], luck: Random) -> list[tuple[str, str]]:
    """Give each part of a question an id that means nothing elsewhere, in the order in which they are shown."""
    order = list(part_ids)
    luck.shuffle(order)
    return [(own, secrets.token_hex(SHOWN_ID_BYTES)) for own in order]
